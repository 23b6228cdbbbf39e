import { type ActivationStatus, mayBecome } from '../domain/activation.js';
import type { Json } from '../domain/errors.js';
import type { Markup } from '../domain/money.js';
import type { Sql } from './database.js';

/** An activation's row, as the service sees it. Amounts are micro units. */
export interface ActivationRow {
  readonly id: string;
  readonly account_id: string;
  readonly request_hash: string;
  readonly run_id: string;
  readonly service: string;
  readonly country: string;
  readonly wanted_operator: string | null;
  readonly on_no_code: 'refund' | 'replace';
  readonly status: ActivationStatus;
  readonly failure_code: string | null;
  readonly candidates: Json;
  readonly currency: string;
  readonly ceiling: bigint | null;
  /** The markup that it was begun with; null for those that are older than this. */
  readonly markup_basis_points: number | null;
  readonly markup_fixed: bigint | null;
  readonly price: bigint | null;
  readonly provider: string | null;
  readonly order_id: string | null;
  readonly expires_at: Date | null;
  readonly cancel_asked_at: Date | null;
}

const COLUMNS =
  'id, account_id, request_hash, run_id, service, country, wanted_operator, on_no_code, status, failure_code, candidates, currency, ceiling, markup_basis_points, markup_fixed, price, provider, order_id, expires_at, cancel_asked_at';

/** Reads an activation. */
export async function activationById(sql: Sql, id: string): Promise<ActivationRow | null> {
  return sql.row<ActivationRow>(`SELECT ${COLUMNS} FROM activations WHERE id = $1`, [id]);
}

/** The trace that an activation belongs to; null for one that is older than traces. */
export async function traceOfActivation(sql: Sql, id: string): Promise<string | null> {
  return (await sql.row<{ trace_id: string | null }>('SELECT trace_id FROM activations WHERE id = $1', [id]))?.trace_id ?? null;
}

/** Keeps why further candidates stood where they stood, beside those of the start. */
export async function addCandidates(sql: Sql, id: string, candidates: Json): Promise<void> {
  await sql.run('UPDATE activations SET candidates = candidates || $2::jsonb WHERE id = $1', [id, JSON.stringify(candidates)]);
}

/** Reads an activation and locks its row until the transaction ends. */
export async function lockActivation(sql: Sql, id: string): Promise<ActivationRow | null> {
  return sql.row<ActivationRow>(`SELECT ${COLUMNS} FROM activations WHERE id = $1 FOR UPDATE`, [id]);
}

/** Makes every first step of one activation wait its turn until the transaction ends, even before its row exists. */
export async function lockOpening(sql: Sql, id: string): Promise<void> {
  await sql.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`open ${id}`]);
}

/** A new activation's row. */
export interface NewActivation {
  readonly id: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly workflowId: string;
  readonly runId: string;
  /** The trace of the request that started it. */
  readonly traceId: string | null;
  readonly service: string;
  readonly country: string;
  readonly operator: string | null;
  readonly maxPrice: bigint | null;
  readonly onNoCode: string;
  readonly metadata: Json;
  readonly status: 'REQUESTED' | 'FAILED';
  readonly failureCode: string | null;
  readonly candidates: Json;
  readonly currency: string;
  readonly ceiling: bigint | null;
  readonly markup: Markup;
}

/** Inserts an activation with the first row of its history. @throws DatabaseError 23505 when its idempotency key has a row. */
export async function insertActivation(sql: Sql, row: NewActivation, reason: string, detail: Json = {}): Promise<void> {
  await sql.run(
    `INSERT INTO activations (id, account_id, idempotency_key, request_hash, workflow_id, run_id, service, country, wanted_operator,
       max_price, on_no_code, metadata, status, failure_code, candidates, currency, ceiling, ended_at,
       markup_basis_points, markup_fixed, trace_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, $14, $15::jsonb, $16, $17, CASE WHEN $13 = 'FAILED' THEN now() END, $18, $19, $20)`,
    [
      row.id,
      row.accountId,
      row.idempotencyKey,
      row.requestHash,
      row.workflowId,
      row.runId,
      row.service,
      row.country,
      row.operator,
      row.maxPrice,
      row.onNoCode,
      JSON.stringify(row.metadata),
      row.status,
      row.failureCode,
      JSON.stringify(row.candidates),
      row.currency,
      row.ceiling,
      row.markup.basisPoints,
      row.markup.fixed,
      row.traceId,
    ],
  );
  await writeHistory(sql, row.id, row.accountId, null, row.status, { reason, detail });
}

