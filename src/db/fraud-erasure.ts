import type { Sql } from './database.js';

/** How long decisions are kept: the longest past that a rule looks at. */
const DECISION_DAYS = 90;

/** Keyed hashes are many and small. */
export const FRAUD_BATCH = 1_000;

/**
 * Removes what the fraud rules need no more: decisions that are too old to learn from, proofs and lookups past their time; at most
 * {@link FRAUD_BATCH} of each.
 *
 * @returns whether more waits
 */
export async function forgetFraud(sql: Sql): Promise<boolean> {
  const removed = [
    await sql.run(
      `DELETE FROM fraud_decisions WHERE id IN (
         SELECT id FROM fraud_decisions WHERE at <= now() - $1::int * interval '1 day' ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [DECISION_DAYS, FRAUD_BATCH],
    ),
    await sql.run(
      `DELETE FROM fraud_proofs WHERE (account_id, number_hash, who_hash) IN (
         SELECT account_id, number_hash, who_hash FROM fraud_proofs WHERE good_until <= now() ORDER BY good_until LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [FRAUD_BATCH],
    ),
    await sql.run(
      `DELETE FROM line_lookups WHERE number_hash IN (
         SELECT number_hash FROM line_lookups WHERE good_until <= now() ORDER BY good_until LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [FRAUD_BATCH],
    ),
  ];
  return removed.includes(FRAUD_BATCH);
}

/** Removes what the fraud rules know of an account's people, who are then strangers. Lookups are nobody's in particular and go by their time. */
export async function eraseFraud(sql: Sql, accountId: string): Promise<void> {
  await sql.run('DELETE FROM fraud_decisions WHERE account_id = $1', [accountId]);
  await sql.run('DELETE FROM fraud_proofs WHERE account_id = $1', [accountId]);
}
