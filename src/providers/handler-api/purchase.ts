import { z } from 'zod';
import { formatMoney, moneyFromProvider } from '../../domain/money.js';
import type { BoughtOrder, PurchaseOutcome, PurchaseRequest, RefusalReason } from '../../domain/purchase.js';
import type { CallScope, ProviderReply } from '../caller.js';
import { currencyOf } from '../currency.js';
import { edgeFailureOf } from '../edge-failure.js';
import { absentAsNull, looseAmount, looseFlag, looseId, looseText, phoneNumberOf } from '../lenient.js';
import { msBetween, msUntil } from '../provider-time.js';
import type { CallContext } from '../provider.js';
import { failureOf } from './failure.js';
import type { HandlerFailure } from './failure.js';
import { saysBadKey, saysNoSuchAction, saysRateLimited, waitOf } from './failure-meaning.js';
import { HANDLER_COUNTRIES, HANDLER_SERVICES } from './names.js';
import { readForm } from './reply.js';
import type { HandlerReply } from './reply.js';
import type { Session } from './session.js';

/** Refusals after which surely nothing was bought; whatever is not here (and not fatal) is ambiguous. */
const REFUSALS: ReadonlyMap<string, RefusalReason> = new Map([
  ['NO_NUMBERS', 'no_numbers'],
  ['NO_NUMBER', 'no_numbers'],
  ['NO_PROVIDERS', 'no_numbers'],
  ['OUT_OF_STOCK', 'no_numbers'],
  ['WRONG_MAX_PRICE', 'price_too_low'],
  ['MAX_PRICE_EXCEEDED', 'price_too_low'],
  ['NO_BALANCE', 'no_balance'],
  ['NO_MONEY', 'no_balance'],
  ['NO_BALANCE_FORWARD', 'no_balance'],
  ['CHANNELS_LIMIT', 'channels_limit'],
  ['TOO_MANY_ACTIVE_RENTALS', 'channels_limit'],
  ['SERVICE_NOT_AVAILABLE', 'unavailable'],
  ['NOT_AVAILABLE', 'unavailable'],
  ['WHATSAPP_NOT_AVAILABLE', 'unavailable'],
  ['SERVICE_UNAVAILABLE_REGION', 'unavailable'],
  ['BAD_SERVICE', 'unsupported'],
  ['WRONG_SERVICE', 'unsupported'],
  ['BAD_COUNTRY', 'unsupported'],
  ['WRONG_COUNTRY', 'unsupported'],
  ['BAD_OPERATOR', 'unsupported'],
  ['WRONG_OPERATOR', 'unsupported'],
  ['WRONG_EXCEPTION_PHONE', 'unsupported'],
  ['NO_YULA_MAIL', 'unsupported'],
  ['UNPROCESSABLE_ENTITY', 'unsupported'],
  ['BAD_ACTION', 'unsupported'],
  ['WRONG_ACTION', 'unsupported'],
  ['NO_ACTION', 'unsupported'],
]);

/** The reply of getNumberV2; types differ by clone (provider notes 2.2, 3.1, 3.4). */
const boughtV2 = z.object({
  activationId: looseId,
  phoneNumber: looseText,
  activationCost: absentAsNull(looseAmount).catch(null),
  currency: absentAsNull(looseText).catch(null),
  activationTime: absentAsNull(looseText).catch(null),
  activationEndTime: absentAsNull(looseText).catch(null),
  activationOperator: absentAsNull(looseText).catch(null),
  canGetAnotherSms: absentAsNull(looseFlag).catch(null),
});

/**
 * Buys a number. getNumberV2 is asked first because its reply carries cost, currency and end; a server that answers
 * BAD_ACTION has surely done nothing, so only then getNumber is asked.
 */
export async function purchase(session: Session, request: PurchaseRequest, call: CallContext): Promise<PurchaseOutcome> {
  const service = HANDLER_SERVICES.toTheirs(request.service);
  const country = HANDLER_COUNTRIES.toTheirs(request.country);
  if (service === null || country === null) return { kind: 'refused', reason: 'unsupported', raw: '' };
  const params = { service, country, operator: request.operator, maxPrice: formatMoney(request.maxPrice) };
  const scope = session.caller.scope(call);
  if (session.knowledge.numberV2 !== false) {
    const outcome = await buy(session, 'getNumberV2', params, scope);
    if (outcome !== 'no_such_action') return outcome;
    session.knowledge.numberV2 = false;
  }
  const outcome = await buy(session, 'getNumber', params, scope);
  return outcome === 'no_such_action' ? { kind: 'refused', reason: 'unsupported', raw: 'BAD_ACTION' } : outcome;
}

async function buy(
  session: Session,
  action: 'getNumber' | 'getNumberV2',
  params: Readonly<Record<string, string | undefined>>,
  scope: CallScope,
): Promise<PurchaseOutcome | 'no_such_action'> {
  const sent = await session.exchange({ operation: 'purchase', action, params, replyShare: 0.5 }, scope);
  if (sent.kind === 'not_sent') return { kind: 'refused', reason: sent.late ? 'too_late' : 'not_sent', raw: sent.reason };
  if (sent.kind === 'no_reply') return { kind: 'ambiguous', reason: sent.reason, raw: '' };
  const reply = readForm(sent.reply);
  const failure = failureOf(reply);
  if (failure !== null && saysNoSuchAction(failure) && sent.reply.status < 500) return 'no_such_action';
  return readPurchase(reply, failure, session);
}