/** Columns that a transition may set beside the status. */
export interface ActivationChanges {
  readonly failure_code?: string;
  readonly candidates?: Json;
  readonly price?: bigint;
  readonly provider?: string;
  readonly operator?: string | null;
  readonly order_id?: string;
  readonly phone_sealed?: Buffer;
  readonly expires_at?: Date;
}

/** Why a transition happened. `detail` is shown to the client: no number, code, text or cost. */
export interface TransitionNote {
  readonly reason: string;
  readonly provider?: string | null;
  readonly rawStatus?: string | null;
  /** Micro units of the provider's currency; for operators. */
  readonly cost?: bigint | null;
  readonly detail?: Json;
}

const STAMP: Partial<Record<ActivationStatus, string>> = {
  PURCHASED: 'purchased_at',
  RECEIVED: 'received_at',
  COMPLETED: 'ended_at',
  CANCELLED: 'ended_at',
  EXPIRED: 'ended_at',
  REFUNDED: 'refunded_at',
  FAILED: 'ended_at',
};

/**
 * Moves an activation from one status to another, with its history and an announcement to whoever waits for changes.
 *
 * @returns false when the row was not in `from`: a lost race, which the caller handles as one.
 * @throws RangeError if the machine has no such edge.
 */
export async function moveActivation(
  sql: Sql,
  id: string,
  from: ActivationStatus,
  to: ActivationStatus,
  note: TransitionNote,
  changes: ActivationChanges = {},
): Promise<boolean> {
  if (!mayBecome(from, to)) throw new RangeError(`activation ${id}: ${from} does not lead to ${to}`);
  const sets: string[] = ['status = $3'];
  const values: unknown[] = [id, from, to];
  for (const [column, value] of Object.entries(changes)) {
    values.push(column === 'candidates' ? JSON.stringify(value) : value);
    sets.push(`${column} = $${values.length}`);
  }
  const stamp = STAMP[to];
  if (stamp !== undefined) sets.push(`${stamp} = clock_timestamp()`);
  const moved = await sql.row<{ account_id: string }>(
    `UPDATE activations SET ${sets.join(', ')} WHERE id = $1 AND status = $2 RETURNING account_id`,
    values,
  );
  if (moved === null) return false;
  await writeHistory(sql, id, moved.account_id, from, to, note);
  return true;
}

async function writeHistory(sql: Sql, id: string, accountId: string, from: string | null, to: string, note: TransitionNote): Promise<void> {
  await sql.run(
    `WITH written AS (
       INSERT INTO activation_history (activation_id, account_id, from_status, to_status, reason, provider, raw_status, cost, detail)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb))
     SELECT pg_notify('watchword_change', $1::text)`,
    [
      id,
      accountId,
      from,
      to,
      note.reason,
      note.provider ?? null,
      note.rawStatus ?? null,
      note.cost ?? null,
      JSON.stringify(note.detail ?? {}),
    ],
  );
}

/** Writes down something that happened to an activation without a change of status. */
export async function noteActivation(
  sql: Sql,
  activation: Pick<ActivationRow, 'id' | 'account_id' | 'status'>,
  note: TransitionNote,
): Promise<void> {
  await writeHistory(sql, activation.id, activation.account_id, activation.status, activation.status, note);
}

/** Remembers that the client asked for something, once. @returns whether it was the first time. */
export async function recordIntention(sql: Sql, id: string, intention: 'cancel' | 'finish' | 'resend'): Promise<boolean> {
  const column = `${intention}_asked_at`;
  return (await sql.run(`UPDATE activations SET ${column} = now() WHERE id = $1 AND ${column} IS NULL`, [id])) === 1;
}

/** Remembers when a cancel that the provider refused as too early is asked again. */
export async function setCancelDue(sql: Sql, id: string, dueAt: Date): Promise<void> {
  await sql.run(
    `WITH changed AS (UPDATE activations SET cancel_due_at = $2 WHERE id = $1) SELECT pg_notify('watchword_change', $1::text)`,
    [id, dueAt],
  );
}

/** Refunded activations whose workflow has not heard of it. */
export async function untoldRefunds(sql: Sql, provider: string | null, minAgeMs: number): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `SELECT id FROM activations WHERE status = 'REFUNDED' AND told_at IS NULL AND ($1::text IS NULL OR provider = $1)
       AND refunded_at <= clock_timestamp() - $2::float8 * interval '1 ms' ORDER BY refunded_at LIMIT 200`,
    [provider, minAgeMs],
  );
  return rows.map(({ id }) => id);
}

/** Remembers that a workflow heard of its refund, or is over. */
export async function markTold(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE activations SET told_at = clock_timestamp() WHERE id = $1', [id]);
}
