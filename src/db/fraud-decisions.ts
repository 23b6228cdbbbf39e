import type { FraudDecision, RuleFinding } from '../domain/fraud.js';
import type { Channel } from '../domain/message.js';
import type { Sql } from './database.js';

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
