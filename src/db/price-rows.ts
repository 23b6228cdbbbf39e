import type { Evidence } from '../domain/candidates.js';
import { EXPERIENCE, type Experience } from '../domain/experience.js';
import type { Rest } from '../domain/resting.js';
import type { Sql } from './database.js';
import { type Buyer, sellsTo } from './buyers.js';
import { pairHistories } from './route-outcomes.js';
import { type RestRow, restsOf } from './route-rests.js';

/** A row of a provider's list as it is stored. `operator` is empty where the provider does not tell operators apart. */
export interface StoredPrice {
  readonly service: string;
  readonly country: string;
  readonly operator: string;
  /** Micro units of the provider's currency. */
  readonly price: bigint;
  readonly stock: number;
  /** The provider's own delivery rate, 0 to 1; null where it shows none. */
  readonly rate: number | null;
}

/** How much of a stored list a new one changed. */
export interface StoredChange {
  /** Rows that are new or differ. */
  readonly changed: number;
  /** Rows that vanished. */
  readonly removed: number;
}

/**
 * Makes a provider's stored list equal to `rows` (unique by service, country and operator) and notes when it was read.
 * Only rows that differ are written. Call it in a transaction; two lists of one provider are stored one after the other.
 *
 * @returns null, with nothing changed, when a list read later is stored already.
 */
export async function storePrices(sql: Sql, provider: string, rows: readonly StoredPrice[], readAt: Date): Promise<StoredChange | null> {
  await sql.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`prices:${provider}`]);
  const noted = await sql.run(
    `INSERT INTO provider_price_reads (provider, read_at, rows) VALUES ($1, $2, $3)
     ON CONFLICT (provider) DO UPDATE SET read_at = excluded.read_at, rows = excluded.rows WHERE provider_price_reads.read_at <= excluded.read_at`,
    [provider, readAt, rows.length],
  );
  if (noted === 0) return null;
  const columns = [
    provider,
    rows.map((row) => row.service),
    rows.map((row) => row.country),
    rows.map((row) => row.operator),
    rows.map((row) => row.price),
    rows.map((row) => row.stock),
    rows.map((row) => row.rate),
  ];
  const changed = await sql.run(
    `INSERT INTO provider_prices AS p (provider, service, country, operator, price, stock, rate)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::real[])
     ON CONFLICT (service, country, provider, operator) DO UPDATE SET price = excluded.price, stock = excluded.stock, rate = excluded.rate
     WHERE (p.price, p.stock, p.rate) IS DISTINCT FROM (excluded.price, excluded.stock, excluded.rate)`,
    columns,
  );
  const removed = await sql.run(
    `DELETE FROM provider_prices p WHERE p.provider = $1 AND NOT EXISTS (
       SELECT FROM unnest($2::text[], $3::text[], $4::text[]) AS n (service, country, operator)
       WHERE n.service = p.service AND n.country = p.country AND n.operator = p.operator)`,
    columns.slice(0, 4),
  );
  return { changed, removed };
}

/** How many rows of a provider are stored. */
export async function countPrices(sql: Sql, provider: string): Promise<number> {
  return (
    (await sql.row<{ count: number }>('SELECT count(*)::int AS count FROM provider_prices WHERE provider = $1', [provider]))?.count ?? 0
  );
}

/** An offer that a purchase may be tried with; see `rankOffers` of the domain. */
export interface CandidateRow {
  readonly provider: string;
  /** Null: any. */
  readonly operator: string | null;
  /** Micro units of `currency`, the provider's. */
  readonly cost: bigint;
  readonly currency: string;
  /** Micro units of the wallet currency for one unit of the provider's. */
  readonly rateMicros: bigint;
  readonly stock: number;
  /** Our own outcomes, decayed. */
  readonly evidence: Evidence;
  readonly medianSecondsToCode: number | null;
  /** What it is left alone for now; the strictest, then the longest, of its own, its pair's and its account's. */
  readonly rest: Rest | null;
  /** When the provider's list was read. */
  readonly readAt: Date;
  readonly simulated: boolean;
}

