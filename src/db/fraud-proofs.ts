import type { Sql } from './database.js';

/** Someone who typed a number's code back. Hashes are hex. */
export interface FraudProof {
  readonly accountId: string;
  readonly numberHash: string;
  readonly whoHash: string;
  readonly kind: 'subject' | 'ip';
  readonly at: Date;
}

/** Notes that a number was proven, or that it was again. */
export async function putProof(sql: Sql, proof: FraudProof): Promise<void> {
  await sql.run(
    `INSERT INTO fraud_proofs (account_id, number_hash, who_hash, kind, proven_at) VALUES ($1, decode($2, 'hex'), decode($3, 'hex'), $4, $5)
     ON CONFLICT (account_id, number_hash, who_hash) DO UPDATE SET proven_at = greatest(fraud_proofs.proven_at, excluded.proven_at)`,
    [proof.accountId, proof.numberHash, proof.whoHash, proof.kind, proof.at],
  );
}

/** Those of `who` that have proven the number since then. */
export async function provenBy(
  sql: Sql,
  asked: { readonly accountId: string; readonly numberHash: string; readonly who: readonly string[]; readonly since: Date },
): Promise<string[]> {
  const rows = await sql.rows<{ who: string }>(
    `SELECT encode(who_hash, 'hex') AS who FROM fraud_proofs
     WHERE account_id = $1 AND number_hash = decode($2, 'hex') AND proven_at > $4
       AND who_hash IN (SELECT decode(hash, 'hex') FROM unnest($3::text[]) AS hash)`,
    [asked.accountId, asked.numberHash, asked.who, asked.since],
  );
  return rows.map(({ who }) => who);
}
