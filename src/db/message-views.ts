import type { Channel, MessageStatus } from '../domain/message.js';
import type { Sql } from './database.js';

/** A message as its owner may see it; number and text still sealed. */
export interface MessageRecord {
  readonly id: string;
  readonly request_hash: string;
  readonly batch_id: string | null;
  readonly channel: Channel;
  readonly to_sealed: Buffer | null;
  readonly country: string;
  readonly sender: string | null;
  readonly text_sealed: Buffer | null;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  readonly currency: string;
  readonly ceiling: bigint;
  readonly price: bigint | null;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly converted: boolean | null;
  readonly metadata: { readonly [name: string]: string };
  readonly send_at: Date | null;
  readonly valid_until: Date;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly delivered_at: Date | null;
  readonly ended_at: Date | null;
  /** `created_at` to the microsecond, as a page's place. */
  readonly place: string;
}

const COLUMNS = `id, request_hash, batch_id, channel, to_sealed, country, sender, text_sealed, encoding, segments, currency, ceiling, price, status,
  reason, converted, metadata, send_at, valid_until, created_at, sent_at, delivered_at, ended_at,
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;

/** One of the caller's messages; null for an id that is nobody's or another's. For client transactions. */
export function readMessage(sql: Sql, id: string): Promise<MessageRecord | null> {
  return sql.row<MessageRecord>(`SELECT ${COLUMNS} FROM messages WHERE id = $1`, [id]);
}

/** A line of a message's history as its owner may see it. */
export interface MessageHistoryView {
  readonly at: Date;
  readonly from_status: MessageStatus | null;
  readonly to_status: MessageStatus;
  readonly reason: string;
  readonly carrier: string | null;
  readonly detail: { readonly [name: string]: unknown };
}

/** One of the caller's messages' history, oldest first. For client transactions. */
export function readMessageHistory(sql: Sql, messageId: string): Promise<MessageHistoryView[]> {
  return sql.rows<MessageHistoryView>(
    'SELECT at, from_status, to_status, reason, carrier, detail FROM message_history WHERE message_id = $1 ORDER BY id',
    [messageId],
  );
}

/** What a list of messages is narrowed by. */
export interface MessageFilter {
  readonly status: MessageStatus | null;
  readonly batchId: string | null;
  /** Place and id of the last item of the page before. */
  readonly after: readonly [place: string, id: string] | null;
  readonly limit: number;
}

/** The caller's messages, newest first. For client transactions. */
export function listMessages(sql: Sql, filter: MessageFilter): Promise<MessageRecord[]> {
  return sql.rows<MessageRecord>(
    `SELECT ${COLUMNS} FROM messages
     WHERE ($1::text IS NULL OR status = $1) AND ($2::uuid IS NULL OR batch_id = $2)
       AND ($3::timestamptz IS NULL OR (created_at, id) < ($3::timestamptz, $4::uuid))
     ORDER BY created_at DESC, id DESC LIMIT $5`,
    [filter.status, filter.batchId, filter.after?.[0] ?? null, filter.after?.[1] ?? null, filter.limit],
  );
}
