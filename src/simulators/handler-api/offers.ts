import { countryOf } from '../../domain/countries.js';
import { serviceOf } from '../../domain/services.js';
import type { Offer } from '../price-list.js';
import { asNumber, jsonReply } from '../protocol.js';
import type { ProtocolRequest, Reply } from '../protocol.js';
import { COUNTRY_IDS, SERVICE_CODES } from './codes.js';
import type { HandlerContext } from './context.js';
import { OPERATORS } from './dialect.js';
import { cost, errorReply } from './wording.js';

type Nested = Record<string, Record<string, unknown>>;

/** Offers that the filters leave; a string is what is wrong with a filter. */
function filtered(context: HandlerContext, request: ProtocolRequest): readonly Offer[] | string {
  const serviceCode = request.params.get('service');
  const countryId = request.params.get('country');
  const service = serviceCode === null ? null : context.serviceOf(serviceCode);
  const country = countryId === null ? null : context.countryOf(countryId);
  if (serviceCode !== null && service === null) return 'service is incorrect';
  if (countryId !== null && country === null) return 'country is incorrect';
  if (service !== null && country !== null) return context.prices.of(service, country);
  return context.prices.all().filter((offer) => {
    if (context.dialect === 'herosms' && offer.country === 'RU') return false;
    return (service === null || offer.service === service) && (country === null || offer.country === country);
  });
}

/** getPrices and its relatives; `shape` makes one offer's entry. */
export function getPrices(context: HandlerContext, action: string, request: ProtocolRequest): Reply {
  const offers = filtered(context, request);
  if (typeof offers === 'string') {
    return context.dialect === 'hybrid'
      ? jsonReply({ error: offers.startsWith('service') ? 'Bad service' : 'Bad country' })
      : jsonReply({ status: 'false', msg: offers });
  }
  const absent = context.traps.peek('stock_not_there') !== null;
  const nested: Nested = {};
  for (const offer of offers) {
    const country = context.countryId(offer.country);
    const service = context.serviceCode(offer.service);
    const [outer, inner] = action === 'getPricesVerification' ? [service, country] : [country, service];
    (nested[outer] ??= {})[inner] ??= entryOf(context, action, offer, absent);
  }
  // PHP writes an empty object as a list.
  return jsonReply(Object.keys(nested).length === 0 && context.dialect === 'classic' ? [] : nested);
}

function entryOf(context: HandlerContext, action: string, offer: Offer, absent: boolean): unknown {
  const price = cost(context.dialect, offer.price);
  const exact = asNumber(offer.price).toFixed(4);
  const physicalCount = absent ? 0 : Math.floor(offer.stock * 0.9);
  switch (action) {
    case 'getPricesVerification':
      return { count: offer.stock, price };
    case 'getPricesExtended':
      return { cost: price, count: offer.stock, physicalCount, freePriceMap: { [exact]: offer.stock } };
    case 'getPricesV2':
    case 'getFreePrices':
      return { prices: { [exact]: offer.stock }, has_multi: { [exact]: true } };
    case 'getPricesV3':
      return { price, count: offer.stock, currency: 840, providers: { '1': { count: offer.stock, price: [price], provider_id: 1 } } };
    default:
      return context.dialect === 'herosms' ? { cost: price, count: offer.stock, physicalCount } : { cost: price, count: offer.stock };
  }
}

/** getNumbersStatus: counts of one country by service. */
export function getNumbersStatus(context: HandlerContext, request: ProtocolRequest): Reply {
  const id = request.params.get('country');
  if (id === null && context.dialect === 'herosms') {
    return errorReply('herosms', 'getNumbersStatus', {
      code: 'UNPROCESSABLE_ENTITY',
      info: { field: 'country', code: 'REQUIRED', message: '' },
    });
  }
  const country = context.countryOf(id ?? '0');
  const counts: Record<string, number> = {};
  for (const offer of context.prices.all()) {
    if (offer.country !== country) continue;
    const code = context.serviceCode(offer.service);
    // The old form marks numbers that cannot be forwarded to with _0.
    counts[context.dialect === 'classic' ? `${code}_0` : code] = offer.stock;
  }
  return jsonReply(counts);
}

/** getTopCountriesByService and its relatives. */
export function getTopCountries(context: HandlerContext, request: ProtocolRequest): Reply {
  const service = context.serviceOf(request.params.get('service'));
  if (service === null) return errorReply(context.dialect, 'getTopCountriesByService', { code: 'BAD_SERVICE' });
  const top = context.prices
    .all()
    .filter((offer) => offer.service === service && offer.stock > 0)
    .toSorted((a, b) => b.stock - a.stock)
    .slice(0, 20);
  const free = request.params.get('freePrice') === 'true';
  return jsonReply(
    Object.fromEntries(
      top.map((offer, index) => {
        const price = asNumber(offer.price);
        const entry = {
          country: Number(context.countryId(offer.country)),
          count: offer.stock,
          price,
          retail_price: Math.round(price * 12_000) / 10_000,
        };
        return [String(index), free ? { ...entry, freePriceMap: { [price.toFixed(4)]: offer.stock } } : entry];
      }),
    ),
  );
}

/** getCountries: keyed by id, or Tiger's bare list. */
export function getCountries(context: HandlerContext): Reply {
  const rows = COUNTRY_IDS.filter(([id]) => context.countryOf(id) !== null).map(([id, iso]) => {
    const eng = countryOf(iso)?.name ?? iso;
    const row = { id: Number(id), rus: eng, eng, chn: eng, visible: 1, retry: 1 };
    return context.dialect === 'hybrid' ? row : { ...row, rent: 0, multiService: 0 };
  });
  return jsonReply(context.dialect === 'hybrid' ? rows : Object.fromEntries(rows.map((row) => [String(row.id), row])));
}

export function getServicesList(context: HandlerContext, request: ProtocolRequest): Reply {
  const country = request.params.has('country') ? context.countryOf(request.params.get('country')) : null;
  const sold =
    country === null
      ? null
      : new Set(
          context.prices
            .all()
            .filter((offer) => offer.country === country)
            .map((offer) => offer.service),
        );
  const services = SERVICE_CODES.filter(([, slug]) => sold === null || sold.has(slug)).map(([code, slug]) => ({
    code,
    name: serviceOf(slug)?.title ?? slug,
  }));
  return jsonReply({ status: 'success', services });
}

export function getOperators(context: HandlerContext, request: ProtocolRequest): Reply {
  const lists = Object.entries(OPERATORS).map(([iso, words]) => [context.countryId(iso), ['any', ...words]] as const);
  const id = request.params.get('country');
  if (id === null) return jsonReply({ status: 'success', countryOperators: Object.fromEntries(lists) });
  const words = lists.find(([country]) => country === id)?.[1];
  if (words === undefined) return errorReply(context.dialect, 'getOperators', { code: 'OPERATORS_NOT_FOUND' });
  return jsonReply({ status: 'success', countryOperators: { [id]: words } });
}
