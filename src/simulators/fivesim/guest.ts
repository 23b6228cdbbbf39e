import { countryOf } from '../../domain/countries.js';
import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js';
import type { Offer } from '../price-list.js';
import { asNumber, jsonReply } from '../protocol.js';
import type { ProtocolRequest, Reply } from '../protocol.js';
import { COUNTRY_SLUGS } from './codes.js';
import { operatorsOf, words } from './context.js';
import type { FiveSimContext } from './context.js';

/** GET /guest/products/{country}/{operator}: what a country sells, cheapest operator's price and everybody's stock. */
export function products(context: FiveSimContext, path: readonly string[]): Reply {
  const [slug = '', operator = ''] = path;
  const country = slug === 'any' ? 'any' : context.countryOf(slug);
  if (country === null) return words('bad country');
  if (operator !== 'any' && (country === 'any' || !operatorsOf(country).includes(operator))) return words('bad operator');
  const sold: Record<string, { Category: string; Qty: number; Price: number }> = {};
  for (const offer of context.prices.all()) {
    if ((country !== 'any' && offer.country !== country) || (operator !== 'any' && offer.operator !== operator)) continue;
    const product = context.productOf(offer.service);
    const known = sold[product];
    if (known === undefined) sold[product] = { Category: 'activation', Qty: offer.stock, Price: asNumber(offer.price) };
    else sold[product] = { Category: 'activation', Qty: known.Qty + offer.stock, Price: Math.min(known.Price, asNumber(offer.price)) };
  }
  return jsonReply(sold);
}

type Matrix = Record<string, Record<string, Record<string, unknown>>>;

/** GET /guest/prices; with `product` alone the nesting is swapped (provider notes 1.4). */
export function prices(context: FiveSimContext, request: ProtocolRequest): Reply {
  const slug = request.params.get('country');
  const product = request.params.get('product');
  const country = slug === null ? null : context.countryOf(slug);
  const service = product === null ? null : context.serviceOf(product);
  if (slug !== null && country === null) return words('country is incorrect');
  if (product !== null && service === null) return words('product is incorrect');
  const productFirst = product !== null && slug === null;
  const absent = context.traps.peek('stock_not_there') !== null;
  const matrix: Matrix = {};
  const offers = country !== null && service !== null ? context.prices.of(service, country) : context.prices.all();
  for (const offer of offers) {
    if ((country !== null && offer.country !== country) || (service !== null && offer.service !== service)) continue;
    const names = [context.slugOf(offer.country), context.productOf(offer.service)] as const;
    const [outer, inner] = productFirst ? [names[1], names[0]] : names;
    ((matrix[outer] ??= {})[inner] ??= {})[offer.operator] = entryOf(offer, absent);
  }
  return jsonReply(matrix);
}

function entryOf(offer: Offer, absent: boolean): Record<string, number> {
  const shown = { cost: asNumber(offer.price), count: absent ? 0 : offer.stock };
  // Left out below 20 % in the docs.
  return offer.rate < 20
    ? shown
    : { ...shown, rate: offer.rate, rate24: offer.rate, rate72: offer.rate, rate168: offer.rate, rate720: offer.rate };
}

/** GET /guest/countries: operators stand among the metadata. */
export function countries(): Reply {
  const shown = COUNTRY_SLUGS.map(([slug, iso]) => {
    const name = countryOf(iso)?.name ?? slug;
    const prefix = isSupportedCountry(iso) ? `+${getCountryCallingCode(iso)}` : '+999';
    const operators = Object.fromEntries(operatorsOf(iso).map((word) => [word, { activation: 1 }]));
    return [slug, { iso: { [iso.toLowerCase()]: 1 }, prefix: { [prefix]: 1 }, text_en: name, text_ru: name, ...operators }];
  });
  return jsonReply(Object.fromEntries(shown));
}
