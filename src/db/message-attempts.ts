import type { ReceiptStatus } from '../domain/message.js';
import type { Sql } from './database.js';

/** How an attempt to send ended; OPEN awaits its reply, AMBIGUOUS may have been sent. */
export type MessageAttemptStatus = 'OPEN' | 'ACCEPTED' | 'REFUSED' | 'FATAL' | 'AMBIGUOUS';

/** An attempt's row. Amounts are micro units. */
export interface MessageAttemptRow {
  readonly id: string;
  readonly message_id: string;
  readonly seq: number;
  readonly carrier: string;
  /** In the carrier's currency, for the whole message. */
  readonly max_cost: bigint;
  /** What the client pays, in the wallet's. */
  readonly client_price: bigint;
  readonly status: MessageAttemptStatus;
  readonly reason: string | null;
  readonly carrier_message_id: string | null;
  readonly cost: bigint | null;
  readonly opened_at: Date;
  readonly answered_at: Date | null;
  readonly receipt_status: ReceiptStatus | null;
  readonly receipt_at: Date | null;
  /** Parts that its carrier named; 0 where the message is one. */
  readonly parts: number;
}

const COLUMNS =
  'id, message_id, seq, carrier, max_cost, client_price, status, reason, carrier_message_id, cost, opened_at, answered_at, receipt_status, receipt_at, (SELECT count(*)::int FROM message_attempt_parts p WHERE p.attempt_id = message_attempts.id) AS parts';

/**
 * Opens an attempt before anything is sent: its id is the reference that the carrier is given.
 *
 * @returns null when this message already has an attempt of that number: whoever asks again sends nothing.
 */
export function openMessageAttempt(
  sql: Sql,
  attempt: Pick<MessageAttemptRow, 'id' | 'message_id' | 'seq' | 'carrier' | 'max_cost' | 'client_price'>,
  sendWithinMs: number,
): Promise<MessageAttemptRow | null> {
  return sql.row<MessageAttemptRow>(
    `INSERT INTO message_attempts (id, message_id, seq, carrier, max_cost, client_price, status, deadline_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'OPEN', clock_timestamp() + $7::int * interval '1 ms')
     ON CONFLICT (message_id, seq) DO NOTHING RETURNING ${COLUMNS}`,
    [attempt.id, attempt.message_id, attempt.seq, attempt.carrier, attempt.max_cost, attempt.client_price, sendWithinMs],
  );
}

/** What a carrier's answer makes of an attempt. */
export interface AttemptAnswer {
  readonly status: Exclude<MessageAttemptStatus, 'OPEN'>;
  readonly reason: string | null;
  readonly code?: string | null;
  /** At most 500 characters, without numbers and texts. */
  readonly raw: string;
  readonly carrierMessageId?: string | null;
  readonly cost?: bigint | null;
  readonly costSource?: 'sheet' | 'reply' | 'receipt' | null;
}

/** Writes an answer, if the attempt still awaits one (or was ambiguous, which a later word resolves). @returns whether it did. */
export async function answerAttempt(sql: Sql, id: string, answer: AttemptAnswer): Promise<boolean> {
  const changed = await sql.run(
    `UPDATE message_attempts SET status = $2, reason = $3, code = $4, raw = $5, carrier_message_id = coalesce($6, carrier_message_id),
       cost = coalesce($7, cost), cost_source = coalesce($8, cost_source), answered_at = coalesce(answered_at, clock_timestamp())
     WHERE id = $1 AND (status = 'OPEN' OR (status = 'AMBIGUOUS' AND $2 <> 'AMBIGUOUS'))`,
    [
      id,
      answer.status,
      answer.reason,
      answer.code ?? null,
      answer.raw.slice(0, 500),
      answer.carrierMessageId ?? null,
      answer.cost ?? null,
      answer.costSource ?? null,
    ],
  );
  return changed > 0;
}

/** Notes the ids of the parts that a carrier made of a long message. */
export async function namePart(
  sql: Sql,
  part: { readonly id: string; readonly carrier: string; readonly carrierMessageId: string },
): Promise<void> {
  await sql.run('INSERT INTO message_attempt_parts (carrier, carrier_message_id, attempt_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    part.carrier,
    part.carrierMessageId,
    part.id,
  ]);
}

/** Reads an attempt by its place in a message. */
export function messageAttemptBySeq(sql: Sql, messageId: string, seq: number): Promise<MessageAttemptRow | null> {
  return sql.row<MessageAttemptRow>(`SELECT ${COLUMNS} FROM message_attempts WHERE message_id = $1 AND seq = $2`, [messageId, seq]);
}

/** All attempts of a message, in their order. */
export function attemptsOfMessage(sql: Sql, messageId: string): Promise<MessageAttemptRow[]> {
  return sql.rows<MessageAttemptRow>(`SELECT ${COLUMNS} FROM message_attempts WHERE message_id = $1 ORDER BY seq`, [messageId]);
}

/** Locks an attempt until the transaction ends. */
export function lockMessageAttempt(sql: Sql, id: string): Promise<MessageAttemptRow | null> {
  return sql.row<MessageAttemptRow>(`SELECT ${COLUMNS} FROM message_attempts WHERE id = $1 FOR UPDATE`, [id]);
}

/** Writes the best that receipts have said of an attempt so far. */
export async function setAttemptReceipt(
  sql: Sql,
  id: string,
  receipt: { readonly status: ReceiptStatus; readonly raw: string; readonly code: string | null; readonly at: Date },
): Promise<void> {
  await sql.run('UPDATE message_attempts SET receipt_status = $2, receipt_raw = $3, receipt_code = $4, receipt_at = $5 WHERE id = $1', [
    id,
    receipt.status,
    receipt.raw.slice(0, 200),
    receipt.code,
    receipt.at,
  ]);
}
