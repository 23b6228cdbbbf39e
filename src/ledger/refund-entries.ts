import { lockActivation, moveActivation } from '../db/activations.js';
import type { Sql } from '../db/database.js';
import { hasConfirmedSms } from '../db/inbox.js';
import { activationOfOrder, lockOrder, moveOrder, type OrderRow, setOrderMoney } from '../db/orders.js';
import { advanceEpoch, handToHouse, lockProof } from '../db/proofs.js';
import { formatMoney } from '../domain/money.js';
import type { OrderStatus } from '../domain/order.js';
import { release } from './credit.js';
import { postedFor } from './post.js';
import { postReturnedLater, postTakenBack, postWrittenOff, type Rate } from './provider-money.js';

/**
 * What an operator says about one refund: `write_off`, it will never come; `returned`, it came after all, though the client
 * was paid from loss or it was written off; `taken_back`, the provider charged again what it had returned.
 */
export type RefundEntryKind = 'write_off' | 'returned' | 'taken_back';

/** An operator's entry about an order's refund. */
export interface RefundEntry {
  readonly kind: RefundEntryKind;
  readonly orderId: string;
  /** The same key is booked once. */
  readonly idempotencyKey: string;
  readonly operatorAccountId: string;
  readonly reason: string;
  readonly rate: Rate;
}

/** Why an entry does not fit the order. */
export type RefundRefusal =
  /** The refund is not in a state from which this leads on. */
  | 'wrong_status'
  /** Its client still waits for the proof, which confirms by itself what came back. */
  | 'client_waits'
  /** An SMS is there: its delivery ends the refund. */
  | 'has_sms'
  /** No record has told what the order cost. */
  | 'no_price';

/** What became of an entry. */
export type RefundEntryResult =
  | { readonly kind: 'booked' }
  /** Booked before under this key. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly why: RefundRefusal; readonly status: OrderStatus };

/**
 * Books what an operator says about a refund: status, posting and audit evidence in the caller's transaction. What raises the
 * expected balance advances the proof's epoch (ORDERS.md, rules 12, 18 and 21).
 *
 * @returns null when there is no such order.
 * @throws DatabaseError 23505 when the key was booked with other inputs.
 */
export async function enterRefund(sql: Sql, provider: string, entry: RefundEntry): Promise<RefundEntryResult | null> {
  await lockProof(sql, provider);
  const activationId = await activationOfOrder(sql, entry.orderId);
  if (activationId !== null) await lockActivation(sql, activationId);
  const order = await lockOrder(sql, entry.orderId);
  if (order === null) return null;
  const key = `${entry.kind}:${provider}:${entry.idempotencyKey}`;
  if ((await postedFor(sql, key)) === order.id) return { kind: 'repeated' };
  const why = await reasonToRefuse(sql, entry.kind, order);
  if (why !== null) return { kind: 'refused', why, status: order.status };
  const evidence = { operator: entry.operatorAccountId, reason: entry.reason, reference: entry.idempotencyKey };
  const money = { orderId: order.id, activationId, provider, currency: order.currency, cost: order.cost };
  const note = { reason: entry.kind, rawStatus: order.raw_status, cost: order.cost };
  switch (entry.kind) {
    case 'write_off':
      await payClient(sql, order, activationId);
      await setOrderMoney(sql, order.id, 'expected', 'written_off');
      await moveOrder(sql, order.id, 'REFUND_PENDING', 'WRITTEN_OFF', note);
      await postWrittenOff(sql, money, entry.rate, key, evidence);
      break;
    case 'returned':
      await postReturnedLater(sql, money, order.money === 'written_off' ? entry.rate : null, key, evidence);
      await setOrderMoney(sql, order.id, order.money, 'refunded');
      await moveOrder(sql, order.id, order.status, 'REFUNDED', note);
      await advanceEpoch(sql, provider);
      break;
    case 'taken_back':
      await moveOrder(sql, order.id, 'REFUNDED', 'TAKEN_BACK', note);
      await postTakenBack(sql, money, entry.rate, key, evidence);
      break;
  }
  return { kind: 'booked' };
}

async function reasonToRefuse(sql: Sql, kind: RefundEntryKind, order: OrderRow): Promise<RefundRefusal | null> {
  if (order.cost === 0n) return 'no_price';
  switch (kind) {
    case 'write_off':
      if (order.status !== 'REFUND_PENDING') return 'wrong_status';
      return (await hasConfirmedSms(sql, order.id)) ? 'has_sms' : null;
    case 'returned':
      if (order.status === 'WRITTEN_OFF') return null;
      if (order.status !== 'REFUND_PENDING') return 'wrong_status';
      if (order.beneficiary === 'activation') return 'client_waits';
      return (await hasConfirmedSms(sql, order.id)) ? 'has_sms' : null;
    case 'taken_back':
      return order.status === 'REFUNDED' ? null : 'wrong_status';
  }
}

/** A refund that is given up is its client's no longer: who still waits is paid from loss (rule 21). */
async function payClient(sql: Sql, order: OrderRow, activationId: string | null): Promise<void> {
  if (order.beneficiary !== 'activation' || activationId === null || !(await handToHouse(sql, order.id))) return;
  const released = await release(sql, activationId, 'refunded');
  await moveActivation(sql, activationId, 'PROVIDER_REFUND_PENDING', 'REFUNDED', {
    reason: 'paid_from_loss',
    provider: order.provider,
    rawStatus: order.raw_status,
    cost: order.cost,
    detail: { released: formatMoney(released) },
  });
}
