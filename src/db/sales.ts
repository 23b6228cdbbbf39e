import type { RatingRule, Sales } from '../domain/resting.js';
import type { Sql } from './database.js';

/** Of an account's or a pair's numbers only so many of the newest are looked at. */
const NEWEST = 1_000;

/**
 * Numbers that a provider sold us lately, of one pair or of the whole account, whoever they were bought for: open ones
 * included, which have no code yet. At most the newest thousand.
 */
export async function salesOf(
  sql: Sql,
  provider: string,
  pair: { readonly service: string; readonly country: string } | null,
  windowMs: number,
): Promise<Sales> {
  const row = await sql.row<{ numbers: number; with_code: number }>(
    `SELECT count(*)::int AS numbers, (count(*) FILTER (WHERE status = 'CLOSED_WITH_SMS'))::int AS with_code FROM (
       SELECT status FROM orders
       WHERE provider = $1 AND first_seen_at > clock_timestamp() - $2::float8 * interval '1 ms'
         ${pair === null ? '' : 'AND service = $4 AND country = $5'}
       ORDER BY first_seen_at DESC LIMIT $3) AS newest`,
    [provider, windowMs, NEWEST, ...(pair === null ? [] : [pair.service, pair.country])],
  );
  return { numbers: row!.numbers, withCode: row!.with_code };
}

/**
 * Where our own orders leave a rating that starts full and cannot rise above that: the lowest sum of what the newest orders
 * gained and lost, counted back from now. Open orders have changed nothing yet.
 */
export async function ratingOf(sql: Sql, provider: string, rule: RatingRule): Promise<number> {
  const row = await sql.row<{ lowest: number | null }>(
    `SELECT min(sum)::float8 AS lowest FROM (
       SELECT sum(CASE WHEN status = 'CLOSED_WITH_SMS' THEN $2::float8 WHEN status IN ('OPEN', 'CANCEL_ASKED') THEN 0 ELSE -$3::float8 END)
         OVER (ORDER BY first_seen_at DESC, id) AS sum
       FROM (SELECT id, status, first_seen_at FROM orders WHERE provider = $1 ORDER BY first_seen_at DESC LIMIT $4) AS newest) AS sums`,
    [provider, rule.gain, rule.loss, NEWEST],
  );
  return Math.max(0, rule.full + Math.min(0, row?.lowest ?? 0));
}
