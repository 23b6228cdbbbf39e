import type { Sql } from './database.js';
import { type ErasureScope, narrowedBy } from './erasure.js';

/**
 * Erases the number, text and carriers' replies of at most `limit` messages that are over; inside a transaction. A receipt that
 * comes later still settles: it names ids and words of the carrier only. Repeatable.
 *
 * @returns how many were erased now.
 */
export async function eraseMessages(sql: Sql, scope: ErasureScope, limit: number): Promise<number> {
  const [narrowed, value] = narrowedBy(scope);
  const rows = await sql.rows<{ id: string }>(
    `WITH over AS (
       SELECT id FROM messages WHERE ${narrowed} AND ended_at IS NOT NULL AND erased_at IS NULL
       ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     UPDATE messages m SET to_sealed = NULL, text_sealed = NULL, erased_at = clock_timestamp() FROM over WHERE m.id = over.id RETURNING m.id`,
    [value, limit],
  );
  const ids = rows.map(({ id }) => id);
  await sql.run('UPDATE message_attempts SET raw = NULL WHERE message_id = ANY ($1::uuid[]) AND raw IS NOT NULL', [ids]);
  return ids.length;
}
