import { z } from 'zod';
import type { CallScope } from '../caller.js';
import { looseAmount, looseCount } from '../lenient.js';
import type { PriceRow } from '../provider.js';
import { HANDLER_COUNTRIES, HANDLER_READ_ONLY_COUNTRIES, HANDLER_SERVICES } from './names.js';
import type { Session } from './session.js';

/** The whole matrix of HeroSMS is a few megabytes. */
const MOST_BYTES = 33_554_432;

const offer = z.object({ cost: looseAmount, count: looseCount, physicalCount: looseCount.optional() });
const byService = z.record(z.string(), z.unknown());

/**
 * getPrices: `{country: {service: {cost, count, physicalCount}}}`, or `[]` when empty. Rows of names that we do not know
 * are skipped; a reply in which no row at all can be read is unreadable.
 */
export async function prices(
  session: Session,
  filter: { readonly service?: string; readonly country?: string },
  scope: CallScope,
): Promise<PriceRow[]> {
  const service = filter.service === undefined ? undefined : HANDLER_SERVICES.toTheirs(filter.service);
  const country = filter.country === undefined ? undefined : HANDLER_COUNTRIES.toTheirs(filter.country);
  if (service === null || country === null) return [];
  const answer = await session.ask({ operation: 'prices', action: 'getPrices', params: { service, country }, maxBytes: MOST_BYTES }, scope);
  const { reply, failure } = answer;
  // "service is incorrect", "Bad country": the provider does not have what was asked for.
  if (failure !== null && /SERVICE|COUNTRY/u.test(failure.code)) return [];
  if (failure !== null || reply.form !== 'json') throw session.error('prices', answer);
  if (Array.isArray(reply.value) && reply.value.length === 0) return [];
  const matrix = z.record(z.string(), z.unknown()).safeParse(reply.value);
  if (!matrix.success) throw session.error('prices', answer);
  const rows: PriceRow[] = [];
  let strange = 0;
  let read = 0;
  for (const [countryCode, services] of Object.entries(matrix.data)) {
    const offers = byService.safeParse(services);
    if (!offers.success && !(Array.isArray(services) && services.length === 0)) strange += 1;
    if (!offers.success) continue;
    for (const [serviceCode, value] of Object.entries(offers.data)) {
      const parsed = offer.safeParse(value);
      if (!parsed.success) {
        strange += 1;
        continue;
      }
      read += 1;
      const row = toRow(countryCode, serviceCode, parsed.data);
      if (row !== null) rows.push(row);
    }
  }
  if (strange > 0 && read === 0) throw session.error('prices', answer);
  return rows;
}

function toRow(countryCode: string, serviceCode: string, value: z.output<typeof offer>): PriceRow | null {
  const country = HANDLER_READ_ONLY_COUNTRIES.has(countryCode) ? null : HANDLER_COUNTRIES.toOurs(countryCode);
  const service = HANDLER_SERVICES.toOurs(serviceCode);
  if (country === null || service === null) return null;
  // HeroSMS lists numbers that it does not have: 56,964 with a physicalCount of 0 (provider notes 3.1).
  const stock = value.physicalCount === 0 ? 0 : value.count;
  return { service, country, operator: null, price: value.cost, stock, rate: null };
}

/** `{status, countryOperators: {id: [words]}}`; an empty list may stand for the object (PHP). */
const operatorList = z.object({ countryOperators: z.union([z.record(z.string(), z.array(z.string())), z.array(z.unknown()).max(0)]) });

/** Operator words of a country; empty where the server has no such call or no choice there. */
export async function operators(session: Session, country: string, scope: CallScope): Promise<string[]> {
  const code = HANDLER_COUNTRIES.toTheirs(country);
  if (code === null) return [];
  const answer = await session.ask({ operation: 'operators', action: 'getOperators', params: { country: code } }, scope);
  const { reply, failure } = answer;
  if (failure !== null && /OPERATORS_NOT_FOUND|ACTION|COUNTRY|NOT_FOUND/u.test(failure.code)) return [];
  const parsed = failure === null && reply.form === 'json' ? operatorList.safeParse(reply.value) : null;
  if (parsed?.success !== true) throw session.error('operators', answer);
  const lists = parsed.data.countryOperators;
  return Array.isArray(lists) ? [] : (lists[code] ?? []).filter((word) => word !== 'any' && word !== '');
}
