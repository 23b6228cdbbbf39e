import type { ActivationRow } from '../db/activations.js';
import { lockActivation, moveActivation } from '../db/activations.js';
import { type AttemptRow, type AttemptStatus, resolveAttempt } from '../db/attempts.js';
import type { Sql } from '../db/database.js';
import { bindInbox, hasConfirmedSms } from '../db/inbox.js';
import { claimOrder, orderById, type OrderRow, setBeneficiary, setClientPrice } from '../db/orders.js';
import { formatMoney, clientPrice, convertAt, type Micros } from '../domain/money.js';
import type { Beneficiary, OrderOrigin } from '../domain/order.js';
import { wakeWatcher } from '../db/providers.js';
import { release } from '../ledger/credit.js';
import { postCharge } from '../ledger/provider-money.js';
import { places } from '../sealing/keyring.js';
import { markupOfActivation } from './markup.js';
import { rateOf, type RentDeps } from './deps.js';

/** A number that a provider sold us, from a purchase's reply or from the order's record. */
export interface ClaimedNumber {
  readonly providerOrderId: string;
  readonly phoneNumber: string | null;
  /** Micro units of `currency`; null when the record names none yet. */
  readonly price: bigint | null;
  readonly currency: string;
  readonly service: string | null;
  readonly country: string | null;
  readonly operator: string | null;
  readonly rawStatus: string;
  readonly lifetimeMs: number | null;
  readonly cancelAllowedInMs: number | null;
  readonly canGetAnotherSms: boolean | null;
}

/**
 * Gives an attempt's number to its activation, in the caller's transaction: compare-and-set on the attempt, unique insert
 * of the order, its charge, and the activation's way to WAITING (ORDERS.md, rule 6).
 *
 * @returns the order, or null when the attempt was resolved otherwise meanwhile, the order is claimed, or the activation
 *   no longer waits for a number. The caller then books the order as the house's.
 */
export async function claimForActivation(
  sql: Sql,
  deps: RentDeps,
  attempt: AttemptRow,
  number: ClaimedNumber,
  how: { readonly from: readonly AttemptStatus[]; readonly to: 'BOUGHT' | 'ADOPTED'; readonly origin: OrderOrigin },
): Promise<OrderRow | null> {
  const activation = await lockActivation(sql, attempt.activation_id);
  if (activation === null || !(await awaitsNumber(sql, activation))) return null;
  const order = await bookOrder(sql, deps, number, {
    provider: attempt.provider,
    origin: how.origin,
    beneficiary: 'activation',
    activationId: activation.id,
    attemptId: attempt.id,
  });
  if (order === null) return null;
  if (!(await resolveAttempt(sql, attempt.id, how.from, how.to, { reason: how.origin, orderId: order.id }))) {
    throw new LostClaim(attempt.id);
  }
  await enterWaiting(sql, deps, activation, attempt, order, number);
  return order;
}

/**
 * Whether an activation takes a number now: none was bought yet, or the last one was given up for another, ended without
 * an SMS and was not replaced (rule 14).
 */
export async function awaitsNumber(sql: Sql, activation: Pick<ActivationRow, 'status' | 'order_id'>): Promise<boolean> {
  if (activation.status === 'REQUESTED') return true;
  if (activation.status !== 'WAITING' || activation.order_id === null) return false;
  const last = await orderById(sql, activation.order_id);
  return last !== null && (last.status === 'REFUND_PENDING' || last.status === 'REFUNDED') && !(await hasConfirmedSms(sql, last.id));
}

/** The attempt was resolved by somebody else within the same instant: roll back, and book the order as the house's. */
export class LostClaim extends Error {
  override readonly name = 'LostClaim';
  constructor(attemptId: string) {
    super(`attempt ${attemptId} was resolved before its order could be claimed`);
  }
}

