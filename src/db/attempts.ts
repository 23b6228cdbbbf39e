import type { AttemptView } from '../domain/buying.js';
import type { Sql } from './database.js';

/** How an attempt to buy ended; OPEN awaits its reply, AMBIGUOUS awaits reconciliation. */
export type AttemptStatus = 'OPEN' | 'BOUGHT' | 'REFUSED' | 'FATAL' | 'AMBIGUOUS' | 'ADOPTED' | 'ABANDONED';

/** An attempt's row. Amounts are micro units. */
export interface AttemptRow {
  readonly id: string;
  readonly activation_id: string;
  readonly seq: number;
  readonly provider: string;
  readonly service: string;
  readonly country: string;
  readonly operator: string | null;
  /** In the provider's currency. */
  readonly max_price: bigint;
  /** What the client pays if the provider names no price. */
  readonly client_price: bigint;
  readonly status: AttemptStatus;
  readonly order_id: string | null;
  readonly reason: string | null;
  readonly sent_at: Date | null;
  readonly reply_by: Date | null;
  readonly sweeps: number;
}

const COLUMNS =
  'id, activation_id, seq, provider, service, country, operator, max_price, client_price, status, order_id, reason, sent_at, reply_by, sweeps';

/**
 * Opens an attempt before its request is sent (ORDERS.md, rule 6). The attempt counts as sent from here on, so that an
 * order which the provider lists a moment later may be its own.
 *
 * @returns the row and how many milliseconds are left to send and to be answered, or null when this activation already
 *   has an attempt of that number.
 */
export async function openAttempt(
  sql: Sql,
  attempt: Pick<
    AttemptRow,
    'id' | 'activation_id' | 'seq' | 'provider' | 'service' | 'country' | 'operator' | 'max_price' | 'client_price'
  >,
  sendWithinMs: number,
  replyWithinMs: number,
): Promise<AttemptRow | null> {
  return sql.row<AttemptRow>(
    `INSERT INTO attempts (id, activation_id, seq, provider, service, country, operator, max_price, client_price, status,
       deadline_at, sent_at, reply_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'OPEN', clock_timestamp() + $10::int * interval '1 ms', clock_timestamp(),
       clock_timestamp() + $11::int * interval '1 ms')
     ON CONFLICT (activation_id, seq) DO NOTHING
     RETURNING ${COLUMNS}`,
    [
      attempt.id,
      attempt.activation_id,
      attempt.seq,
      attempt.provider,
      attempt.service,
      attempt.country,
      attempt.operator,
      attempt.max_price,
      attempt.client_price,
      sendWithinMs,
      replyWithinMs,
    ],
  );
}

/** Reads an attempt by its place in an activation. */
export async function attemptBySeq(sql: Sql, activationId: string, seq: number): Promise<AttemptRow | null> {
  return sql.row<AttemptRow>(`SELECT ${COLUMNS} FROM attempts WHERE activation_id = $1 AND seq = $2`, [activationId, seq]);
}

/** All attempts of an activation, in their order. */
export async function attemptsOf(sql: Sql, activationId: string): Promise<AttemptRow[]> {
  return sql.rows<AttemptRow>(`SELECT ${COLUMNS} FROM attempts WHERE activation_id = $1 ORDER BY seq`, [activationId]);
}

/** Reads an attempt. */
export async function attemptById(sql: Sql, id: string): Promise<AttemptRow | null> {
  return sql.row<AttemptRow>(`SELECT ${COLUMNS} FROM attempts WHERE id = $1`, [id]);
}

/**
 * Occupies the place of an attempt that never came to be, so that a worker which wakes late cannot open and send it.
 *
 * @returns false when the attempt exists after all.
 */
