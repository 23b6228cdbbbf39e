import { activationById } from '../db/activations.js';
import { type AttemptRow, attemptBySeq, barAttempt, openAttempt, resolveAttempt, takeOrphan } from '../db/attempts.js';
import { maySellTo } from '../db/buyers.js';
import { type OrderRow, orderById } from '../db/orders.js';
import { databaseNow, providerById, type ProviderRow, wakeWatcher } from '../db/providers.js';
import { proofOf } from '../db/proofs.js';
import { blockBudget, silenceOf } from '../db/request-budget.js';
import { type Signal, signalOf } from '../domain/circuit.js';
import { costCeiling, MICROS_PER_UNIT, parseMoney } from '../domain/money.js';
import type { BoughtOrder, PurchaseOutcome } from '../domain/purchase.js';
import { hearOf, mayBuy } from './circuit.js';
import { awaitsNumber, bookOrder, claimForActivation, type ClaimedNumber, LostClaim } from './claim.js';
import { adapterOf, type RentDeps } from './deps.js';
import { markupOfActivation } from './markup.js';
import type { CandidatePlan } from './open.js';
import { mustRest, noteForRest } from './resting.js';

/** Which try of which activation. */
export interface BuyRequest {
  readonly activationId: string;
  /** Counts the tries from 0. */
  readonly seq: number;
  readonly service: string;
  readonly country: string;
  readonly candidate: CandidatePlan;
}

/** What the workflow learns of a try. */
export type BuyResult =
  | BoughtResult
  /** Surely not bought: the next candidate may be tried. */
  | { readonly kind: 'refused'; readonly provider: string; readonly reason: string }
  /** The reply was lost: wait until the attempt is resolved (ORDERS.md, rule 8). */
  | { readonly kind: 'ambiguous'; readonly provider: string };

export interface BoughtResult {
  readonly kind: 'bought';
  readonly orderId: string;
  readonly provider: string;
  /** Milliseconds until the order ends. */
  readonly expiresInMs: number;
  /** Milliseconds until the provider accepts a cancel. */
  readonly cancelAllowedInMs: number;
}

/** Whatever is bought would have to be booked in another currency than the account's. */
const WRONG_CURRENCY: Signal = { kind: 'fatal', reason: 'wrong_currency', forMs: null };
/** What a request needs at least to be answered. */
const REPLY_MARGIN_MS = 1_000;
/** A silence that the provider asked for is waited out up to this; beyond it the next candidate serves the client better. */
const SILENCE_WAITED_OUT_MS = 2_000;

/**
 * One try to buy a number. Runs once only: a second run of the same try finds its attempt and buys nothing. The attempt
 * is a row before anything is sent, and the claim is a transaction on that row (rule 6).
 */
export async function buyNumber(deps: RentDeps, request: BuyRequest): Promise<BuyResult> {
  const { database, policy } = deps;
  const provider = request.candidate.provider;
  const refused = (reason: string): BuyResult => ({ kind: 'refused', provider, reason });

  const account = await providerById(database, provider);
  const closed = await reasonNotToBuy(deps, account);
  if (closed !== null) return refused(closed);

  // A simulator may have become a real account, or the other way round, since the offers were ranked.
  if (!(await maySellTo(database, provider, request.activationId))) return refused('not_for_this_account');
  const maxPrice = await ceilingAt(deps, request, account!);
  if (maxPrice === null) return refused('activation_over');
  const route = { provider, service: request.service, country: request.country, operator: request.candidate.operator };
  if (await mustRest(deps, route, adapterOf(deps, provider).capabilities.saleLimits)) return refused('resting');
  // Last of all, because a half-open circuit lets one purchase through and waits for it.
  const purchase = `${request.activationId}/${request.seq}`;
  if (account!.circuit_open_until !== null && !(await mayBuy(deps, provider, purchase))) return refused('circuit_open');
  const attempt = await openAttempt(
    database,
    {
      id: deps.newId(),
      activation_id: request.activationId,
      seq: request.seq,
      provider,
      service: request.service,
      country: request.country,
      operator: request.candidate.operator,
      max_price: maxPrice,
      client_price: parseMoney(request.candidate.price),
    },
    policy.attemptMs,
    policy.replyWaitMs,
  );
  if (attempt === null) return { kind: 'ambiguous', provider };

  const outcome = await adapterOf(deps, provider).purchase(
    { service: request.service, country: request.country, operator: request.candidate.operator ?? undefined, maxPrice },
    {
      priority: 'purchase',
      timeoutMs: Math.max(REPLY_MARGIN_MS, policy.replyWaitMs - REPLY_MARGIN_MS),
      signal: AbortSignal.timeout(policy.replyWaitMs),
    },
  );
  const result = await settle(deps, request, attempt, account!, outcome);
  const signal = result.kind === 'refused' && result.reason === 'wrong_currency' ? WRONG_CURRENCY : signalOf(outcome);
  await hearOf(deps, provider, purchase, signal);
  await noteForRest(deps, route, outcome);
  return result;
}

