import type { MessageStatus } from '../domain/message.js';
import type { Sql } from './database.js';

/** A batch as its owner may see it. */
export interface BatchRecord {
  readonly id: string;
  readonly request_hash: string;
  readonly size: number;
  readonly created_at: Date;
  readonly cancel_asked_at: Date | null;
  readonly ended_at: Date | null;
  /** Items that were not handed over yet. */
  readonly waiting: number;
  /** Items that were refused: no message of them exists. */
  readonly refused: number;
}

/** One of the caller's batches; null for an id that is nobody's or another's. For client transactions. */
export function readBatch(sql: Sql, id: string): Promise<BatchRecord | null> {
  return sql.row<BatchRecord>(
    `SELECT b.id, b.request_hash, b.size, b.created_at, b.cancel_asked_at, b.ended_at,
       (SELECT count(*)::int FROM message_batch_items i WHERE i.batch_id = b.id AND i.handed_at IS NULL) AS waiting,
       (SELECT count(*)::int FROM message_batch_items i WHERE i.batch_id = b.id AND i.failure IS NOT NULL) AS refused
     FROM message_batches b WHERE b.id = $1`,
    [id],
  );
}

/** How many messages of a batch stand where. For client transactions. */
export function batchCounts(sql: Sql, id: string): Promise<{ readonly status: MessageStatus; readonly count: number }[]> {
  return sql.rows('SELECT status, count(*)::int AS count FROM messages WHERE batch_id = $1 GROUP BY status ORDER BY status', [id]);
}

/** The first items that were refused, with their place in the request. For client transactions. */
export function refusedItems(sql: Sql, id: string, limit: number): Promise<{ readonly seq: number; readonly failure: string }[]> {
  return sql.rows('SELECT seq, failure FROM message_batch_items WHERE batch_id = $1 AND failure IS NOT NULL ORDER BY seq LIMIT $2', [
    id,
    limit,
  ]);
}

/** Messages of a batch that wait for their time. For client transactions. */
export async function scheduledOf(sql: Sql, id: string): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(`SELECT id FROM messages WHERE batch_id = $1 AND status = 'SCHEDULED' ORDER BY id`, [id]);
  return rows.map((row) => row.id);
}
