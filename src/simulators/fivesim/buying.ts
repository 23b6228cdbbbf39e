import { parseMoney } from '../../domain/money.js';
import { jsonReply } from '../protocol.js';
import type { ProtocolRequest, Reply } from '../protocol.js';
import { operatorsOf, orderShown, words } from './context.js';
import type { FiveSimContext } from './context.js';

const HOURS: Readonly<Record<string, number>> = { '3hours': 3, '1day': 24, '10days': 240, '1month': 720 };

/** GET /user/buy/activation/{country}/{operator}/{product} and its hosting sister. */
export function buy(context: FiveSimContext, request: ProtocolRequest, path: readonly string[], now: number): Reply {
  const [category = '', countrySlug = '', operator = '', product = ''] = path;
  const { traps } = context;
  if (traps.spring('server_offline') !== null) return words('server offline');
  if (traps.spring('unknown_answer') !== null) return words('something new');
  if (traps.spring('not_enough_rating') !== null || context.rating() <= 0) return words('not enough rating');
  if (countrySlug === '') return words('select country');
  if (operator === '') return words('select operator');
  const country = countrySlug === 'any' ? anyCountry(context, product) : context.countryOf(countrySlug);
  if (country === null) return words('bad country');
  if (operator !== 'any' && !operatorsOf(country).includes(operator)) return words('bad operator');
  const hosting = category === 'hosting';
  const service = hosting ? 'other' : context.serviceOf(product);
  if (service === null || (hosting && HOURS[product] === undefined)) return words('no product');
  const maxPrice = ceilingOf(context, request, operator, product);
  const bought = context.trade.buy(
    {
      service,
      country,
      operators: operator === 'any' ? [] : [operator],
      maxPrice,
      ...(hosting ? { lifetimeMs: HOURS[product]! * 3_600_000 } : {}),
    },
    now,
  );
  switch (bought.kind) {
    case 'bought':
      return jsonReply(orderShown(context, bought.order, now));
    case 'no_balance':
      return words('not enough user balance');
    case 'no_numbers':
    case 'wrong_max_price':
    case 'order_already_exists':
      // Documented as a 200, seen as a 400 (provider notes 1.3).
      return words('no free phones', traps.spring('no_free_phones_400') === null ? 200 : 400);
  }
}

/** `maxPrice` overrides the account's own ceilings, and both bind for any operator only. */
function ceilingOf(context: FiveSimContext, request: ProtocolRequest, operator: string, product: string): number | null {
  if (operator !== 'any') return null;
  const given = request.params.get('maxPrice');
  if (given === null || given === '') return context.maxPrices.get(product)?.price ?? null;
  try {
    return Number(parseMoney(given));
  } catch {
    return null;
  }
}

function anyCountry(context: FiveSimContext, product: string): string | null {
  const service = context.serviceOf(product);
  const offers = context.prices.all().filter((offer) => offer.service === service && offer.stock > 0);
  return offers.toSorted((a, b) => a.price - b.price)[0]?.country ?? null;
}

/** GET /user/reuse/{product}/{number}: a number that was bought before and finished can be had again. */
export function reuse(context: FiveSimContext, path: readonly string[], now: number): Reply {
  const [product = '', number = ''] = path;
  if (!/^\d{4,15}$/u.test(number)) return words('reuse not possible');
  const earlier = [...context.books.orders.values()].findLast((order) => order.phone === number);
  if (earlier === undefined || earlier.status === 'cancelled') return words('reuse not possible');
  if (earlier.status === 'open' || context.serviceOf(product) !== earlier.service) return words('reuse false');
  if (earlier.status !== 'finished') return words('reuse expired');
  const bought = context.trade.buy(
    { service: earlier.service, country: earlier.country, operators: [], maxPrice: null, phone: earlier.phone },
    now,
  );
  if (bought.kind === 'no_balance') return words('not enough user balance');
  return bought.kind === 'bought' ? jsonReply(orderShown(context, bought.order, now)) : words('reuse expired');
}