/** Books an order and its charge once (rule 1). @returns null when it was booked before. */
export async function bookOrder(
  sql: Sql,
  deps: RentDeps,
  number: ClaimedNumber,
  owner: {
    readonly provider: string;
    readonly origin: OrderOrigin;
    readonly beneficiary: Beneficiary;
    readonly activationId: string | null;
    readonly attemptId: string | null;
  },
): Promise<OrderRow | null> {
  const id = deps.newId();
  const order = await claimOrder(sql, {
    id,
    provider: owner.provider,
    providerOrderId: number.providerOrderId,
    activationId: owner.activationId,
    attemptId: owner.attemptId,
    origin: owner.origin,
    beneficiary: owner.beneficiary,
    service: number.service,
    country: number.country,
    operator: number.operator,
    phoneSealed: number.phoneNumber === null ? null : deps.keyring.seal(number.phoneNumber, places.orderPhone(id)),
    currency: number.currency,
    cost: number.price ?? 0n,
    costKnown: number.price !== null,
    money: 'expected',
    rawStatus: number.rawStatus,
    canGetAnother: number.canGetAnotherSms,
    lifetimeMs: number.lifetimeMs,
    cancelAllowedInMs: number.cancelAllowedInMs,
  });
  if (order === null) return null;
  await postCharge(sql, {
    orderId: order.id,
    activationId: owner.activationId,
    provider: owner.provider,
    currency: number.currency,
    cost: order.cost,
  });
  await bindInbox(sql, {
    id: order.id,
    provider: owner.provider,
    providerOrderId: number.providerOrderId,
    activationId: owner.activationId,
  });
  await wakeWatcher(sql, owner.provider);
  return order;
}

async function enterWaiting(
  sql: Sql,
  deps: RentDeps,
  activation: ActivationRow,
  attempt: AttemptRow,
  order: OrderRow,
  number: ClaimedNumber,
): Promise<void> {
  const price = await priceOf(sql, deps, activation, attempt, number);
  const detail = { provider: attempt.provider, price: formatMoney(price), try: attempt.seq + 1 };
  const note = { reason: order.origin, provider: attempt.provider, rawStatus: number.rawStatus, cost: order.cost, detail };
  const changes = {
    price,
    provider: attempt.provider,
    operator: number.operator,
    order_id: order.id,
    phone_sealed: deps.keyring.seal(number.phoneNumber ?? '', places.activationPhone(activation.id)),
    ...(order.expires_at === null ? {} : { expires_at: order.expires_at }),
  };
  await setClientPrice(sql, order.id, price);
  if (activation.status === 'WAITING') {
    // What the replaced number cost comes back to the house: the client's refund hangs on the last number only (rule 14).
    await setBeneficiary(sql, activation.order_id!, 'house');
    await moveActivation(sql, activation.id, 'WAITING', 'WAITING', { ...note, reason: 'replaced' }, changes);
    return;
  }
  await moveActivation(sql, activation.id, 'REQUESTED', 'PURCHASED', note, changes);
  await moveActivation(sql, activation.id, 'PURCHASED', 'WAITING', {
    reason: 'waiting_for_sms',
    provider: attempt.provider,
    rawStatus: number.rawStatus,
  });
  // The next number may be dearer: an activation that replaces keeps what it holds until it ends.
  if (activation.on_no_code === 'refund') await release(sql, activation.id, 'trim', price);
}

/** What the client pays: the marked-up price of the order's own record, never above what was held. */
async function priceOf(sql: Sql, deps: RentDeps, activation: ActivationRow, attempt: AttemptRow, number: ClaimedNumber): Promise<Micros> {
  const ceiling = activation.ceiling ?? attempt.client_price;
  if (number.price === null) return attempt.client_price < ceiling ? attempt.client_price : ceiling;
  const rate = await rateOf(sql, deps, attempt.provider);
  const price = clientPrice(convertAt(number.price, rate.rateMicros), markupOfActivation(deps, activation));
  return price < ceiling ? price : ceiling;
}
