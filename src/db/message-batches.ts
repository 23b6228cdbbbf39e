import type { Sql } from './database.js';

/** A batch's row, as the service sees it. */
export interface BatchRow {
  readonly id: string;
  readonly account_id: string;
  readonly request_hash: string;
  readonly size: number;
  readonly cancel_asked_at: Date | null;
  readonly ended_at: Date | null;
}

const COLUMNS = 'id, account_id, request_hash, size, cancel_asked_at, ended_at';

/** A batch that is to be stored; `items` in their order, each sealed for its message's id. */
export interface NewBatch {
  readonly id: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly workflowId: string;
  readonly items: readonly { readonly messageId: string; readonly sealed: Buffer }[];
}

/** Stores a batch with its items; inside a transaction. @returns false when its idempotency key has a row already: nothing was stored. */
export async function insertBatch(sql: Sql, batch: NewBatch): Promise<boolean> {
  const stored = await sql.run(
    `INSERT INTO message_batches (id, account_id, idempotency_key, request_hash, workflow_id, size) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (account_id, idempotency_key) DO NOTHING`,
    [batch.id, batch.accountId, batch.idempotencyKey, batch.requestHash, batch.workflowId, batch.items.length],
  );
  if (stored === 0) return false;
  await sql.run(
    `INSERT INTO message_batch_items (batch_id, seq, account_id, message_id, request_sealed)
     SELECT $1, n.seq - 1, $2, n.message_id, n.sealed FROM unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS n (message_id, sealed, seq)`,
    [batch.id, batch.accountId, batch.items.map(({ messageId }) => messageId), batch.items.map(({ sealed }) => sealed)],
  );
  return true;
}

/** Reads a batch. */
export function batchById(sql: Sql, id: string): Promise<BatchRow | null> {
  return sql.row<BatchRow>(`SELECT ${COLUMNS} FROM message_batches WHERE id = $1`, [id]);
}

/** An item that is still to be handed over. */
export interface BatchItemRow {
  readonly seq: number;
  readonly message_id: string;
  readonly request_sealed: Buffer;
}

/** The next items of a batch, in their order. */
export function nextItems(sql: Sql, batchId: string, limit: number): Promise<BatchItemRow[]> {
  return sql.rows<BatchItemRow>(
    `SELECT seq, message_id, request_sealed FROM message_batch_items
     WHERE batch_id = $1 AND handed_at IS NULL AND request_sealed IS NOT NULL ORDER BY seq LIMIT $2`,
    [batchId, limit],
  );
}

/** An item was handed over, or refused for a reason; its request is gone from here. */
export async function markHanded(sql: Sql, batchId: string, seq: number, failure: string | null): Promise<void> {
  await sql.run(
    `UPDATE message_batch_items SET handed_at = clock_timestamp(), failure = $3, request_sealed = NULL
     WHERE batch_id = $1 AND seq = $2 AND handed_at IS NULL`,
    [batchId, seq, failure],
  );
}

/** How many of a batch's messages no carrier has taken yet. */
export async function queuedOf(sql: Sql, batchId: string): Promise<number> {
  const row = await sql.row<{ queued: number }>(`SELECT count(*)::int AS queued FROM messages WHERE batch_id = $1 AND status = 'QUEUED'`, [
    batchId,
  ]);
  return row?.queued ?? 0;
}

/** Notes that a batch's workflow has begun. */
export async function markBegun(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE message_batches SET begun_at = clock_timestamp() WHERE id = $1 AND begun_at IS NULL', [id]);
}

/** Asks that nothing more of a batch is handed over. */
export async function askBatchCancel(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE message_batches SET cancel_asked_at = clock_timestamp() WHERE id = $1 AND cancel_asked_at IS NULL', [id]);
}

/** What was not handed over never will be. */
export async function refuseRest(sql: Sql, id: string, failure: string): Promise<void> {
  await sql.run(
    `UPDATE message_batch_items SET handed_at = clock_timestamp(), failure = $2, request_sealed = NULL WHERE batch_id = $1 AND handed_at IS NULL`,
    [id, failure],
  );
}

/** Every item was handed over or refused. */
export async function endBatch(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE message_batches SET ended_at = clock_timestamp() WHERE id = $1 AND ended_at IS NULL', [id]);
}

/** Batches whose workflow should have begun by now. */
export function unbegunBatches(
  sql: Sql,
  olderThanMs: number,
  limit: number,
): Promise<{ readonly batchId: string; readonly size: number }[]> {
  return sql.rows(
    `SELECT id AS "batchId", size FROM message_batches WHERE ended_at IS NULL AND begun_at IS NULL AND created_at < now() - $1::int * interval '1 ms'
     ORDER BY created_at LIMIT $2`,
    [olderThanMs, limit],
  );
}
