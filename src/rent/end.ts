import { setCancelDue } from '../db/activations.js';
import { moveOrder, orderById, type OrderRow, setCancelAccepted } from '../db/orders.js';
import { databaseNow, wakeWatcher } from '../db/providers.js';
import { proofOf } from '../db/proofs.js';
import { adapterOf, callAbout, type RentDeps } from './deps.js';
import { readOrder } from './read.js';
import { enterRefundPending } from './refund-pending.js';

/** Ends an activation's order: because its client cancelled, or because its time is over. */
export interface EndRequest {
  readonly activationId: string;
  readonly orderId: string;
  readonly why: 'cancel' | 'expire';
  /** What becomes of the activation: refunded (the default), or it gets another number (rule 14). */
  readonly next?: 'refund' | 'replace';
}

export type EndResult =
  /** No SMS came, the order's refund is being proven. */
  | { readonly kind: 'refund_pending' }
  /** An SMS is stored and waits to be delivered. */
  | { readonly kind: 'sms' }
  /** The provider refuses a cancel before then: ask again after so many milliseconds. */
  | { readonly kind: 'too_early'; readonly retryAfterMs: number };

/** The order cannot be ended yet: ask again after `retryAfterMs`. Not a failure. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly retryAfterMs: number;
  constructor(what: string, retryAfterMs: number) {
    super(what);
    this.retryAfterMs = retryAfterMs;
  }
}

/** How long a cancel waits at most for the reading that arms the proof (rule 20). */
const ARMING_WAIT_MS = 20_000;
const RECHECK_MS = 3_000;
/** How long past its end an order may stay open at the provider before we ask for a cancel ourselves. */
const OVERDUE_MS = 30_000;

/**
 * Cancels (or lets expire) and reads the end, as one repeatable step: an intention becomes CANCELLED or EXPIRED only after
 * the order was read after its end and showed no SMS (ORDERS.md, rules 5 and 10).
 *
 * @throws NotYet while the provider's record does not show the end.
 * @throws ProviderError when the provider cannot be asked.
 */
export async function endOrder(deps: RentDeps, request: EndRequest): Promise<EndResult> {
  const order = await orderById(deps.database, request.orderId);
  if (order === null) throw new Error(`order ${request.orderId} does not exist`);
  const adapter = adapterOf(deps, order.provider);

  if (request.why === 'cancel') {
    const early = await askCancel(deps, request, order);
    if (early !== null) return early;
  } else if (order.status === 'OPEN') {
    await deps.database.transaction((sql) =>
      moveOrder(sql, order.id, 'OPEN', 'EXPIRED', { reason: 'deadline', rawStatus: order.raw_status }),
    );
  }

  const read = await readOrder(deps, order, 'order');
  if (read.hasSms) return { kind: 'sms' };
  if (read.ended) return (await enterRefundPending(deps, request)) ? { kind: 'refund_pending' } : { kind: 'sms' };
  if (request.why === 'expire' && (await isOverdue(deps, order))) {
    const outcome = await adapter.cancel(order.provider_order_id, callAbout(order, 'cancel'));
    if (outcome.kind === 'accepted') await setCancelAccepted(deps.database, order.id);
  }
  throw new NotYet(`order ${order.id} still reads ${read.reading.condition} (${read.reading.rawStatus})`, RECHECK_MS);
}

async function askCancel(deps: RentDeps, request: EndRequest, order: OrderRow): Promise<EndResult | null> {
  if (order.cancel_accepted_at !== null) return null;
  await waitForArming(deps, order);
  if (order.status === 'OPEN')
    await deps.database.transaction((sql) =>
      moveOrder(sql, order.id, 'OPEN', 'CANCEL_ASKED', { reason: 'cancel_asked', rawStatus: order.raw_status }),
    );
  const outcome = await adapterOf(deps, order.provider).cancel(order.provider_order_id, callAbout(order, 'cancel'));
  if (outcome.kind === 'accepted') await setCancelAccepted(deps.database, order.id);
  if (outcome.kind !== 'too_early') return null;
  if (request.next === 'replace') return { kind: 'too_early', retryAfterMs: outcome.retryAfterMs };
  const dueAt = new Date((await databaseNow(deps.database)).getTime() + outcome.retryAfterMs);
  await setCancelDue(deps.database, request.activationId, dueAt);
  return { kind: 'too_early', retryAfterMs: outcome.retryAfterMs };
}

/** An unarmed proof needs the balance between a purchase and its cancel; the watcher reads it soon after the purchase (rule 20). */
async function waitForArming(deps: RentDeps, order: OrderRow): Promise<void> {
  const proof = await proofOf(deps.database, order.provider);
  if (proof.armed_at !== null || (proof.read_at !== null && proof.read_at > order.first_seen_at)) return;
  const age = (await databaseNow(deps.database)).getTime() - order.first_seen_at.getTime();
  if (age > ARMING_WAIT_MS) return;
  await wakeWatcher(deps.database, order.provider);
  throw new NotYet(`the balance of ${order.provider} has not been read since order ${order.id} was bought`, 1_000);
}

async function isOverdue(deps: RentDeps, order: OrderRow): Promise<boolean> {
  const now = (await databaseNow(deps.database)).getTime();
  return order.expires_at !== null && now - order.expires_at.getTime() > OVERDUE_MS && order.cancel_accepted_at === null;
}