async function reasonNotToBuy(deps: RentDeps, account: ProviderRow | null): Promise<string | null> {
  if (account === null) return 'unavailable';
  if (account.paused_at !== null) return 'paused';
  // Before the opening entry there is no figure that a refund could be proven against (rule 15).
  if ((await proofOf(deps.database, account.id)).opened_at === null) return 'books_not_open';
  // It would wait at the gate until it is too late, and its client with it.
  if ((await silenceOf(deps.database, account.id)) > SILENCE_WAITED_OUT_MS) return 'asked_for_silence';
  return null;
}

/** The most that the provider may charge, in its currency: the activation's ceiling without markup, at the stored rate. */
async function ceilingAt(deps: RentDeps, request: BuyRequest, account: ProviderRow): Promise<bigint | null> {
  const activation = await activationById(deps.database, request.activationId);
  if (activation === null || activation.ceiling === null || !(await awaitsNumber(deps.database, activation))) return null;
  const inWallet = costCeiling(activation.ceiling, markupOfActivation(deps, activation));
  return (inWallet * MICROS_PER_UNIT) / account.rate_micros;
}

async function settle(
  deps: RentDeps,
  request: BuyRequest,
  attempt: AttemptRow,
  account: ProviderRow,
  outcome: PurchaseOutcome,
): Promise<BuyResult> {
  const { database } = deps;
  switch (outcome.kind) {
    case 'bought':
      return claim(deps, request, attempt, account, outcome.order);
    case 'refused':
      await resolveAttempt(database, attempt.id, ['OPEN', 'AMBIGUOUS', 'ABANDONED'], 'REFUSED', {
        reason: outcome.reason,
        raw: outcome.raw,
      });
      if (outcome.retryAfterMs !== undefined && outcome.reason === 'rate_limited')
        await blockBudget(database, attempt.provider, outcome.retryAfterMs);
      if (outcome.reason === 'no_balance')
        deps.log.warn({ provider: attempt.provider }, 'the provider account has too little balance: top it up');
      return { kind: 'refused', provider: attempt.provider, reason: outcome.reason };
    case 'fatal':
      // A number was sold all the same, in a currency that is not ours: it is booked and cancelled.
      if (outcome.order !== undefined) return claim(deps, request, attempt, account, outcome.order);
      await resolveAttempt(database, attempt.id, ['OPEN', 'AMBIGUOUS', 'ABANDONED'], 'FATAL', { reason: outcome.reason, raw: outcome.raw });
      return { kind: 'refused', provider: attempt.provider, reason: outcome.reason };
    case 'ambiguous':
      await resolveAttempt(database, attempt.id, ['OPEN'], 'AMBIGUOUS', { reason: outcome.reason, raw: outcome.raw });
      await wakeWatcher(database, attempt.provider);
      return { kind: 'ambiguous', provider: attempt.provider };
  }
}

