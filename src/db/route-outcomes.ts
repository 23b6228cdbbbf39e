import type { Evidence } from '../domain/candidates.js';
import type { Experience } from '../domain/experience.js';
import type { Outcomes } from '../domain/scoring.js';
import type { Sql } from './database.js';

/** What a provider's past says of one service in one country. */
export interface PairHistory {
  /** By operator word; an operator that is not there has no outcomes. */
  evidenceOf(operator: string | null): Evidence;
  /** Seconds from purchase to code in the middle case; null where none came. */
  medianOf(operator: string | null): number | null;
}

interface CountRow {
  readonly provider: string;
  readonly level: 'pair' | 'service' | 'country' | 'provider';
  /** Of the level `pair` only; null there: outcomes without an operator, unless `whole`. */
  readonly operator: string | null;
  /** All operators together. */
  readonly whole: boolean;
  readonly successes: number;
  readonly failures: number;
  readonly median: number | null;
}

const NEWEST = (where: string) => `
    SELECT service, country, operator, succeeded, seconds_to_code, at FROM route_outcomes
    WHERE provider = a.provider AND ${where} AND at > now() - $5 * interval '1 second' ORDER BY at DESC LIMIT $6`;

/**
 * Reads what is known of a pair at each of several providers, broader levels included, each without what is counted more
 * exactly. One statement that reads at most four times `newest` outcomes and `newest` waiting numbers a provider, however
 * many there are.
 */
export async function pairHistories(
  sql: Sql,
  providers: readonly string[],
  pair: { readonly service: string; readonly country: string },
  experience: Experience,
): Promise<ReadonlyMap<string, PairHistory>> {
  const rows = await sql.rows<CountRow>(
    `WITH asked AS (SELECT unnest($1::text[]) AS provider),
     seen AS (
       SELECT a.provider, 'pair' AS level, o.operator, o.succeeded, o.seconds_to_code, o.at
       FROM asked a CROSS JOIN LATERAL (${NEWEST('service = $2 AND country = $3')}) o
       UNION ALL
       -- A number that has waited so long has failed until the contrary is known.
       SELECT a.provider, 'pair', w.operator, false, NULL, now()
       FROM asked a CROSS JOIN LATERAL (
         SELECT operator FROM orders
         WHERE provider = a.provider AND service = $2 AND country = $3 AND status IN ('OPEN', 'CANCEL_ASKED', 'EXPIRED')
           AND activation_id IS NOT NULL
           AND first_seen_at BETWEEN now() - interval '1 hour' AND now() - $7 * interval '1 second'
         ORDER BY first_seen_at DESC LIMIT $6) w
       UNION ALL
       SELECT a.provider, 'service', NULL, o.succeeded, NULL, o.at
       FROM asked a CROSS JOIN LATERAL (${NEWEST('service = $2')}) o WHERE o.country <> $3
       UNION ALL
       SELECT a.provider, 'country', NULL, o.succeeded, NULL, o.at
       FROM asked a CROSS JOIN LATERAL (${NEWEST('country = $3')}) o WHERE o.service <> $2
       UNION ALL
       SELECT a.provider, 'provider', NULL, o.succeeded, NULL, o.at
       FROM asked a CROSS JOIN LATERAL (${NEWEST('true')}) o WHERE o.service <> $2 AND o.country <> $3),
     weighed AS (SELECT *, exp(-ln(2) * greatest(0, extract(epoch FROM now() - at)::float8) / $4) AS weight FROM seen)
     SELECT provider, level, operator, grouping(operator) = 1 AS whole,
       coalesce(sum(weight) FILTER (WHERE succeeded), 0) AS successes, coalesce(sum(weight) FILTER (WHERE NOT succeeded), 0) AS failures,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_code::float8) FILTER (WHERE succeeded) AS median
     FROM weighed GROUP BY GROUPING SETS ((provider, level), (provider, level, operator))`,
    [
      providers,
      pair.service,
      pair.country,
      experience.halfLifeSeconds,
      experience.windowSeconds,
      experience.newest,
      experience.waitingCountsAfterSeconds,
    ],
  );
  return new Map(providers.map((provider) => [provider, historyOf(rows.filter((row) => row.provider === provider))]));
}

const NOTHING: Outcomes = Object.freeze({ successes: 0, failures: 0 });

function historyOf(rows: readonly CountRow[]): PairHistory {
  const whole = (level: CountRow['level']) => rows.find((row) => row.level === level && row.whole);
  const byOperator = (operator: string) => rows.find((row) => row.level === 'pair' && !row.whole && row.operator === operator);
  const counts = (row: CountRow | undefined): Outcomes =>
    row === undefined ? NOTHING : { successes: row.successes, failures: row.failures };
  return {
    evidenceOf: (operator) => ({
      broader: [[counts(whole('provider'))], [counts(whole('service')), counts(whole('country'))]],
      pair: counts(whole('pair')),
      operator: operator === null ? null : counts(byOperator(operator)),
    }),
    medianOf: (operator) => (operator === null ? whole('pair') : byOperator(operator))?.median ?? null,
  };
}
