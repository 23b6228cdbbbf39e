import type { Channel } from '../domain/message.js';
import type { Sql } from './database.js';
import type { Span } from './message-reports.js';
import { IS_DELIVERED, IS_UNTOLD } from './verification-health.js';

/** Of which part of the verifications a row tells: of all, or of one day, country or channel. */
interface Part {
  /** `YYYY-MM-DD`, UTC: when the verification was begun. */
  readonly day: string | null;
  readonly country: string | null;
}

/** What verifications came to. */
export interface VerificationCounts extends Part {
  readonly verifications: number;
  readonly pending: number;
  readonly verified: number;
  readonly expired: number;
  /** Their budget of checks was used up. */
  readonly failed: number;
  readonly cancelled: number;
  /** Over, and a code of theirs was delivered. */
  readonly reached: number;
  /** The part of those that were never verified. */
  readonly dropped: number;
  /** Over and never verified, and guessed at, or a fraud rule found something; nought in a client's own report. */
  readonly suspect: number;
}

/** What codes came to. Amounts are micro units of the wallet currency. */
export interface CodeCounts extends Part {
  readonly channel: Channel | null;
  /** Taken by a carrier. */
  readonly codes: number;
  readonly delivered: number;
  /** Known not to be delivered, or silent where its carrier gives receipts. */
  readonly undelivered: number;
  /** Typed back. */
  readonly converted: number;
  /** Delivered with a time. */
  readonly timed: number;
  /** Seconds from the wish to the receipt; null where nothing was delivered. */
  readonly p50_seconds: number | null;
  readonly p99_seconds: number | null;
  /** What clients paid. */
  readonly paid: bigint;
  /** What carriers charged, at their rate of today; nought in a client's own report. */
  readonly cost: bigint;
}

/** Phones that the fraud rules refused for good. */
export interface BlockedCounts extends Part {
  readonly blocked: number;
}

/** Whose verifications are reported: everybody's but of accounts that play, or the caller's own, in a client transaction. */
export type ReportScope = 'house' | 'client';

/** Rules whose findings say nothing of fraud: where nothing is sold, what cannot be reached, haste. */
const INNOCENT = "ARRAY['captcha', 'cooldown', 'country', 'landline', 'lookup']";

const asked = (scope: ReportScope) =>
  `asked AS MATERIALIZED (
     SELECT v.id, v.status, v.country, (v.created_at AT TIME ZONE 'UTC')::date AS day FROM verifications v
     WHERE v.created_at >= $1 AND v.created_at < $2 AND NOT v.test
       ${scope === 'house' ? 'AND v.account_id NOT IN (SELECT id FROM accounts WHERE sandbox)' : ''})`;

/** Verifications that were begun in the span, all together, by day and by country. */
export function verificationCounts(sql: Sql, span: Span, scope: ReportScope): Promise<VerificationCounts[]> {
  const noted = `noted AS (
     SELECT DISTINCT d.verification_id FROM fraud_decisions d
     WHERE d.at >= $1 AND d.at < $2::timestamptz + interval '1 day' AND NOT d.rules <@ ${INNOCENT})`;
  return sql.rows<VerificationCounts>(
    `WITH ${asked(scope)}, ${scope === 'house' ? `${noted}, ` : ''}
     arrived AS (
       SELECT DISTINCT m.verification_id FROM asked k JOIN messages m ON m.verification_id = k.id WHERE ${IS_DELIVERED}),
     each AS (
       SELECT k.day, k.country, k.status, k.status <> 'PENDING' AND r.verification_id IS NOT NULL AS reached,
         k.status IN ('EXPIRED', 'FAILED', 'CANCELLED') AS lost,
         ${scope === 'house' ? "k.status = 'FAILED' OR n.verification_id IS NOT NULL" : 'false'} AS odd
       FROM asked k LEFT JOIN arrived r ON r.verification_id = k.id
         ${scope === 'house' ? 'LEFT JOIN noted n ON n.verification_id = k.id' : ''})
     SELECT to_char(day, 'YYYY-MM-DD') AS day, country, count(*)::int AS verifications,
       count(*) FILTER (WHERE status = 'PENDING')::int AS pending, count(*) FILTER (WHERE status = 'VERIFIED')::int AS verified,
       count(*) FILTER (WHERE status = 'EXPIRED')::int AS expired, count(*) FILTER (WHERE status = 'FAILED')::int AS failed,
       count(*) FILTER (WHERE status = 'CANCELLED')::int AS cancelled, count(*) FILTER (WHERE reached)::int AS reached,
       count(*) FILTER (WHERE reached AND lost)::int AS dropped, count(*) FILTER (WHERE lost AND odd)::int AS suspect
     FROM each GROUP BY GROUPING SETS ((), (day), (country)) ORDER BY day DESC, country`,
    [span.from, span.to],
  );
}

