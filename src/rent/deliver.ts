import { lockActivation, moveActivation, noteActivation } from '../db/activations.js';
import { reveal, unrevealed, withhold } from '../db/inbox.js';
import { lockOrder, moveOrder, recordOutcome, setOrderMoney } from '../db/orders.js';
import type { Sql } from '../db/database.js';
import type { ActivationStatus } from '../domain/activation.js';
import { RECEIVABLE } from '../domain/activation.js';
import type { OrderStatus } from '../domain/order.js';
import { capture } from '../ledger/credit.js';
import { postSold } from '../ledger/provider-money.js';
import { rateOf, type RentDeps } from './deps.js';

/** What a delivery found. */
export interface Delivery {
  /** The activation's status now. */
  readonly status: ActivationStatus;
  /** SMS that became readable now. */
  readonly revealed: number;
}

const CLOSABLE: readonly OrderStatus[] = ['OPEN', 'CANCEL_ASKED', 'EXPIRED', 'REFUND_PENDING'];

/**
 * The one transaction that makes codes readable (ORDERS.md, rule 11): it captures the hold, sets RECEIVED and closes the
 * order's refund. SMS that come after REFUNDED are withheld. Repeatable.
 */
export async function deliverSms(deps: RentDeps, activationId: string): Promise<Delivery> {
  return deps.database.transaction(async (sql) => {
    const activation = await lockActivation(sql, activationId);
    if (activation === null) throw new Error(`activation ${activationId} does not exist`);
    const waiting = await unrevealed(sql, activationId);
    if (waiting.length === 0) return { status: activation.status, revealed: 0 };
    const ids = waiting.map(({ id }) => id);

    if (activation.status === 'RECEIVED' || activation.status === 'COMPLETED') {
      await reveal(sql, ids);
      await noteActivation(sql, activation, { reason: 'further_sms', detail: { count: ids.length } });
      return { status: activation.status, revealed: ids.length };
    }
    if (!RECEIVABLE.includes(activation.status)) {
      await withhold(sql, ids);
      await noteActivation(sql, activation, { reason: 'sms_withheld', detail: { count: ids.length } });
      return { status: activation.status, revealed: 0 };
    }

    const orderId = waiting[0]!.order_id;
    await closeWithSms(sql, deps, orderId);
    if (activation.price === null || !(await capture(sql, activationId, activation.price))) {
      throw new Error(`activation ${activationId} has nothing left to capture though it is ${activation.status}`);
    }
    await moveActivation(sql, activationId, activation.status, 'RECEIVED', {
      reason: activation.status === 'WAITING' ? 'sms_received' : 'late_sms',
      provider: activation.provider,
    });
    await reveal(sql, ids);
    return { status: 'RECEIVED', revealed: ids.length };
  });
}

/** The order brought an SMS: its charge is a cost and no refund of it is expected any more. */
async function closeWithSms(sql: Sql, deps: RentDeps, orderId: string): Promise<void> {
  const order = await lockOrder(sql, orderId);
  if (order === null || !CLOSABLE.includes(order.status)) return;
  await moveOrder(sql, order.id, order.status, 'CLOSED_WITH_SMS', { reason: 'sms', rawStatus: order.raw_status });
  if (await setOrderMoney(sql, order.id, 'expected', 'sold')) {
    await postSold(
      sql,
      { orderId: order.id, activationId: order.activation_id, provider: order.provider, currency: order.currency, cost: order.cost },
      await rateOf(sql, deps, order.provider),
    );
  }
  await recordOutcome(sql, order.id, true);
}