/** Reads the reply of getNumber and getNumberV2; pure, and never guessing. */
export function readPurchase(
  reply: HandlerReply,
  failure: HandlerFailure | null,
  account: { readonly currency: string; readonly minCancelAgeMs: number },
): PurchaseOutcome {
  const { http } = reply;
  const { raw } = http;
  const worded = failure !== null && (reply.form === 'token' || reply.form === 'json') && http.status < 500;
  if (!worded) {
    const edge = edgeFailureOf(http);
    if (edge?.kind === 'bad_key') return { kind: 'fatal', reason: 'bad_key', raw };
    if (edge?.kind === 'rate_limited')
      return { kind: 'refused', reason: 'rate_limited', raw, ...optional('retryAfterMs', edge.retryAfterMs) };
    if (edge?.kind === 'turned_away')
      return { kind: 'refused', reason: 'turned_away', raw, ...optional('retryAfterMs', edge.retryAfterMs) };
    if (edge !== null) return { kind: 'ambiguous', reason: `http_${http.status}`, raw };
  }
  if (failure !== null) return readRefusal(failure, http);
  const order = readBought(reply, account.minCancelAgeMs);
  if (order === null) return { kind: 'ambiguous', reason: 'unreadable', raw };
  if (order.currency !== null && order.currency !== account.currency) return { kind: 'fatal', reason: 'wrong_currency', raw, order };
  return { kind: 'bought', order };
}

function readRefusal(failure: HandlerFailure, http: ProviderReply): PurchaseOutcome {
  const { raw } = http;
  const wait = optional('retryAfterMs', waitOf(failure, http));
  if (saysBadKey(failure)) return { kind: 'fatal', reason: 'bad_key', raw };
  if (failure.code === 'ACCOUNT_INACTIVE') return { kind: 'fatal', reason: 'account_inactive', raw };
  if (failure.code === 'BANNED') {
    // HeroSMS bans single service-country pairs too; the account may then buy everything else.
    if (failure.info['scope'] === 'specific') return { kind: 'refused', reason: 'unavailable', raw, ...wait };
    return { kind: 'fatal', reason: 'banned', raw, ...wait };
  }
  if (saysRateLimited(failure)) return { kind: 'refused', reason: 'rate_limited', raw, ...wait };
  // GrizzlySMS says it in words (provider notes 3.4).
  const reason = failure.code.includes('PROHIBITED_FOR_SALE') ? 'unavailable' : REFUSALS.get(failure.code);
  if (reason === undefined) return { kind: 'ambiguous', reason: failure.code.toLowerCase().slice(0, 60), raw };
  const minPrice = reason === 'price_too_low' ? lowestPrice(failure) : undefined;
  return { kind: 'refused', reason, raw, ...optional('minPrice', minPrice), ...wait };
}

/** `WRONG_MAX_PRICE:0.35`, or `info.min` of the envelope. */
function lowestPrice(failure: HandlerFailure): bigint | undefined {
  const min = failure.info['min'] ?? failure.rest;
  if (typeof min !== 'string' && typeof min !== 'number') return undefined;
  try {
    return moneyFromProvider(min);
  } catch {
    return undefined;
  }
}

function readBought(reply: HandlerReply, minCancelAgeMs: number): BoughtOrder | null {
  const { http } = reply;
  if (http.status < 200 || http.status > 299) return null;
  if (reply.form === 'token' && reply.token === 'ACCESS_NUMBER') {
    const [id = '', phone = ''] = reply.rest?.split(':') ?? [];
    const phoneNumber = phoneNumberOf(phone.trim());
    if (!/^\d{1,20}$/u.test(id) || phoneNumber === null) return null;
    // DaisySMS names the price in a header (provider notes 3.4).
    const price = looseAmount.safeParse(http.headers['x-price'] ?? '');
    return {
      providerOrderId: id,
      phoneNumber,
      price: price.success ? price.data : null,
      currency: null,
      operator: null,
      lifetimeMs: null,
      cancelAllowedInMs: minCancelAgeMs,
      canGetAnotherSms: null,
      rawStatus: 'ACCESS_NUMBER',
    };
  }
  if (reply.form !== 'json') return null;
  const parsed = boughtV2.safeParse(reply.value);
  if (!parsed.success) return null;
  const row = parsed.data;
  const phoneNumber = phoneNumberOf(row.phoneNumber);
  if (phoneNumber === null) return null;
  return {
    providerOrderId: row.activationId,
    phoneNumber,
    price: row.activationCost,
    currency: currencyOf(row.currency),
    operator: row.activationOperator,
    lifetimeMs: msUntil(row.activationEndTime, http.dateHeaderMs) ?? msBetween(row.activationTime, row.activationEndTime),
    cancelAllowedInMs: minCancelAgeMs,
    canGetAnotherSms: row.canGetAnotherSms,
    rawStatus: 'ACCESS_NUMBER',
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
