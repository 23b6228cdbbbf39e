import type { Sql } from './database.js';
import { type ErasureScope, narrowedBy } from './erasure.js';

/**
 * Erases the number, who asked, and the codes' hashes of at most `limit` verifications that are over; inside a transaction. That a
 * phone was the same as another, and how its texts converted, stays: it tells no number. Repeatable.
 *
 * @returns how many were erased now.
 */
export async function eraseVerifications(sql: Sql, scope: ErasureScope, limit: number): Promise<number> {
  const [narrowed, value] = narrowedBy(scope);
  const rows = await sql.rows<{ id: string }>(
    `WITH over AS (
       SELECT id FROM verifications WHERE ${narrowed} AND ended_at IS NOT NULL AND erased_at IS NULL
       ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     UPDATE verifications v SET to_sealed = NULL, person_sealed = NULL, erased_at = clock_timestamp() FROM over WHERE v.id = over.id
     RETURNING v.id`,
    [value, limit],
  );
  const ids = rows.map(({ id }) => id);
  await sql.run('UPDATE verification_codes SET code_hash = NULL WHERE verification_id = ANY ($1::uuid[]) AND code_hash IS NOT NULL', [ids]);
  return ids.length;
}

/** Erases what ties an account's verifications to phones: the keyed hashes of numbers, what its owner wrote, and which phones were proven. */
export async function eraseVerifiedPhones(sql: Sql, accountId: string): Promise<void> {
  await sql.run(
    `UPDATE verifications SET metadata = '{}', idempotency_key = id::text, request_hash = 'erased', number_hash = sha256(id::text::bytea)
     WHERE account_id = $1 AND request_hash <> 'erased'`,
    [accountId],
  );
  await sql.run('DELETE FROM verified_phones WHERE account_id = $1', [accountId]);
}
