import { z } from 'zod';
import type { CallScope } from '../caller.js';
import { looseAmount, looseCount } from '../lenient.js';
import type { PriceRow } from '../provider.js';
import { FIVESIM_COUNTRIES, FIVESIM_SERVICES } from './names.js';
import type { Answer, Session } from './session.js';

/** /guest/prices is about 9 MB (provider notes 1.4). */
const MOST_BYTES = 67_108_864;

const nested = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));
const offer = z.object({ cost: looseAmount, count: looseCount, rate: z.number().min(0).max(100).nullish().catch(null) });

/** The full matrix: `{country: {product: {operator: {cost, count, rate}}}}`. */
export async function allPrices(session: Session, scope: CallScope): Promise<PriceRow[]> {
  const answer = await session.ask({ operation: 'prices', path: '/guest/prices', maxBytes: MOST_BYTES }, scope);
  return read(session, answer, 'country first');
}

/** One service everywhere; with `product=` alone the nesting is the other way round (provider notes 1.4). */
export async function pricesOfService(session: Session, service: string, scope: CallScope): Promise<PriceRow[]> {
  const product = FIVESIM_SERVICES.toTheirs(service);
  if (product === null) return [];
  const answer = await session.ask({ operation: 'prices', path: '/guest/prices', query: { product }, maxBytes: MOST_BYTES }, scope);
  return answer.words === 'product is incorrect' ? [] : read(session, answer, 'product first');
}

/** One pair, all its operators. */
export async function pricesOfPair(session: Session, service: string, country: string, scope: CallScope): Promise<PriceRow[]> {
  const product = FIVESIM_SERVICES.toTheirs(service);
  const slug = FIVESIM_COUNTRIES.toTheirs(country);
  if (product === null || slug === null) return [];
  const answer = await session.ask({ operation: 'prices', path: '/guest/prices', query: { country: slug, product } }, scope);
  return answer.words === 'product is incorrect' || answer.words === 'country is incorrect' ? [] : read(session, answer, 'country first');
}

function read(session: Session, answer: Answer, nesting: 'country first' | 'product first'): PriceRow[] {
  const matrix = nested.safeParse(answer.json);
  if (answer.http.status !== 200 || !matrix.success) throw session.error('prices', answer);
  const rows: PriceRow[] = [];
  let strange = 0;
  for (const [outer, middle] of Object.entries(matrix.data)) {
    for (const [inner, operators] of Object.entries(middle)) {
      const country = FIVESIM_COUNTRIES.toOurs(nesting === 'country first' ? outer : inner);
      const service = FIVESIM_SERVICES.toOurs(nesting === 'country first' ? inner : outer);
      if (country === null || service === null) continue;
      for (const [operator, value] of Object.entries(operators)) {
        const parsed = offer.safeParse(value);
        if (!parsed.success) {
          strange += 1;
          continue;
        }
        const { cost, count, rate } = parsed.data;
        rows.push({ service, country, operator, price: cost, stock: count, rate: rate === null || rate === undefined ? null : rate / 100 });
      }
    }
  }
  if (rows.length === 0 && strange > 0) throw session.error('prices', answer, 'unreadable');
  return rows;
}

const countryList = z.record(z.string(), z.record(z.string(), z.unknown()));
/** What stands among the operators of /guest/countries without being one. */
const operatorEntry = z.object({ activation: z.unknown() }).refine((entry) => entry.activation !== undefined);

/** Operator words of a country, from /guest/countries. */
export async function operators(session: Session, country: string, scope: CallScope): Promise<string[]> {
  const slug = FIVESIM_COUNTRIES.toTheirs(country);
  if (slug === null) return [];
  const answer = await session.ask({ operation: 'operators', path: '/guest/countries', maxBytes: 4_194_304 }, scope);
  const parsed = countryList.safeParse(answer.json);
  if (!parsed.success) throw session.error('operators', answer);
  return Object.entries(parsed.data[slug] ?? {})
    .filter(([, entry]) => operatorEntry.safeParse(entry).success)
    .map(([word]) => word);
}
