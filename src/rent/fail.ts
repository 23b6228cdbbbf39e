import { lockActivation, moveActivation } from '../db/activations.js';
import type { Json } from '../domain/errors.js';
import { release } from '../ledger/credit.js';
import type { RentDeps } from './deps.js';

/** What was tried in vain. */
export interface Tried {
  readonly provider: string;
  readonly operator: string | null;
  readonly reason: string;
}

/** No candidate had a number: the activation fails and its hold is released. Repeatable. */
export async function failActivation(deps: RentDeps, activationId: string, tried: readonly Tried[]): Promise<void> {
  await deps.database.transaction(async (sql) => {
    const activation = await lockActivation(sql, activationId);
    if (activation === null || activation.status !== 'REQUESTED') return;
    const detail: { readonly [key: string]: Json } = { tried: tried.map((one) => ({ ...one })) };
    await moveActivation(
      sql,
      activationId,
      'REQUESTED',
      'FAILED',
      { reason: 'no_number_anywhere', detail },
      { failure_code: 'no_numbers' },
    );
    await release(sql, activationId, 'failed');
  });
}
