import { type ActivationRow, lockActivation, moveActivation, noteActivation } from '../db/activations.js';
import type { Sql } from '../db/database.js';
import { hasConfirmedSms } from '../db/inbox.js';
import { lockOrder, moveOrder, type OrderRow, recordOutcome } from '../db/orders.js';
import { wakeWatcher } from '../db/providers.js';
import { formatMoney } from '../domain/money.js';
import { release } from '../ledger/credit.js';
import type { RentDeps } from './deps.js';
import type { EndRequest } from './end.js';

/**
 * An activation's order ended without an SMS: its refund waits for its proof, and the client's intention or the deadline
 * becomes the activation's status, unless another number is to follow (rules 10 and 14). Repeatable.
 *
 * @returns false when an SMS turned up first: deliver it.
 */
export async function enterRefundPending(deps: RentDeps, { activationId, orderId, why, next }: EndRequest): Promise<boolean> {
  return deps.database.transaction(async (sql) => {
    const activation = await lockActivation(sql, activationId);
    const order = await lockOrder(sql, orderId);
    if (activation === null || order === null) throw new Error(`activation ${activationId} or its order ${orderId} does not exist`);
    if (await hasConfirmedSms(sql, orderId)) return false;
    const reason = next === 'replace' ? 'given_up_for_another' : why === 'cancel' ? 'cancelled_by_client' : 'no_sms_in_time';
    const note = { reason, provider: order.provider, rawStatus: order.raw_status, cost: order.cost };
    const moved = await closeOrder(sql, order, note);
    if (next !== 'replace') await endWaiting(sql, activation, order, why, note);
    else if (moved) await noteActivation(sql, activation, note);
    await recordOutcome(sql, orderId, false);
    await wakeWatcher(sql, order.provider);
    return true;
  });
}

interface Note {
  readonly reason: string;
  readonly provider: string;
  readonly rawStatus: string;
  readonly cost: bigint;
}

async function closeOrder(sql: Sql, order: OrderRow, note: Note): Promise<boolean> {
  if (order.status === 'OPEN') await moveOrder(sql, order.id, 'OPEN', 'EXPIRED', note);
  if (order.status !== 'CANCEL_ASKED' && order.status !== 'EXPIRED' && order.status !== 'OPEN') return false;
  return moveOrder(sql, order.id, order.status === 'CANCEL_ASKED' ? 'CANCEL_ASKED' : 'EXPIRED', 'REFUND_PENDING', note);
}

async function endWaiting(sql: Sql, activation: ActivationRow, order: OrderRow, why: 'cancel' | 'expire', note: Note): Promise<void> {
  if (activation.status !== 'WAITING') return;
  const ended = why === 'cancel' ? 'CANCELLED' : 'EXPIRED';
  await moveActivation(sql, activation.id, 'WAITING', ended, note);
  await moveActivation(sql, activation.id, ended, 'PROVIDER_REFUND_PENDING', {
    reason: 'awaiting_proof_of_refund',
    provider: order.provider,
    rawStatus: order.raw_status,
  });
  if (order.status !== 'REFUNDED') return;
  // Given up for a number that nobody had, and proven meanwhile.
  const released = await release(sql, activation.id, 'refunded');
  await moveActivation(sql, activation.id, 'PROVIDER_REFUND_PENDING', 'REFUNDED', {
    ...note,
    reason: 'refund_proven',
    detail: { released: formatMoney(released) },
  });
}
