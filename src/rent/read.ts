import type { Sql } from '../db/database.js';
import { hasConfirmedSms, storeSms } from '../db/inbox.js';
import { lockOrder, moveOrder, type OrderRow, recordReading, setOrderCost, setOrderMoney, writeOrderHistory } from '../db/orders.js';
import { databaseNow } from '../db/providers.js';
import type { OrderReading } from '../domain/order.js';
import { agreesToRefund, type EndedOrder } from '../domain/refund-evidence.js';
import { extractCode } from '../domain/sms.js';
import { postCharge, postSold } from '../ledger/provider-money.js';
import type { CallPriority } from '../providers/provider.js';
import { adapterOf, callAbout, rateOf, type RentDeps } from './deps.js';

/** What a reading brought. */
export interface ReadResult {
  /** Confirmed SMS that no row had or that only a hook had told of. */
  readonly newSms: readonly string[];
  /** The provider's record shows an SMS, new or known. */
  readonly hasSms: boolean;
  /** The record shows the order as ended, and this reading is the first to say so. */
  readonly endedNow: boolean;
  readonly ended: boolean;
}

/**
 * Asks a provider for the record of one of our orders and takes it over.
 *
 * @throws ProviderError when the provider cannot be asked.
 */
export async function readOrder(
  deps: RentDeps,
  order: Pick<OrderRow, 'id' | 'provider' | 'provider_order_id' | 'first_seen_at'>,
  priority: CallPriority,
): Promise<ReadResult & { readonly reading: OrderReading }> {
  const askedAt = await databaseNow(deps.database);
  const reading = await adapterOf(deps, order.provider).readOrder(order.provider_order_id, callAbout(order, priority));
  return { reading, ...(await takeReading(deps, order.id, reading, askedAt)) };
}

/**
 * Takes over what a provider's record says of one of our orders, in one transaction: raw status, price, SMS, end. SMS come
 * before any verdict on the end (ORDERS.md, rule 3).
 *
 * @param askedAt the database's clock before the provider was asked: the reading may be as old as that.
 */
export async function takeReading(deps: RentDeps, orderId: string, reading: OrderReading, askedAt: Date): Promise<ReadResult> {
  return deps.database.transaction(async (sql) => {
    const order = await lockOrder(sql, orderId);
    if (order === null) throw new Error(`order ${orderId} does not exist`);
    const newSms: string[] = [];
    for (const sms of reading.sms) {
      const stored = await storeSms(sql, deps.keyring, {
        provider: order.provider,
        providerOrderId: order.provider_order_id,
        code: sms.code ?? (sms.text === null ? null : extractCode(sms.text)),
        text: sms.text,
        source: 'poll',
        confirmed: true,
      });
      if (stored?.newlyConfirmed === true) newSms.push(stored.id);
    }
    const hasSms = reading.sms.length > 0 || (await hasConfirmedSms(sql, order.id));
    const ended = reading.condition === 'ended';
    await learnPrice(sql, order, reading);
    await recordReading(sql, order.id, {
      rawStatus: reading.rawStatus,
      ended,
      settlement: reading.settlement,
      askedAt,
      agreed: ended && agreesToRefund(await endedOrder(sql, deps, order, reading, hasSms)),
    });
    if (reading.rawStatus !== order.raw_status) {
      await writeOrderHistory(sql, order.id, order.status, order.status, {
        reason: 'read',
        reading: reading.condition,
        rawStatus: reading.rawStatus,
      });
    }
    if (ended) await settleHouseOrder(sql, deps, order, reading, hasSms);
    return { newSms, hasSms, ended, endedNow: ended && order.ended_at === null };
  });
}

/** An unknown price was posted as nothing until the record gives it (rule 1). */
async function learnPrice(sql: Sql, order: OrderRow, reading: OrderReading): Promise<void> {
  if (order.cost_known || reading.price === null || order.money !== 'expected') return;
  if (reading.currency !== null && reading.currency !== order.currency) return;
  if (!(await setOrderCost(sql, order.id, reading.price))) return;
  await postCharge(sql, {
    orderId: order.id,
    activationId: order.activation_id,
    provider: order.provider,
    currency: order.currency,
    cost: reading.price,
  });
}

/** What the rules of evidence look at in an order that has ended. */
async function endedOrder(sql: Sql, deps: RentDeps, order: OrderRow, reading: OrderReading, hasSms: boolean): Promise<EndedOrder> {
  return {
    hasSms,
    settlement: reading.settlement,
    finalRecord: adapterOf(deps, order.provider).capabilities.finalRecord,
    cancelAccepted: order.cancel_accepted_at !== null,
    timeOver: order.expires_at !== null && order.expires_at <= (await databaseNow(sql)),
  };
}

/**
 * The house's orders settle by the watcher's reading alone; an activation's order is ended by its workflow. Where a number
 * once served an activation, what its SMS means is decided with the activation's other numbers (`deliver.ts`).
 */
async function settleHouseOrder(sql: Sql, deps: RentDeps, order: OrderRow, reading: OrderReading, hasSms: boolean): Promise<void> {
  if (order.beneficiary !== 'house' || order.money !== 'expected' || (order.activation_id !== null && hasSms)) return;
  const note = { reason: 'ended_at_provider', reading: reading.settlement, rawStatus: reading.rawStatus };
  if (reading.settlement === 'sold' || hasSms) {
    if (order.status === 'REFUND_PENDING' || order.status === 'OPEN' || order.status === 'CANCEL_ASKED' || order.status === 'EXPIRED') {
      await moveOrder(sql, order.id, order.status, 'CLOSED_WITH_SMS', note);
    }
    if (await setOrderMoney(sql, order.id, 'expected', 'sold')) {
      await postSold(
        sql,
        { orderId: order.id, activationId: order.activation_id, provider: order.provider, currency: order.currency, cost: order.cost },
        await rateOf(sql, deps, order.provider),
        order.origin === 'foreign' ? 'cost' : 'loss',
      );
    }
    return;
  }
  if (order.status === 'OPEN') {
    await moveOrder(sql, order.id, 'OPEN', 'EXPIRED', note);
    await moveOrder(sql, order.id, 'EXPIRED', 'REFUND_PENDING', note);
  } else if (order.status === 'CANCEL_ASKED' || order.status === 'EXPIRED') {
    await moveOrder(sql, order.id, order.status, 'REFUND_PENDING', note);
  }
}
