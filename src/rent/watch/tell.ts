import { markTold, untoldRefunds } from '../../db/activations.js';
import { markSignalled, undelivered, unsignalled } from '../../db/inbox.js';
import { endedUnheard } from '../../db/orders.js';
import { deliverSms } from '../deliver.js';
import type { RentDeps } from '../deps.js';

/**
 * Tells workflows what Postgres knows and they may not: confirmed SMS and proven refunds. Where the workflow is over, the
 * SMS is delivered here: the transaction needs no workflow (ORDERS.md, rules 11 and 21).
 *
 * @param provider only this provider's; null for all.
 * @param minAgeMs leaves younger news to whoever is telling them now.
 */
export async function tellWorkflows(deps: RentDeps, provider: string | null, minAgeMs = 0): Promise<void> {
  for (const { id, activation_id: activationId } of await unsignalled(deps.database, provider, minAgeMs)) {
    if (await deps.signals.smsReceived(activationId, id)) await markSignalled(deps.database, [id]);
    else await deliverSms(deps, activationId);
  }
  for (const activationId of await untoldRefunds(deps.database, provider, minAgeMs)) {
    await deps.signals.refunded(activationId);
    await markTold(deps.database, activationId);
  }
}

/** Younger news may be on its way. */
const UNHEARD_MS = 5_000;
/** How long a workflow may leave a confirmed SMS undelivered before the repair delivers it. */
const STALE_MS = 60_000;

/** The repair schedule's step: lost signals are sent again, and SMS that no workflow took care of are delivered. */
export async function repairSignals(deps: RentDeps): Promise<{ readonly delivered: number }> {
  await tellWorkflows(deps, null, UNHEARD_MS);
  for (const { id, activation_id: activationId } of await endedUnheard(deps.database, UNHEARD_MS))
    await deps.signals.orderEnded(activationId, id);
  const stale = await undelivered(deps.database, STALE_MS);
  for (const activationId of stale) await deliverSms(deps, activationId);
  return { delivered: stale.length };
}
