import type { FraudDecision, RuleFinding } from '../domain/fraud.js';
import type { Channel } from '../domain/message.js';
import type { Sql } from './database.js';
import { placeOf } from './page-place.js';

/** A decision as it is kept. Hashes are hex. */
export interface StoredDecision {
  readonly id: string;
  readonly accountId: string;
  readonly verificationId: string;
  readonly numberHash: string;
  readonly ipHash: string | null;
  readonly prefix: string;
  readonly country: string;
  readonly lineType: string;
  readonly channel: Channel;
  readonly verdict: FraudDecision['verdict'];
  readonly mode: RuleFinding['mode'] | null;
  readonly findings: readonly RuleFinding[];
  readonly at: Date;
}

/** Keeps a decision with its reasons. */
export async function putDecision(sql: Sql, decision: StoredDecision): Promise<void> {
  await sql.run(
    `INSERT INTO fraud_decisions (id, account_id, verification_id, number_hash, ip_hash, prefix, country, line_type, channel, verdict, mode, rules, findings, at)
     VALUES ($1, $2, $3, decode($4, 'hex'), decode($5, 'hex'), $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      decision.id,
      decision.accountId,
      decision.verificationId,
      decision.numberHash,
      decision.ipHash,
      decision.prefix,
      decision.country,
      decision.lineType,
      decision.channel,
      decision.verdict,
      decision.mode,
      decision.findings.map(({ rule }) => rule),
      JSON.stringify(decision.findings),
      decision.at,
    ],
  );
}

/** Whether a code of this verification to this number was allowed within the last ten minutes. Hashes are hex. */
export async function wasAllowed(sql: Sql, of: { readonly verificationId: string; readonly numberHash: string }): Promise<boolean> {
  const row = await sql.row(
    `SELECT 1 AS one FROM fraud_decisions WHERE verification_id = $1 AND number_hash = decode($2, 'hex') AND verdict = 'allow' AND at > now() - interval '10 minutes' LIMIT 1`,
    [of.verificationId, of.numberHash],
  );
  return row !== null;
}

/** A decision as operators read it. */
export interface DecisionRow {
  readonly id: string;
  readonly account_id: string;
  readonly verification_id: string;
  /** Short forms of the keyed hashes, in hex: what is the same phone and the same network, and no more. */
  readonly number: string;
  readonly network: string | null;
  readonly prefix: string;
  readonly country: string;
  readonly line_type: string;
  readonly channel: Channel;
  readonly verdict: FraudDecision['verdict'];
  readonly mode: RuleFinding['mode'] | null;
  readonly findings: readonly RuleFinding[];
  readonly at: Date;
  /** `at` to the microsecond, as a page's place. */
  readonly place: string;
}

/** Which decisions are listed; null narrows nothing. */
export interface DecisionFilter {
  readonly rule: string | null;
  readonly verdict: FraudDecision['verdict'] | null;
  readonly accountId: string | null;
  readonly verificationId: string | null;
  /** Place and id of the last item of the page before. */
  readonly after: readonly [place: string, id: string] | null;
  readonly limit: number;
}

/** Decisions, the newest first. */
export function listDecisions(sql: Sql, filter: DecisionFilter): Promise<DecisionRow[]> {
  return sql.rows<DecisionRow>(
    `SELECT id, account_id, verification_id, encode(substring(number_hash FOR 8), 'hex') AS number, encode(substring(ip_hash FOR 8), 'hex') AS network,
       prefix, country, line_type, channel, verdict, mode, findings, at, ${placeOf('at')}
     FROM fraud_decisions
     WHERE ($1::text IS NULL OR (rules @> ARRAY[$1] AND rules <> '{}')) AND ($2::text IS NULL OR verdict = $2)
       AND ($3::uuid IS NULL OR account_id = $3) AND ($4::uuid IS NULL OR verification_id = $4)
       AND ($5::timestamptz IS NULL OR (at, id) < ($5::timestamptz, $6::uuid))
     ORDER BY at DESC, id DESC LIMIT $7`,
    [
      filter.rule,
      filter.verdict,
      filter.accountId,
      filter.verificationId,
      filter.after?.[0] ?? null,
      filter.after?.[1] ?? null,
      filter.limit,
    ],
  );
}

/** How often a rule found something. */
export interface RuleCount {
  readonly rule: string;
  readonly mode: RuleFinding['mode'];
  readonly verdict: RuleFinding['verdict'];
  readonly count: number;
  /** Different numbers that it was found of. */
  readonly numbers: number;
  /** Codes of those that were sent nonetheless, and typed back: what enforcing the rule would have cost. */
  readonly typed_back: number;
}

/** Findings since a moment, by rule, and how many decisions there were at all. */
export async function countFindings(sql: Sql, since: Date): Promise<{ readonly decisions: number; readonly rules: readonly RuleCount[] }> {
  const total = await sql.row<{ decisions: number }>('SELECT count(*)::int AS decisions FROM fraud_decisions WHERE at >= $1', [since]);
  const rules = await sql.rows<RuleCount>(
    `SELECT f.rule, f.mode, f.verdict, count(*)::int AS count, count(DISTINCT d.number_hash)::int AS numbers,
       count(DISTINCT v.id) FILTER (WHERE d.verdict = 'allow' AND v.status = 'VERIFIED')::int AS typed_back
     FROM fraud_decisions d CROSS JOIN LATERAL jsonb_to_recordset(d.findings) AS f(rule text, mode text, verdict text)
       LEFT JOIN verifications v ON v.id = d.verification_id
     WHERE d.at >= $1 AND d.rules <> '{}' GROUP BY f.rule, f.mode, f.verdict ORDER BY f.rule, f.mode, f.verdict`,
    [since],
  );
  return { decisions: total?.decisions ?? 0, rules };
}