export async function barAttempt(
  sql: Sql,
  attempt: Pick<AttemptRow, 'id' | 'activation_id' | 'seq' | 'provider' | 'service' | 'country'>,
): Promise<boolean> {
  return (
    (await sql.run(
      `INSERT INTO attempts (id, activation_id, seq, provider, service, country, max_price, client_price, status, deadline_at, resolved_at, reason)
       VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 'REFUSED', now(), now(), 'never_sent') ON CONFLICT (activation_id, seq) DO NOTHING`,
      [attempt.id, attempt.activation_id, attempt.seq, attempt.provider, attempt.service, attempt.country],
    )) === 1
  );
}

/** Moves an attempt that awaits something to its end. @returns false when another got there first. */
export async function resolveAttempt(
  sql: Sql,
  id: string,
  from: readonly AttemptStatus[],
  to: AttemptStatus,
  note: { readonly reason: string | null; readonly raw?: string; readonly orderId?: string },
): Promise<boolean> {
  return (
    (await sql.run(
      `UPDATE attempts SET status = $3, reason = $4, raw = left($5, 500), order_id = $6,
         resolved_at = CASE WHEN $3 = 'AMBIGUOUS' THEN NULL ELSE clock_timestamp() END
       WHERE id = $1 AND status = ANY ($2::text[])`,
      [id, from, to, note.reason, note.raw ?? null, note.orderId ?? null],
    )) === 1
  );
}

/** Attempts of a provider that may own an unclaimed order: unresolved ones, and abandoned ones without an orphan. */
export async function claimableAttempts(sql: Sql, provider: string): Promise<AttemptView[]> {
  const rows = await sql.rows<AttemptRow>(
    `SELECT ${COLUMNS} FROM attempts WHERE provider = $1 AND sent_at IS NOT NULL AND (status IN ('OPEN', 'AMBIGUOUS')
       OR (status = 'ABANDONED' AND order_id IS NULL AND sent_at > now() - interval '2 days'))`,
    [provider],
  );
  return rows.map((row) => ({
    id: row.id,
    service: row.service,
    country: row.country,
    operator: row.operator,
    maxPrice: row.max_price,
    state: row.status === 'ABANDONED' ? 'abandoned' : 'unresolved',
    sentAt: row.sent_at!.getTime(),
    replyBy: row.reply_by!.getTime(),
  }));
}

/** Unresolved attempts of a provider whose reply counts as lost. */
export async function lostAttempts(sql: Sql, provider: string): Promise<AttemptRow[]> {
  return sql.rows<AttemptRow>(
    `SELECT ${COLUMNS} FROM attempts WHERE provider = $1 AND status IN ('OPEN', 'AMBIGUOUS') AND reply_by <= clock_timestamp()`,
    [provider],
  );
}

/** Whether a purchase was given up less than `withinMs` ago whose number may still turn up (rule 9). */
export async function awaitsOrphan(sql: Sql, provider: string, withinMs: number): Promise<boolean> {
  return (
    (await sql.row(
      `SELECT 1 AS one FROM attempts WHERE provider = $1 AND status = 'ABANDONED' AND order_id IS NULL
         AND sent_at > clock_timestamp() - $2::float8 * interval '1 ms' LIMIT 1`,
      [provider, withinMs],
    )) !== null
  );
}

/** Counts a whole sweep that began after the reply counted as lost. */
export async function countSweep(sql: Sql, provider: string, sweepStartedAt: Date): Promise<void> {
  await sql.run(`UPDATE attempts SET sweeps = sweeps + 1 WHERE provider = $1 AND status IN ('OPEN', 'AMBIGUOUS') AND reply_by <= $2`, [
    provider,
    sweepStartedAt,
  ]);
}

/** Marks that an abandoned attempt's order was found and taken as an orphan: one for each attempt (rule 9). */
export async function takeOrphan(sql: Sql, attemptId: string, orderId: string): Promise<boolean> {
  return (
    (await sql.run(`UPDATE attempts SET order_id = $2 WHERE id = $1 AND status = 'ABANDONED' AND order_id IS NULL`, [
      attemptId,
      orderId,
    ])) === 1
  );
}