/** Providers that sell now: neither paused nor retired, and with a circuit that is closed or waits for somebody to probe. */
const SELLING = `v.paused_at IS NULL AND v.retired_at IS NULL AND (v.circuit_open_until IS NULL
  OR (v.circuit_open_until <= clock_timestamp() AND (v.circuit_probe_until IS NULL OR v.circuit_probe_until <= clock_timestamp())))`;

type OfferRow = Omit<CandidateRow, 'evidence' | 'medianSecondsToCode' | 'rest'>;

/**
 * What could be bought for a service in a country: rows with stock of providers that sell now, cheapest first, at most 500.
 * With `operator`, only rows of that operator; otherwise every operator's row, and the rows of providers without operators.
 * A buyer who plays is sold simulators' rows, anybody else those only where there is no real provider.
 * The caller keeps denied services and countries away. Three statements: offers, experience, rests.
 */
export async function candidatesFor(
  sql: Sql,
  wanted: { readonly service: string; readonly country: string; readonly operator: string | null; readonly experience?: Experience },
  buyer: Buyer,
): Promise<CandidateRow[]> {
  const offers = await sql.rows<OfferRow>(
    `SELECT p.provider, nullif(p.operator, '') AS operator, p.price AS cost, v.currency, v.rate_micros AS "rateMicros", p.stock,
       r.read_at AS "readAt", v.simulated
     FROM provider_prices p
     JOIN providers v ON v.id = p.provider
     JOIN provider_price_reads r ON r.provider = p.provider
     WHERE p.service = $1 AND p.country = $2 AND ($3::text IS NULL OR p.operator = $3) AND p.stock > 0 AND ${SELLING} AND ${sellsTo('$4')}
     ORDER BY p.price, p.provider, p.operator LIMIT 500`,
    [wanted.service, wanted.country, wanted.operator, buyer.sandbox],
  );
  if (offers.length === 0) return [];
  const providers = [...new Set(offers.map(({ provider }) => provider))];
  const histories = await pairHistories(sql, providers, wanted, wanted.experience ?? EXPERIENCE);
  const rests = await restsOf(sql, providers, wanted);
  return offers.map((offer) => ({
    ...offer,
    evidence: histories.get(offer.provider)!.evidenceOf(offer.operator),
    medianSecondsToCode: histories.get(offer.provider)!.medianOf(offer.operator),
    rest: restOf(offer, rests),
  }));
}

function restOf(offer: OfferRow, rests: readonly RestRow[]): Rest | null {
  const own = rests.filter(
    ({ provider, operator }) => provider === offer.provider && (operator === '' || operator === (offer.operator ?? '')),
  );
  const [first] = own.toSorted((a, b) => Number(b.strict) - Number(a.strict) || b.until.getTime() - a.until.getTime());
  return first === undefined ? null : { reason: first.reason, until: first.until, strict: first.strict };
}

const OUTCOMES = `
  LEFT JOIN LATERAL (
    SELECT sum(weight) FILTER (WHERE succeeded) AS successes, sum(weight) FILTER (WHERE NOT succeeded) AS failures
    FROM (
      SELECT succeeded, exp(-ln(2) * extract(epoch FROM now() - at)::float8 / $1) AS weight
      FROM route_outcomes
      WHERE service = p.service AND country = p.country AND provider = p.provider AND (p.operator = '' OR operator = p.operator)
        AND at > now() - $2 * interval '1 second'
    ) AS recent
  ) AS o ON true`;

/** A row of the price list with everything that a client's figure is made from. */
export interface ExactPriceRow {
  readonly service: string;
  readonly country: string;
  readonly provider: string;
  readonly operator: string;
  readonly cost: bigint;
  readonly rate_micros: bigint;
  readonly stock: number;
  readonly successes: number;
  readonly failures: number;
  readonly read_at: Date;
}

/** Which rows of the price list, and from where on. */
export interface ExactPriceFilter {
  readonly service: string | null;
  readonly country: string | null;
  readonly deniedServices: readonly string[];
  readonly deniedCountries: readonly string[];
  readonly buyer: Buyer;
  /** Service, country, provider and operator of the last row of the page before. */
  readonly after: readonly [service: string, country: string, provider: string, operator: string] | null;
  readonly limit: number;
}

