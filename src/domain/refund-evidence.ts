/**
 * What counts as evidence in a proof of refund (ORDERS.md, rules 15 to 18). Pure: the watcher, the readers of orders and
 * the simulations of test/sim all decide by these functions.
 */
import type { OrderStatus, Settlement } from './order.js';

/** An order that its provider shows as ended. */
export interface EndedOrder {
  readonly hasSms: boolean;
  readonly settlement: Settlement;
  /** Whether this provider's record says in the end if an order was sold or refunded. */
  readonly finalRecord: boolean;
  /** The provider accepted our own cancel. */
  readonly cancelAccepted: boolean;
  /** By our clock its time is over. */
  readonly timeOver: boolean;
}

/**
 * Whether an ended order's own record agrees that it was refunded (rule 17): the record says so; or, where the provider
 * keeps no such record, our own accepted cancel or the end of its time does. Never with an SMS.
 */
export function agreesToRefund(order: EndedOrder): boolean {
  if (order.hasSms) return false;
  if (order.settlement === 'refunded') return true;
  if (order.settlement === 'sold' || order.finalRecord) return false;
  return order.cancelAccepted || order.timeOver;
}

/** An order whose charge is still expected back, as far as rule 16 looks at it. */
export interface UnsettledOrder {
  readonly status: OrderStatus;
  /** Its record was read as ended. */
  readonly ended: boolean;
  /** By our clock its time is over. */
  readonly timeOver: boolean;
  /** A reading that was asked for after the balance showed it. */
  readonly seenSinceBalance: boolean;
}

/** Whether an order that is not yet pending may have ended, and been refunded, before the balance was read (rule 16). */
export function mayHaveEnded(order: UnsettledOrder): boolean {
  if (order.status === 'CANCEL_ASKED' || order.status === 'EXPIRED') return true;
  return order.status === 'OPEN' && (order.ended || order.timeOver || !order.seenSinceBalance);
}

/** Whether figures read at `readEpoch` may still be used (rule 18): nothing raised the expected figure since, nothing froze. */
export function fenceOf(readEpoch: bigint, now: { readonly epoch: bigint; readonly frozen: boolean }): 'holds' | 'void' | 'frozen' {
  if (now.frozen) return 'frozen';
  return now.epoch === readEpoch ? 'holds' : 'void';
}

/**
 * Whether a posted pass voids whatever was read at the same epoch: it raised the expected figure; or the proof was not armed
 * yet, and an older balance posted after a newer one would look like a fall.
 */
export function voidsOthers(pass: { readonly confirmed: number; readonly wasArmed: boolean }): boolean {
  return pass.confirmed > 0 || !pass.wasArmed;
}

/** Whether a proven refund may be posted: the order still waits for it and no confirmed SMS is there, delivered or not (rule 18). */
export function mayPostRefund(order: { readonly status: OrderStatus; readonly hasSms: boolean }): boolean {
  return order.status === 'REFUND_PENDING' && !order.hasSms;
}
