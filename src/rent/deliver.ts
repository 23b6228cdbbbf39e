import {
  type ActivationChanges,
  type ActivationRow,
  lockActivation,
  moveActivation,
  noteActivation,
  type TransitionNote,
} from '../db/activations.js';
import { reveal, unrevealed, withhold } from '../db/inbox.js';
import { countLateSms } from '../db/late-sms.js';
import { lockOrder, moveOrder, numberOfOrder, type OrderRow, recordOutcome, setBeneficiary, setOrderMoney } from '../db/orders.js';
import type { Sql } from '../db/database.js';
import { wakeWatcher } from '../db/providers.js';
import type { ActivationStatus } from '../domain/activation.js';
import { RECEIVABLE } from '../domain/activation.js';
import type { OrderStatus } from '../domain/order.js';
import { capture, paidLate } from '../ledger/credit.js';
import { postSold } from '../ledger/provider-money.js';
import { places } from '../sealing/keyring.js';
import { rateOf, type RentDeps } from './deps.js';

/** What a delivery found. */
export interface Delivery {
  /** The activation's status now. */
  readonly status: ActivationStatus;
  /** SMS that became readable now. */
  readonly revealed: number;
  /** The order whose number serves the client now; an earlier one where the SMS came to a number that had been replaced. */
  readonly orderId: string | null;
}

const CLOSABLE: readonly OrderStatus[] = ['OPEN', 'CANCEL_ASKED', 'EXPIRED', 'REFUND_PENDING'];

/**
 * The one transaction that makes codes readable (ORDERS.md, rule 11): the first SMS captures the hold, sets RECEIVED and
 * closes its order's refund. SMS of the activation's other numbers, and all that come after REFUNDED, are withheld until
 * they are paid for; what their numbers cost is the house's loss (rule 14). Repeatable.
 */
export async function deliverSms(deps: RentDeps, activationId: string): Promise<Delivery> {
  return deps.database.transaction(async (sql) => {
    const activation = await lockActivation(sql, activationId);
    if (activation === null) throw new Error(`activation ${activationId} does not exist`);
    const waiting = await unrevealed(sql, activationId);
    const serving = RECEIVABLE.includes(activation.status) ? (waiting[0]?.order_id ?? activation.order_id) : activation.order_id;
    if (waiting.length === 0) return { status: activation.status, revealed: 0, orderId: serving };
    const paid = RECEIVABLE.includes(activation.status) || activation.status === 'RECEIVED' || activation.status === 'COMPLETED';
    const late = await paidLate(sql, activationId);
    const isReadable = ({ order_id }: { readonly order_id: string }) => (paid && order_id === serving) || late.has(order_id);
    const readable = waiting.filter(isReadable).map(({ id }) => id);
    const others = waiting.filter((sms) => !isReadable(sms));

    if (others.length > 0) await keepBack(sql, deps, activation, others);
    if (readable.length === 0) return { status: activation.status, revealed: 0, orderId: serving };
    if (RECEIVABLE.includes(activation.status)) await receive(sql, deps, activation, serving!);
    else await noteActivation(sql, activation, { reason: 'further_sms', detail: { count: readable.length } });
    await reveal(sql, readable);
    return {
      status: RECEIVABLE.includes(activation.status) ? 'RECEIVED' : activation.status,
      revealed: readable.length,
      orderId: serving,
    };
  });
}

/** The client pays for the number that got the first SMS, and that number alone. */
async function receive(sql: Sql, deps: RentDeps, activation: ActivationRow, orderId: string): Promise<void> {
  await closeWithSms(sql, deps, orderId, 'cost');
  const earlier = orderId === activation.order_id ? null : await returnToEarlier(sql, deps, activation, orderId);
  const price = earlier?.price ?? activation.price;
  if (price === null || !(await capture(sql, activation.id, price))) {
    throw new Error(`activation ${activation.id} has nothing left to capture though it is ${activation.status}`);
  }
  const reason = activation.status !== 'WAITING' ? 'late_sms' : earlier === null ? 'sms_received' : 'sms_to_replaced_number';
  const note: TransitionNote = { reason, provider: earlier?.provider ?? activation.provider };
  await moveActivation(sql, activation.id, activation.status, 'RECEIVED', note, earlier ?? {});
}

/** An earlier number got the SMS: it is the client's again, and the later one is the house's to give back (rule 14). */
async function returnToEarlier(sql: Sql, deps: RentDeps, activation: ActivationRow, orderId: string): Promise<ActivationChanges> {
  const order = await lockOrder(sql, orderId);
  const number = await numberOfOrder(sql, orderId);
  if (order === null || order.client_price === null)
    throw new Error(`order ${orderId} of activation ${activation.id} has no price for the client`);
  const later = activation.order_id === null ? null : await lockOrder(sql, activation.order_id);
  if (later !== null) {
    await setBeneficiary(sql, later.id, 'house');
    await wakeWatcher(sql, later.provider);
  }
  await setBeneficiary(sql, orderId, 'activation');
  return {
    price: order.client_price,
    provider: order.provider,
    operator: number?.operator ?? null,
    order_id: orderId,
    ...phoneOf(deps, activation, order, number?.phone_sealed ?? null),
    ...(order.expires_at === null ? {} : { expires_at: order.expires_at }),
  };
}

function phoneOf(
  deps: RentDeps,
  activation: ActivationRow,
  order: OrderRow,
  sealed: Buffer | null,
): Pick<ActivationChanges, 'phone_sealed'> {
  if (sealed === null) return {};
  const phone = deps.keyring.open(sealed, places.orderPhone(order.id));
  return { phone_sealed: deps.keyring.seal(phone, places.activationPhone(activation.id)) };
}

/** SMS that the client has not paid for. Their orders were sold all the same: no refund of them is expected any more. */
async function keepBack(
  sql: Sql,
  deps: RentDeps,
  activation: ActivationRow,
  sms: readonly { readonly id: string; readonly order_id: string }[],
): Promise<void> {
  await withhold(
    sql,
    sms.map(({ id }) => id),
  );
  await countLateSms(sql, activation.id);
  await noteActivation(sql, activation, { reason: 'sms_withheld', detail: { count: sms.length } });
  for (const orderId of new Set(sms.map(({ order_id }) => order_id))) await closeWithSms(sql, deps, orderId, 'loss');
}

/** The order brought an SMS: its charge is a cost, or the house's loss, and no refund of it is expected any more. */
async function closeWithSms(sql: Sql, deps: RentDeps, orderId: string, bearer: 'cost' | 'loss'): Promise<void> {
  const order = await lockOrder(sql, orderId);
  if (order === null || !CLOSABLE.includes(order.status)) return;
  await moveOrder(sql, order.id, order.status, 'CLOSED_WITH_SMS', { reason: 'sms', rawStatus: order.raw_status });
  if (await setOrderMoney(sql, order.id, 'expected', 'sold')) {
    await postSold(
      sql,
      { orderId: order.id, activationId: order.activation_id, provider: order.provider, currency: order.currency, cost: order.cost },
      await rateOf(sql, deps, order.provider),
      bearer,
    );
  }
  await recordOutcome(sql, order.id, true);
}