/** Rows of the price list in order of service, country, provider and operator; sold-out rows included. */
export function readExactPrices(sql: Sql, filter: ExactPriceFilter): Promise<ExactPriceRow[]> {
  const [service = null, country = null, provider = null, operator = null] = filter.after ?? [];
  return sql.rows<ExactPriceRow>(
    `SELECT p.service, p.country, p.provider, p.operator, p.price AS cost, v.rate_micros, p.stock,
       coalesce(o.successes, 0) AS successes, coalesce(o.failures, 0) AS failures, r.read_at
     FROM provider_prices p
     JOIN providers v ON v.id = p.provider AND v.paused_at IS NULL AND v.retired_at IS NULL
     JOIN provider_price_reads r ON r.provider = p.provider ${OUTCOMES}
     WHERE ${sellsTo('$12')} AND ($3::text IS NULL OR p.service = $3) AND ($4::text IS NULL OR p.country = $4)
       AND p.service <> ALL ($5::text[]) AND p.country <> ALL ($6::text[])
       AND ($7::text IS NULL OR (p.service, p.country, p.provider, p.operator) > ($7, $8, $9, $10))
     ORDER BY p.service, p.country, p.provider, p.operator LIMIT $11`,
    [
      EXPERIENCE.halfLifeSeconds,
      EXPERIENCE.windowSeconds,
      filter.service,
      filter.country,
      filter.deniedServices,
      filter.deniedCountries,
      service,
      country,
      provider,
      operator,
      filter.limit,
      filter.buyer.sandbox,
    ],
  );
}

/** One pair at one provider, over all its operators. */
export interface PairRow {
  readonly provider: string;
  readonly service: string;
  readonly country: string;
  /** Cheapest with stock, else cheapest; micro units of the provider's currency. */
  readonly cost: bigint;
  readonly rate_micros: bigint;
  readonly stock: number;
  readonly successes: number;
  readonly failures: number;
}

/** Every pair of every provider that sells to ordinary accounts and is neither paused nor retired, in order of provider, service and country. */
export function readPairs(
  sql: Sql,
  denied: { readonly services: readonly string[]; readonly countries: readonly string[] },
): Promise<PairRow[]> {
  return sql.rows<PairRow>(
    `WITH o AS (
       SELECT provider, service, country, sum(weight) FILTER (WHERE succeeded) AS successes, sum(weight) FILTER (WHERE NOT succeeded) AS failures
       FROM (
         SELECT provider, service, country, succeeded, exp(-ln(2) * extract(epoch FROM now() - at)::float8 / $1) AS weight
         FROM route_outcomes WHERE at > now() - $2 * interval '1 second'
       ) AS recent GROUP BY provider, service, country
     )
     SELECT p.provider, p.service, p.country, coalesce(min(p.price) FILTER (WHERE p.stock > 0), min(p.price)) AS cost, v.rate_micros,
       least(sum(p.stock), 2147483647)::int AS stock, coalesce(o.successes, 0) AS successes, coalesce(o.failures, 0) AS failures
     FROM provider_prices p
     JOIN providers v ON v.id = p.provider AND v.paused_at IS NULL AND v.retired_at IS NULL
     LEFT JOIN o ON o.provider = p.provider AND o.service = p.service AND o.country = p.country
     WHERE p.service <> ALL ($3::text[]) AND p.country <> ALL ($4::text[]) AND ${sellsTo('false')}
     GROUP BY p.provider, p.service, p.country, v.rate_micros, o.successes, o.failures
     ORDER BY p.provider, p.service, p.country`,
    [EXPERIENCE.halfLifeSeconds, EXPERIENCE.windowSeconds, denied.services, denied.countries],
  );
}

/** When each list of a provider that sells to ordinary accounts was last read. */
export function readPriceReads(sql: Sql): Promise<{ readonly provider: string; readonly read_at: Date }[]> {
  return sql.rows(
    `SELECT r.provider, r.read_at FROM provider_price_reads r
     JOIN providers v ON v.id = r.provider AND v.paused_at IS NULL AND v.retired_at IS NULL AND ${sellsTo('false')} ORDER BY r.provider`,
  );
}
