import type { Channel, MessageStatus } from '../domain/message.js';
import type { VerificationPolicy, VerificationStatus } from '../domain/verification.js';
import type { Sql } from './database.js';

/** A verification as its owner may see it; the number still sealed. */
export interface VerificationRecord {
  readonly id: string;
  readonly request_hash: string;
  readonly status: VerificationStatus;
  readonly reason: string | null;
  readonly purpose: string;
  readonly to_sealed: Buffer | null;
  readonly country: string;
  readonly channels: readonly Channel[];
  readonly locale: string | null;
  readonly policy: VerificationPolicy;
  readonly checks_used: number;
  readonly accepted_check: string | null;
  readonly counted_checks: readonly string[];
  readonly sends: number;
  /** Micro units of the wallet's currency. */
  readonly price: bigint;
  readonly test: boolean;
  readonly metadata: { readonly [name: string]: string };
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly overdue: boolean;
  /** Whole seconds, rounded up; below 1 once its time is over. */
  readonly seconds_left: number;
  readonly next_send_at: Date;
  readonly verified_at: Date | null;
  readonly ended_at: Date | null;
  /** `created_at` to the microsecond, as a page's place. */
  readonly place: string;
}

const COLUMNS = `id, request_hash, status, reason, purpose, to_sealed, country, channels, locale, policy, checks_used, accepted_check, counted_checks, sends, test,
  metadata, created_at, expires_at, expires_at <= clock_timestamp() AS overdue, ceil(extract(epoch FROM expires_at - clock_timestamp()))::int AS seconds_left,
  next_send_at, verified_at, ended_at,
  (SELECT coalesce(sum(m.price), 0)::bigint FROM messages m WHERE m.verification_id = verifications.id) AS price,
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;

/** One of the caller's verifications; null for an id that is nobody's or another's. For client transactions. */
export function readVerification(sql: Sql, id: string): Promise<VerificationRecord | null> {
  return sql.row<VerificationRecord>(`SELECT ${COLUMNS} FROM verifications WHERE id = $1`, [id]);
}

/** What a list of verifications is narrowed by. */
export interface VerificationFilter {
  readonly status: VerificationStatus | null;
  readonly purpose: string | null;
  /** Place and id of the last item of the page before. */
  readonly after: readonly [place: string, id: string] | null;
  readonly limit: number;
}

/** The caller's verifications, newest first. For client transactions. */
export function listVerifications(sql: Sql, filter: VerificationFilter): Promise<VerificationRecord[]> {
  return sql.rows<VerificationRecord>(
    `SELECT ${COLUMNS} FROM verifications
     WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR purpose = $2)
       AND ($3::timestamptz IS NULL OR (created_at, id) < ($3::timestamptz, $4::uuid))
     ORDER BY created_at DESC, id DESC LIMIT $5`,
    [filter.status, filter.purpose, filter.after?.[0] ?? null, filter.after?.[1] ?? null, filter.limit],
  );
}

/** A line of a verification's history as its owner may see it. */
export interface VerificationHistoryView {
  readonly at: Date;
  readonly from_status: VerificationStatus | null;
  readonly to_status: VerificationStatus;
  readonly reason: string;
  readonly detail: { readonly [name: string]: unknown };
}

/** One of the caller's verifications' history, oldest first. For client transactions. */
export function readVerificationHistory(sql: Sql, id: string): Promise<VerificationHistoryView[]> {
  return sql.rows<VerificationHistoryView>(
    'SELECT at, from_status, to_status, reason, detail FROM verification_history WHERE verification_id = $1 ORDER BY id',
    [id],
  );
}

/** What a code's message went through. */
export interface CodeMessageView {
  readonly message_id: string;
  readonly channel: Channel;
  readonly at: Date;
  readonly to_status: MessageStatus;
  readonly reason: string;
  readonly carrier: string | null;
}

/** What the messages of one of the caller's verifications went through, oldest first. For client transactions. */
export function readCodeMessages(sql: Sql, id: string): Promise<CodeMessageView[]> {
  return sql.rows<CodeMessageView>(
    `SELECT m.id AS message_id, m.channel, h.at, h.to_status, h.reason, h.carrier
     FROM messages m JOIN message_history h ON h.message_id = m.id WHERE m.verification_id = $1 ORDER BY h.id`,
    [id],
  );
}

/** When the caller saw a phone proven, first and last; null for never. For client transactions. */
export function readProvenPhone(
  sql: Sql,
  numberHash: Buffer,
): Promise<{ readonly first_verified_at: Date; readonly phone_verified_at: Date } | null> {
  return sql.row('SELECT first_verified_at, phone_verified_at FROM verified_phones WHERE number_hash = $1', [numberHash]);
}

/** The caller's newest verification of a number and purpose, the open one first; null if there is none. For client transactions. */
export async function newestOfNumber(sql: Sql, numberHash: Buffer, purpose: string): Promise<VerificationRecord | null> {
  return sql.row<VerificationRecord>(
    `SELECT ${COLUMNS} FROM verifications WHERE number_hash = $1 AND purpose = $2
     ORDER BY status = 'PENDING' DESC, created_at DESC LIMIT 1`,
    [numberHash, purpose],
  );
}