async function claim(
  deps: RentDeps,
  request: BuyRequest,
  attempt: AttemptRow,
  account: ProviderRow,
  bought: BoughtOrder,
): Promise<BuyResult> {
  const { database } = deps;
  const number: ClaimedNumber = {
    providerOrderId: bought.providerOrderId,
    phoneNumber: bought.phoneNumber,
    price: bought.price,
    currency: bought.currency ?? account.currency,
    service: request.service,
    country: request.country,
    operator: bought.operator ?? request.candidate.operator,
    rawStatus: bought.rawStatus,
    lifetimeMs: bought.lifetimeMs ?? adapterOf(deps, attempt.provider).capabilities.defaultLifetimeMs,
    cancelAllowedInMs: bought.cancelAllowedInMs ?? adapterOf(deps, attempt.provider).capabilities.minCancelAgeMs,
    canGetAnotherSms: bought.canGetAnotherSms,
  };
  const house = { provider: attempt.provider, beneficiary: 'house', activationId: null, attemptId: attempt.id } as const;

  if (number.currency !== account.currency || (number.price !== null && number.price > attempt.max_price)) {
    // Dearer than agreed, or in another currency: ours in the books, and cancelled at once by the watcher (rule 2).
    const reason = number.currency === account.currency ? 'above_ceiling' : 'wrong_currency';
    await database.transaction(async (sql) => {
      const booked = await bookOrder(
        sql,
        deps,
        number.currency === account.currency ? number : { ...number, price: null, currency: account.currency },
        { ...house, origin: 'orphan' },
      );
      await resolveAttempt(sql, attempt.id, ['OPEN', 'AMBIGUOUS'], 'REFUSED', {
        reason,
        raw: bought.rawStatus,
        ...(booked === null ? {} : { orderId: booked.id }),
      });
    });
    return { kind: 'refused', provider: attempt.provider, reason };
  }

  const order = await database
    .transaction((sql) => claimForActivation(sql, deps, attempt, number, { from: ['OPEN'], to: 'BOUGHT', origin: 'reply' }))
    .catch((error: unknown) => {
      if (error instanceof LostClaim) return null;
      throw error;
    });
  if (order !== null) return boughtResult(order);
  // It woke late, and the attempt was resolved without it (rule 6); or the activation ended, or got its SMS, meanwhile. The
  // order is the house's; the watcher cancels it. An abandoned attempt has its one orphan with that (rule 9).
  const over = await database.transaction(async (sql) => {
    const booked = await bookOrder(sql, deps, number, { ...house, origin: 'late_claim' });
    const note = { reason: 'activation_over', raw: bought.rawStatus, ...(booked === null ? {} : { orderId: booked.id }) };
    if (await resolveAttempt(sql, attempt.id, ['OPEN', 'AMBIGUOUS'], 'REFUSED', note)) return true;
    if (booked !== null) await takeOrphan(sql, attempt.id, booked.id);
    return false;
  });
  return over
    ? { kind: 'refused', provider: attempt.provider, reason: 'activation_over' }
    : { kind: 'ambiguous', provider: attempt.provider };
}

function boughtResult(order: OrderRow): BoughtResult {
  const now = order.last_seen_at.getTime();
  return {
    kind: 'bought',
    orderId: order.id,
    provider: order.provider,
    expiresInMs: Math.max(0, (order.expires_at?.getTime() ?? now) - now),
    cancelAllowedInMs: Math.max(0, (order.cancel_allowed_at?.getTime() ?? now) - now),
  };
}

/**
 * What became of a try whose activity gave no answer, or whose reply was lost. An attempt that never came to be is barred,
 * so that a worker which wakes late cannot send it (rule 7).
 *
 * @returns null while it is not resolved yet.
 */
export async function lookUpAttempt(deps: RentDeps, request: BuyRequest): Promise<Exclude<BuyResult, { kind: 'ambiguous' }> | null> {
  const { database } = deps;
  const provider = request.candidate.provider;
  const barred = await barAttempt(database, {
    id: deps.newId(),
    activation_id: request.activationId,
    seq: request.seq,
    provider,
    service: request.service,
    country: request.country,
  });
  if (barred) return { kind: 'refused', provider, reason: 'never_sent' };
  const attempt = await attemptBySeq(database, request.activationId, request.seq);
  if (attempt === null || attempt.status === 'OPEN' || attempt.status === 'AMBIGUOUS') return null;
  if ((attempt.status === 'BOUGHT' || attempt.status === 'ADOPTED') && attempt.order_id !== null) {
    const order = await orderById(database, attempt.order_id);
    if (order !== null) return boughtResult({ ...order, last_seen_at: await databaseNow(database) });
  }
  return { kind: 'refused', provider, reason: attempt.reason ?? attempt.status.toLowerCase() };
}
