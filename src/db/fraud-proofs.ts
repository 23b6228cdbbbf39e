import type { Sql } from './database.js';

/** Someone who typed a number's code back. Hashes are hex. */
export interface FraudProof {
  readonly accountId: string;
  readonly numberHash: string;
  readonly whoHash: string;
  readonly kind: 'subject' | 'ip';
  /** Afterwards he is a stranger again. */
  readonly until: Date;
}

/** Notes that a number was proven, or that it was again. */
export async function putProof(sql: Sql, proof: FraudProof): Promise<void> {
  await sql.run(
    `INSERT INTO fraud_proofs (account_id, number_hash, who_hash, kind, good_until) VALUES ($1, decode($2, 'hex'), decode($3, 'hex'), $4, $5)
     ON CONFLICT (account_id, number_hash, who_hash) DO UPDATE SET good_until = greatest(fraud_proofs.good_until, excluded.good_until)`,
    [proof.accountId, proof.numberHash, proof.whoHash, proof.kind, proof.until],
  );
}

/** Those of `who` whose proof of the number is still good. */
export async function provenBy(
  sql: Sql,
  asked: { readonly accountId: string; readonly numberHash: string; readonly who: readonly string[]; readonly now: Date },
): Promise<string[]> {
  const rows = await sql.rows<{ who: string }>(
    `SELECT encode(who_hash, 'hex') AS who FROM fraud_proofs
     WHERE account_id = $1 AND number_hash = decode($2, 'hex') AND good_until > $4
       AND who_hash IN (SELECT decode(hash, 'hex') FROM unnest($3::text[]) AS hash)`,
    [asked.accountId, asked.numberHash, asked.who, asked.now],
  );
  return rows.map(({ who }) => who);
}
