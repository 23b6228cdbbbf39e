import type { Conversion } from '../domain/unverified-budget.js';
import type { Sql } from './database.js';

/** Which codes are counted. */
export interface ConversionScope {
  readonly accountId: string;
  /** Null counts every country. */
  readonly country: string | null;
  /** Null counts every prefix. */
  readonly prefix: string | null;
  readonly from: Date;
  readonly until: Date;
  /** Milliseconds in which a code is typed back, or not. */
  readonly settleMs: number;
}

/** Enough to know a share by; the newest count. */
const MOST_VERIFICATIONS = 1_000;

/**
 * Codes of the newest verifications of a scope that reached a phone, as far as is known, and how many of those were typed back in
 * time. A code that surely did not arrive says nothing of who asked for it; nor does one that is still to settle.
 */
export async function conversionOf(sql: Sql, scope: ConversionScope): Promise<Conversion> {
  const newest =
    scope.prefix === null
      ? `SELECT id, verified_at FROM verifications
         WHERE account_id = $1 AND NOT test AND ($2::text IS NULL OR country = $2) AND $3::text IS NULL AND created_at >= $4 AND created_at < $5
         ORDER BY created_at DESC LIMIT ${MOST_VERIFICATIONS}`
      : `SELECT v.id, v.verified_at FROM verifications v WHERE NOT v.test AND v.id IN (
           SELECT d.verification_id FROM fraud_decisions d
           WHERE d.account_id = $1 AND ($2::text IS NULL OR d.country = $2) AND d.prefix = $3 AND d.verdict = 'allow' AND d.at >= $4 AND d.at < $5
           ORDER BY d.at DESC LIMIT ${MOST_VERIFICATIONS})`;
  const row = await sql.row<{ codes: number; typed_back: number }>(
    `WITH newest AS MATERIALIZED (${newest}), sent AS (
       SELECT n.id, bool_or(n.verified_at IS NOT NULL AND n.verified_at <= s.created_at + $6::float8 * interval '1 ms') AS typed_back,
         count(*) AS codes
       FROM newest n JOIN verification_sends s ON s.verification_id = n.id JOIN messages m ON m.id = s.id
       WHERE s.created_at < $5 AND m.sent_at IS NOT NULL AND m.status NOT IN ('UNDELIVERED', 'EXPIRED', 'CANCELLED')
       GROUP BY n.id)
     SELECT coalesce(sum(codes), 0)::int AS codes, count(*) FILTER (WHERE typed_back)::int AS typed_back FROM sent`,
    [scope.accountId, scope.country, scope.prefix, scope.from, scope.until, scope.settleMs],
  );
  return { codes: row?.codes ?? 0, typedBack: row?.typed_back ?? 0 };
}
