import { COLLAPSE } from '../domain/collapse.js';
import type { Sql } from './database.js';

/** Subjects of one condition that are read at most; beyond that their number is enough. */
const MOST = 5_000;

/** An activation that something is wrong with, since when, and where its number is. */
export interface StuckActivation {
  readonly activation_id: string;
  readonly provider: string;
  readonly since: Date;
}

/** Activations with a confirmed SMS older than ten seconds that their client cannot read. */
export function undeliveredActivations(sql: Sql): Promise<StuckActivation[]> {
  return sql.rows(
    `SELECT activation_id, min(provider) AS provider, min(confirmed_at) AS since FROM inbox
     WHERE confirmed_at <= clock_timestamp() - interval '10 seconds' AND revealed_at IS NULL AND withheld_at IS NULL
       AND activation_id IS NOT NULL
     GROUP BY 1 ORDER BY 3 LIMIT ${MOST}`,
  );
}

/** Activations with a purchase whose end is unknown for so many seconds. */
export function unresolvedActivations(sql: Sql, seconds: number): Promise<StuckActivation[]> {
  return sql.rows(
    `SELECT activation_id, min(provider) AS provider, min(opened_at) AS since FROM attempts
     WHERE status IN ('OPEN', 'AMBIGUOUS') AND opened_at <= clock_timestamp() - $1::float8 * interval '1 second'
     GROUP BY 1 ORDER BY 3 LIMIT ${MOST}`,
    [seconds],
  );
}

/** Age in seconds of the price matrix that clients read; null before the first. */
export async function priceBlobAge(sql: Sql): Promise<number | null> {
  const row = await sql.row<{ age: number }>('SELECT extract(epoch FROM clock_timestamp() - built_at)::float8 AS age FROM price_blob');
  return row?.age ?? null;
}

/**
 * What purchases under way may explain of a balance that is too low at the last pass, by provider, micro units of its currency:
 * orders that the books saw only after the balance was read, and purchases whose end nobody knows.
 */
export async function purchasesUnderWay(sql: Sql): Promise<ReadonlyMap<string, bigint>> {
  const rows = await sql.rows<{ provider: string; amount: bigint }>(
    `SELECT f.provider,
       (SELECT coalesce(sum(o.cost), 0)::bigint FROM orders o WHERE o.provider = f.provider
          AND o.first_seen_at BETWEEN f.read_at - interval '5 seconds' AND f.read_at + interval '2 minutes')
       + (SELECT coalesce(sum(t.max_price), 0)::bigint FROM attempts t WHERE t.provider = f.provider AND t.status IN ('OPEN', 'AMBIGUOUS')) AS amount
     FROM provider_proofs f WHERE f.read_at IS NOT NULL`,
  );
  return new Map(rows.map(({ provider, amount }) => [provider, amount]));
}

/** A pair's outcomes lately and before. */
export interface PairOutcomes {
  readonly provider: string;
  readonly service: string;
  readonly country: string;
  readonly recent_good: number;
  readonly recent_bad: number;
  readonly before_good: number;
  readonly before_bad: number;
}

/**
 * Pairs with enough outcomes lately, most of them without a code, beside their longer history. The last two hours are found by
 * their time; of each pair's past the newest few hundred are read by an index.
 */
export function failingPairs(sql: Sql): Promise<PairOutcomes[]> {
  return sql.rows(
    `WITH recent AS (
       SELECT provider, service, country, count(*) FILTER (WHERE succeeded)::int AS good, count(*) FILTER (WHERE NOT succeeded)::int AS bad
       FROM route_outcomes WHERE at > now() - $1 * interval '1 second' GROUP BY 1, 2, 3
       HAVING count(*) >= $2 AND count(*) FILTER (WHERE NOT succeeded) > count(*) FILTER (WHERE succeeded))
     SELECT r.provider, r.service, r.country, r.good AS recent_good, r.bad AS recent_bad, b.good AS before_good, b.bad AS before_bad
     FROM recent r CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE succeeded)::int AS good, count(*) FILTER (WHERE NOT succeeded)::int AS bad FROM (
         SELECT succeeded FROM route_outcomes o
         -- The provider is compared as an expression, so that only the pair's own index fits: by a provider's index, which is taken
         -- while the table has no statistics yet, all of its outcomes would be read for each pair.
         WHERE o.service = r.service AND o.country = r.country AND o.provider || '' = r.provider
           AND o.at <= now() - $1 * interval '1 second' AND o.at > now() - $3 * interval '1 second'
         ORDER BY o.at DESC LIMIT $4) AS past) b
     ORDER BY 1, 2, 3 LIMIT ${MOST}`,
    [COLLAPSE.recentSeconds, COLLAPSE.recentLeast, COLLAPSE.beforeSeconds, COLLAPSE.beforeNewest],
  );
}