/** Codes of the verifications that were begun in the span, all together, by day, by country and by channel. */
export function codeCounts(sql: Sql, span: Span, scope: ReportScope): Promise<CodeCounts[]> {
  const charged = `charged AS (
     SELECT k.id, sum(t.cost * c.rate_micros / 1000000) AS cost
     FROM codes k JOIN message_attempts t ON t.message_id = k.id JOIN carriers c ON c.id = t.carrier GROUP BY 1)`;
  return sql.rows<CodeCounts>(
    `WITH ${asked(scope)},
     codes AS MATERIALIZED (
       SELECT m.id, k.day, k.country, m.channel, m.sent_at, ${IS_DELIVERED} AS delivered,
         m.ended_at IS NOT NULL AND NOT ${IS_DELIVERED} AND NOT ${IS_UNTOLD} AS undelivered, m.converted,
         extract(epoch FROM m.delivered_at - m.created_at)::float8 AS seconds, m.price
       FROM asked k JOIN messages m ON m.verification_id = k.id)
     ${scope === 'house' ? `, ${charged}` : ''}
     SELECT to_char(day, 'YYYY-MM-DD') AS day, country, channel, count(sent_at)::int AS codes,
       count(*) FILTER (WHERE delivered)::int AS delivered, count(*) FILTER (WHERE undelivered)::int AS undelivered,
       count(*) FILTER (WHERE converted)::int AS converted, count(seconds)::int AS timed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50_seconds, percentile_cont(0.99) WITHIN GROUP (ORDER BY seconds) AS p99_seconds,
       coalesce(sum(price), 0)::bigint AS paid, ${scope === 'house' ? 'coalesce(sum(cost), 0)::bigint' : '0::bigint'} AS cost
     FROM codes ${scope === 'house' ? 'LEFT JOIN charged USING (id)' : ''}
     GROUP BY GROUPING SETS ((), (day), (country), (channel)) ORDER BY day DESC, country, channel`,
    [span.from, span.to],
  );
}

/** Phones that were refused for good in the span, each once, all together, by day and by country. */
export function blockedCounts(sql: Sql, span: Span): Promise<BlockedCounts[]> {
  return sql.rows<BlockedCounts>(
    `WITH refused AS (
       SELECT (at AT TIME ZONE 'UTC')::date AS day, country, number_hash FROM fraud_decisions
       WHERE at >= $1 AND at < $2 AND verdict = 'block' AND NOT rules <@ ${INNOCENT}
         AND account_id NOT IN (SELECT id FROM accounts WHERE sandbox))
     SELECT to_char(day, 'YYYY-MM-DD') AS day, country, count(DISTINCT number_hash)::int AS blocked
     FROM refused GROUP BY GROUPING SETS ((), (day), (country)) ORDER BY day DESC, country`,
    [span.from, span.to],
  );
}

/** How many verifications were begun in the span, counted up to `most`. */
export async function countAsked(sql: Sql, span: Span, most: number): Promise<number> {
  const row = await sql.row<{ count: number }>(
    'SELECT count(*)::int AS count FROM (SELECT FROM verifications WHERE created_at >= $1 AND created_at < $2 LIMIT $3) AS first',
    [span.from, span.to, most],
  );
  return row!.count;
}

/** Lets one report's sorts stay in memory, until its transaction ends. */
export async function allowSorting(sql: Sql): Promise<void> {
  await sql.run("SET LOCAL work_mem = '64MB'");
}
