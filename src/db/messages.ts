import type { Json } from '../domain/errors.js';
import { type Channel, mayFollow, type MessageStatus } from '../domain/message.js';
import type { Sql } from './database.js';

/** A message's row, as the service sees it. Amounts are micro units of the wallet's currency. */
export interface MessageRow {
  readonly id: string;
  readonly account_id: string;
  readonly request_hash: string;
  readonly run_id: string;
  readonly batch_id: string | null;
  readonly channel: Channel;
  readonly to_sealed: Buffer | null;
  readonly country: string;
  readonly network: string | null;
  readonly sender: string | null;
  readonly text_sealed: Buffer | null;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  readonly currency: string;
  readonly ceiling: bigint;
  readonly price: bigint | null;
  readonly candidates: Json;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly carrier: string | null;
  readonly valid_until: Date;
  readonly sent_at: Date | null;
  /** The verification whose codes it carries; null for every other message. */
  readonly verification_id: string | null;
}

const COLUMNS =
  'id, account_id, request_hash, run_id, batch_id, channel, to_sealed, country, network, sender, text_sealed, encoding, segments, currency, ceiling, price, candidates, status, reason, carrier, valid_until, sent_at, verification_id';

/** Reads a message. */
export function messageById(sql: Sql, id: string): Promise<MessageRow | null> {
  return sql.row<MessageRow>(`SELECT ${COLUMNS} FROM messages WHERE id = $1`, [id]);
}

/** Reads a message and locks its row until the transaction ends. */
export function lockMessage(sql: Sql, id: string): Promise<MessageRow | null> {
  return sql.row<MessageRow>(`SELECT ${COLUMNS} FROM messages WHERE id = $1 FOR UPDATE`, [id]);
}

/** A new message's row. */
export interface NewMessage {
  readonly id: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly batchId: string | null;
  readonly channel: Channel;
  readonly toSealed: Buffer;
  readonly country: string;
  readonly network: string | null;
  readonly sender: string | null;
  readonly textSealed: Buffer;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  readonly maxPrice: bigint | null;
  readonly currency: string;
  readonly ceiling: bigint;
  readonly candidates: Json;
  readonly failover: boolean;
  readonly status: 'SCHEDULED' | 'QUEUED';
  readonly metadata: Json;
  /** RFC 3339; null for at once. */
  readonly sendAt: string | null;
  readonly validitySeconds: number;
  readonly verificationId: string | null;
}

/** Inserts a message with the first row of its history. @throws DatabaseError 23505 when its idempotency key has a row. */
export async function insertMessage(sql: Sql, row: NewMessage): Promise<void> {
  await sql.run(
    `INSERT INTO messages (id, account_id, idempotency_key, request_hash, workflow_id, run_id, batch_id, channel, to_sealed, country, network,
       sender, text_sealed, encoding, segments, max_price, currency, ceiling, candidates, failover, status, metadata, send_at, valid_until,
       verification_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19::jsonb, $20, $21, $22::jsonb, $23,
       greatest(coalesce($23::timestamptz, now()), now()) + $24::int * interval '1 second', $25)`,
    [
      row.id,
      row.accountId,
      row.idempotencyKey,
      row.requestHash,
      row.workflowId,
      row.runId,
      row.batchId,
      row.channel,
      row.toSealed,
      row.country,
      row.network,
      row.sender,
      row.textSealed,
      row.encoding,
      row.segments,
      row.maxPrice,
      row.currency,
      row.ceiling,
      JSON.stringify(row.candidates),
      row.failover,
      row.status,
      JSON.stringify(row.metadata),
      row.sendAt,
      row.validitySeconds,
      row.verificationId,
    ],
  );
  await addHistory(sql, row, { from: null, to: row.status, reason: row.status === 'SCHEDULED' ? 'scheduled' : 'requested' });
}

interface Step {
  readonly from: MessageStatus | null;
  readonly to: MessageStatus;
  /** Stable, lower case. */
  readonly reason: string;
  readonly carrier?: string | null;
  /** What a client may read of it; never a number or text. */
  readonly detail?: Json;
}

async function addHistory(sql: Sql, message: { readonly id: string; readonly accountId: string }, step: Step): Promise<void> {
  await sql.run(
    'INSERT INTO message_history (message_id, account_id, from_status, to_status, reason, carrier, detail) VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)',
    [message.id, message.accountId, step.from, step.to, step.reason, step.carrier ?? null, JSON.stringify(step.detail ?? {})],
  );
}

/**
 * Moves a message on, with its line of history. Compare and set: nothing happens where it stands elsewhere by now.
 *
 * @returns whether it moved.
 * @throws RangeError for a step that the state machine does not know.
 */
export async function moveMessage(
  sql: Sql,
  message: Pick<MessageRow, 'id' | 'account_id'>,
  step: Step & { readonly from: MessageStatus },
): Promise<boolean> {
  if (!mayFollow(step.from, step.to)) throw new RangeError(`a message does not go from ${step.from} to ${step.to}`);
  const moved = await sql.run(
    `UPDATE messages SET status = $3, reason = $4, carrier = coalesce($5, carrier),
       sent_at = CASE WHEN $3 IN ('SENT', 'DELIVERED') THEN coalesce(sent_at, now()) ELSE sent_at END,
       delivered_at = CASE WHEN $3 = 'DELIVERED' THEN now() ELSE delivered_at END,
       ended_at = CASE WHEN $3 IN ('QUEUED', 'SENT') THEN ended_at ELSE coalesce(ended_at, now()) END
     WHERE id = $1 AND status = $2`,
    [message.id, step.from, step.to, step.reason, step.carrier ?? null],
  );
  if (moved === 0) return false;
  await addHistory(sql, { id: message.id, accountId: message.account_id }, step);
  return true;
}

/** Notes in the history what happened without a step: a carrier refused, another is asked. */
export async function noteMessage(
  sql: Sql,
  message: Pick<MessageRow, 'id' | 'account_id' | 'status'>,
  note: Omit<Step, 'from' | 'to'>,
): Promise<void> {
  await addHistory(sql, { id: message.id, accountId: message.account_id }, { ...note, from: message.status, to: message.status });
}

/** Writes what the client paid; once. */
export async function setMessagePrice(sql: Sql, id: string, price: bigint): Promise<void> {
  await sql.run('UPDATE messages SET price = $2 WHERE id = $1 AND price IS NULL', [id, price]);
}

/** The run of a workflow takes a message over that was opened for it. @returns false where another did. */
export async function adoptMessage(sql: Sql, id: string, runId: string): Promise<boolean> {
  return (await sql.run(`UPDATE messages SET run_id = $2 WHERE id = $1 AND run_id = ''`, [id, runId])) > 0;
}

/** Whether the workflow of a message that was opened for it has taken it over. */
export async function isBegun(sql: Sql, id: string): Promise<boolean> {
  return (await sql.row<{ begun: boolean }>(`SELECT run_id <> '' AS begun FROM messages WHERE id = $1`, [id]))?.begun ?? false;
}

/** Carriers that took a code of a verification, or may have. */
export async function carriersOfVerification(sql: Sql, verificationId: string): Promise<ReadonlySet<string>> {
  const rows = await sql.rows<{ carrier: string }>(
    `SELECT DISTINCT a.carrier FROM messages m JOIN message_attempts a ON a.message_id = m.id
     WHERE m.verification_id = $1 AND a.status IN ('OPEN', 'ACCEPTED', 'AMBIGUOUS')`,
    [verificationId],
  );
  return new Set(rows.map(({ carrier }) => carrier));
}
