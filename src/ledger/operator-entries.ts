import type { Sql } from '../db/database.js';
import { advanceEpoch, lockProof, thaw } from '../db/proofs.js';
import { postFunding } from './provider-money.js';

/** Something that an operator says about a provider account's money. */
export interface OperatorEntry {
  /** A `top_up` is entered before the money is sent; an `adjustment` says that the account holds more (or less) than the books. */
  readonly kind: 'top_up' | 'adjustment';
  readonly provider: string;
  /** ISO 4217, the provider account's. */
  readonly currency: string;
  /** Micro units; negative only for an adjustment. */
  readonly amount: bigint;
  /** The same key is booked once. */
  readonly idempotencyKey: string;
  readonly operatorAccountId: string;
  readonly reason: string;
}

/**
 * Books what an operator says, advances the proof's epoch and lets a frozen proof go on (ORDERS.md, rules 16, 18 and 20).
 * Run inside a transaction.
 *
 * @returns false when this key was booked before.
 * @throws DatabaseError 23505 when the key was booked with other inputs.
 */
export async function enterFunding(sql: Sql, entry: OperatorEntry): Promise<boolean> {
  await lockProof(sql, entry.provider);
  const posted = await postFunding(sql, {
    key: entry.idempotencyKey,
    kind: entry.kind,
    provider: entry.provider,
    currency: entry.currency,
    amount: entry.amount,
    evidence: { operator: entry.operatorAccountId, reason: entry.reason },
  });
  if (!posted) return false;
  await advanceEpoch(sql, entry.provider);
  await thaw(sql, entry.provider);
  return true;
}

const UNIQUE_VIOLATION = '23505';

/** Whether an entry failed because its key was booked with other inputs. */
export function isOtherInputs(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION && error.message.includes('other inputs');
}
