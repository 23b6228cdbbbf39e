import { formatMoney } from '../../domain/money.js';
import type { PurchaseOutcome, PurchaseRequest, RefusalReason } from '../../domain/purchase.js';
import { edgeFailureOf } from '../edge-failure.js';
import { phoneNumberOf } from '../lenient.js';
import { msUntil } from '../provider-time.js';
import type { CallContext } from '../provider.js';
import { FIVESIM_COUNTRIES, FIVESIM_SERVICES } from './names.js';
import { parseOrder } from './order-record.js';
import { readAnswer } from './session.js';
import type { Answer, Session } from './session.js';

/**
 * Texts after which surely nothing was bought (provider notes 1.3), with 200 or 400. `not enough rating`: buying is
 * blocked for up to 24 hours, which the account's rating shows, not this reply; so it is no ban.
 */
const REFUSALS: ReadonlyMap<string, RefusalReason> = new Map([
  ['no free phones', 'no_numbers'],
  ['not enough product qty', 'no_numbers'],
  ['not enough user balance', 'no_balance'],
  ['not enough rating', 'unavailable'],
  ['server offline', 'unavailable'],
  ['select country', 'unsupported'],
  ['select operator', 'unsupported'],
  ['bad country', 'unsupported'],
  ['bad operator', 'unsupported'],
  ['no product', 'unsupported'],
]);

/** Buys a number; `maxPrice` binds only for any operator (provider notes 1.2), so a dearer one may come back as bought. */
export async function purchase(session: Session, request: PurchaseRequest, call: CallContext): Promise<PurchaseOutcome> {
  const product = FIVESIM_SERVICES.toTheirs(request.service);
  const country = FIVESIM_COUNTRIES.toTheirs(request.country);
  const operator = request.operator ?? 'any';
  if (product === null || country === null || !/^[a-z0-9]{1,40}$/u.test(operator))
    return { kind: 'refused', reason: 'unsupported', raw: '' };
  const sent = await session.exchange(
    {
      operation: 'purchase',
      path: `/user/buy/activation/${country}/${operator}/${product}`,
      query: { maxPrice: formatMoney(request.maxPrice) },
      replyShare: 0.5,
    },
    session.caller.scope(call),
  );
  if (sent.kind === 'not_sent') return { kind: 'refused', reason: sent.late ? 'too_late' : 'not_sent', raw: sent.reason };
  if (sent.kind === 'no_reply') return { kind: 'ambiguous', reason: sent.reason, raw: '' };
  return readPurchase(readAnswer(sent.reply));
}

/** Reads the reply of a purchase; pure, and never guessing. */
export function readPurchase(answer: Answer): PurchaseOutcome {
  const { http } = answer;
  const { raw, status } = http;
  const edge = edgeFailureOf(http);
  if (edge?.kind === 'bad_key') return { kind: 'fatal', reason: 'bad_key', raw };
  if (edge?.kind === 'rate_limited' || edge?.kind === 'turned_away') {
    const wait = edge.retryAfterMs === undefined ? {} : { retryAfterMs: edge.retryAfterMs };
    return { kind: 'refused', reason: edge.kind, raw, ...wait };
  }
  if (edge !== null) return { kind: 'ambiguous', reason: `http_${status}`, raw };
  // The router sends what matches no route to its 404 page: no handler has seen it.
  if (status === 302 && /404\.html/u.test(http.headers['location'] ?? http.bodyText))
    return { kind: 'refused', reason: 'unsupported', raw };
  const reason = answer.words === null ? undefined : REFUSALS.get(answer.words);
  if (reason !== undefined && (status === 200 || status === 400)) return { kind: 'refused', reason, raw };
  const record = status === 200 ? parseOrder(answer.json) : null;
  const phoneNumber = record === null ? null : phoneNumberOf(record.phone);
  if (record === null || phoneNumber === null) return { kind: 'ambiguous', reason: 'unreadable', raw };
  return {
    kind: 'bought',
    order: {
      providerOrderId: record.id,
      phoneNumber,
      price: record.price,
      currency: null,
      operator: record.operator,
      lifetimeMs: msUntil(record.expires, http.dateHeaderMs),
      // Its window for "you need to wait time" is documented nowhere.
      cancelAllowedInMs: null,
      canGetAnotherSms: true,
      rawStatus: record.status,
    },
  };
}
