import type { ActivationStatus } from '../domain/activation.js';
import type { ErrorCode, Json } from '../domain/errors.js';
import type { Sql } from './database.js';
import { placeOf } from './page-place.js';

/** An activation as its owner may see it; number still sealed. */
export interface ActivationView {
  readonly id: string;
  readonly request_hash: string;
  readonly service: string;
  readonly country: string;
  readonly wanted_operator: string | null;
  readonly operator: string | null;
  readonly metadata: { readonly [name: string]: string };
  readonly status: ActivationStatus;
  readonly failure_code: ErrorCode | null;
  /** The particulars with which the failure was answered, from the step to FAILED. */
  readonly failure_detail: { readonly [name: string]: Json } | null;
  readonly currency: string;
  readonly price: bigint | null;
  readonly phone_sealed: Buffer | null;
  readonly expires_at: Date | null;
  readonly cancel_asked_at: Date | null;
  readonly cancel_due_at: Date | null;
  /** SMS that were not paid for, and what reading them costs; null where there is none. */
  readonly late_sms: number;
  readonly late_sms_price: bigint | null;
  /** When number, codes and texts were erased. */
  readonly erased_at: Date | null;
  readonly created_at: Date;
  readonly purchased_at: Date | null;
  /** The trace of the request that started it. */
  readonly trace_id: string | null;
  /** `created_at` to the microsecond, as a page's place. */
  readonly place: string;
}

/** A revealed SMS, still sealed. */
export interface MessageView {
  readonly id: string;
  readonly activation_id: string;
  readonly code_sealed: Buffer | null;
  readonly text_sealed: Buffer | null;
  readonly received_at: Date;
}

const PLACE = placeOf('created_at');
const COLUMNS = `id, request_hash, service, country, wanted_operator, operator, metadata, status, failure_code,
  CASE WHEN status = 'FAILED' THEN (
    SELECT h.detail FROM activation_history h WHERE h.activation_id = activations.id AND h.to_status = 'FAILED' ORDER BY h.id DESC LIMIT 1
  ) END AS failure_detail, currency, price, phone_sealed, expires_at, cancel_asked_at, cancel_due_at, late_sms, late_sms_price, erased_at,
  created_at, purchased_at, trace_id, ${PLACE}`;

/** One of the caller's activations; null for an id that is nobody's or another's. For client transactions. */
export function readActivation(sql: Sql, id: string): Promise<ActivationView | null> {
  return sql.row<ActivationView>(`SELECT ${COLUMNS} FROM activations WHERE id = $1`, [id]);
}

/** What a list of activations is narrowed by. */
export interface ActivationFilter {
  readonly status: ActivationStatus | null;
  readonly service: string | null;
  readonly country: string | null;
  /** Place and id of the last item of the page before. */
  readonly after: readonly [place: string, id: string] | null;
  readonly limit: number;
}

/** The caller's activations, newest first. For client transactions. */
export function listActivations(sql: Sql, filter: ActivationFilter): Promise<ActivationView[]> {
  return sql.rows<ActivationView>(
    `SELECT ${COLUMNS} FROM activations
     WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR service = $2) AND ($3::text IS NULL OR country = $3)
       AND ($4::timestamptz IS NULL OR (created_at, id) < ($4::timestamptz, $5::uuid))
     ORDER BY created_at DESC, id DESC LIMIT $6`,
    [filter.status, filter.service, filter.country, filter.after?.[0] ?? null, filter.after?.[1] ?? null, filter.limit],
  );
}

/** The readable SMS of some of the caller's activations, oldest first. For client transactions. */
export function readMessages(sql: Sql, activationIds: readonly string[]): Promise<MessageView[]> {
  return sql.rows<MessageView>(
    `SELECT id, activation_id, code_sealed, text_sealed, received_at FROM inbox
     WHERE activation_id = ANY ($1::uuid[]) ORDER BY received_at, id`,
    [activationIds],
  );
}

/** A step of an activation's life. */
export interface HistoryView {
  readonly at: Date;
  readonly from_status: ActivationStatus | null;
  readonly to_status: ActivationStatus;
  readonly reason: string;
  readonly provider: string | null;
  readonly detail: { readonly [name: string]: Json };
}

/** What happened to one of the caller's activations, oldest first. For client transactions. */
export function readHistory(sql: Sql, activationId: string): Promise<HistoryView[]> {
  return sql.rows<HistoryView>(
    'SELECT at, from_status, to_status, reason, provider, detail FROM activation_history WHERE activation_id = $1 ORDER BY id',
    [activationId],
  );
}
