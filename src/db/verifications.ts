import type { Json } from '../domain/errors.js';
import type { Channel } from '../domain/message.js';
import type { VerificationPolicy, VerificationStatus } from '../domain/verification.js';
import type { Sql } from './database.js';

/** A verification's row, as the service sees it. */
export interface VerificationRow {
  readonly id: string;
  readonly account_id: string;
  readonly request_hash: string;
  readonly run_id: string;
  readonly purpose: string;
  readonly to_sealed: Buffer | null;
  readonly person_sealed: Buffer | null;
  readonly number_hash: Buffer;
  readonly country: string;
  readonly brand: string;
  readonly web_otp_domain: string | null;
  readonly app_hash: string | null;
  readonly channels: readonly Channel[];
  readonly locale: string | null;
  readonly policy: VerificationPolicy;
  readonly status: VerificationStatus;
  readonly checks_used: number;
  /** Names the check that was accepted; null where none was. */
  readonly accepted_check: string | null;
  /** Names those that were counted, in their order. */
  readonly counted_checks: readonly string[];
  readonly sends: number;
  readonly test: boolean;
  readonly expires_at: Date;
  /** Its time is over by the database's clock, whatever its status says. */
  readonly overdue: boolean;
  /** Whole seconds until then, rounded up; below 1 once it is over. */
  readonly seconds_left: number;
}

const COLUMNS =
  'id, account_id, request_hash, run_id, purpose, to_sealed, person_sealed, number_hash, country, brand, web_otp_domain, app_hash, channels, locale, policy, status, checks_used, accepted_check, counted_checks, sends, test, expires_at, expires_at <= clock_timestamp() AS overdue, ceil(extract(epoch FROM expires_at - clock_timestamp()))::int AS seconds_left';

/** Reads a verification. */
export function verificationById(sql: Sql, id: string): Promise<VerificationRow | null> {
  return sql.row<VerificationRow>(`SELECT ${COLUMNS} FROM verifications WHERE id = $1`, [id]);
}

/** Reads a verification and locks its row until the transaction ends. */
export function lockVerification(sql: Sql, id: string): Promise<VerificationRow | null> {
  return sql.row<VerificationRow>(`SELECT ${COLUMNS} FROM verifications WHERE id = $1 FOR UPDATE`, [id]);
}

/** Reads a verification and keeps it as it is until the transaction ends; others may read and keep it too. */
export function holdVerification(sql: Sql, id: string): Promise<VerificationRow | null> {
  return sql.row<VerificationRow>(`SELECT ${COLUMNS} FROM verifications WHERE id = $1 FOR SHARE`, [id]);
}

/** The verification of a number and purpose that is open now; null if there is none. */
export async function openVerificationOf(
  sql: Sql,
  of: { readonly accountId: string; readonly numberHash: Buffer; readonly purpose: string },
): Promise<string | null> {
  const row = await sql.row<{ id: string }>(
    `SELECT id FROM verifications WHERE account_id = $1 AND number_hash = $2 AND purpose = $3 AND status = 'PENDING' AND expires_at > clock_timestamp()`,
    [of.accountId, of.numberHash, of.purpose],
  );
  return row?.id ?? null;
}

/** Ends the verification of a number and purpose whose time is over but whose workflow has not come to say so. */
export async function endOverdue(
  sql: Sql,
  of: { readonly accountId: string; readonly numberHash: Buffer; readonly purpose: string },
): Promise<void> {
  const row = await sql.row<Pick<VerificationRow, 'id' | 'account_id'>>(
    `SELECT id, account_id FROM verifications WHERE account_id = $1 AND number_hash = $2 AND purpose = $3 AND status = 'PENDING'
       AND expires_at <= clock_timestamp() FOR UPDATE`,
    [of.accountId, of.numberHash, of.purpose],
  );
  if (row !== null) await endVerification(sql, row, { to: 'EXPIRED', reason: 'time_over' });
}

/** A new verification's row. */
export interface NewVerification {
  readonly id: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly purpose: string;
  readonly toSealed: Buffer;
  readonly personSealed: Buffer;
  readonly numberHash: Buffer;
  readonly country: string;
  readonly brand: string;
  readonly webOtpDomain: string | null;
  readonly appHash: string | null;
  readonly channels: readonly Channel[];
  readonly locale: string | null;
  readonly policy: VerificationPolicy;
  readonly test: boolean;
  /** Seconds from now. */
  readonly validitySeconds: number;
  readonly metadata: Json;
}

/**
 * Inserts a verification with the first row of its history.
 *
 * @returns false, with nothing inserted, where another of the same number and purpose is open; if that is being opened at this
 *   moment, after it was.
 */
export async function insertVerification(sql: Sql, row: NewVerification): Promise<boolean> {
  const inserted = await sql.run(
    `INSERT INTO verifications (id, account_id, idempotency_key, request_hash, workflow_id, run_id, purpose, to_sealed, number_hash, country,
       brand, web_otp_domain, app_hash, channels, locale, policy, status, test, metadata, expires_at, next_send_at, person_sealed)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::jsonb, 'PENDING', $17, $18::jsonb,
       now() + $19::int * interval '1 second', now(), $20)
     ON CONFLICT (account_id, number_hash, purpose) WHERE status = 'PENDING' DO NOTHING`,
    [
      row.id,
      row.accountId,
      row.idempotencyKey,
      row.requestHash,
      row.workflowId,
      row.runId,
      row.purpose,
      row.toSealed,
      row.numberHash,
      row.country,
      row.brand,
      row.webOtpDomain,
      row.appHash,
      row.channels,
      row.locale,
      JSON.stringify(row.policy),
      row.test,
      JSON.stringify(row.metadata),
      row.validitySeconds,
      row.personSealed,
    ],
  );
  if (inserted === 0) return false;
  await noteVerification(sql, { id: row.id, account_id: row.accountId }, { from: null, to: 'PENDING', reason: 'requested' });
  return true;
}

/** A line of a verification's history. */
export interface VerificationStep {
  readonly from: VerificationStatus | null;
  readonly to: VerificationStatus;
  /** Stable, lower case. */
  readonly reason: string;
  /** What a client may read of it; never a number or code. */
  readonly detail?: Json;
}

/** Notes what happened. */
export async function noteVerification(
  sql: Sql,
  verification: Pick<VerificationRow, 'id' | 'account_id'>,
  step: VerificationStep,
): Promise<void> {
  await sql.run(
    'INSERT INTO verification_history (verification_id, account_id, from_status, to_status, reason, detail) VALUES ($1, $2, $3, $4, $5, $6::jsonb)',
    [verification.id, verification.account_id, step.from, step.to, step.reason, JSON.stringify(step.detail ?? {})],
  );
}

/** Ends a verification that is open and that no check ends ({@link countCheck}), with its line of history. @returns whether it was open. */
export async function endVerification(
  sql: Sql,
  verification: Pick<VerificationRow, 'id' | 'account_id'>,
  step: Omit<VerificationStep, 'from' | 'to'> & { readonly to: 'EXPIRED' | 'CANCELLED' },
): Promise<boolean> {
  const ended = await sql.run(
    `UPDATE verifications SET status = $2, reason = $3, ended_at = clock_timestamp() WHERE id = $1 AND status = 'PENDING'`,
    [verification.id, step.to, step.reason],
  );
  if (ended === 0) return false;
  await noteVerification(sql, verification, { ...step, from: 'PENDING' });
  return true;
}

/**
 * Takes one check from the budget of a verification that is open and locked, and notes what it came to: the verification stays open,
 * or ends with it. @param check what names it.
 */
export async function countCheck(
  sql: Sql,
  id: string,
  check: string,
  step: Omit<VerificationStep, 'from' | 'to'> & { readonly to: 'PENDING' | 'VERIFIED' | 'FAILED' },
): Promise<void> {
  await sql.run(
    `WITH counted AS (
       UPDATE verifications SET checks_used = checks_used + 1, counted_checks = counted_checks || $2::text, status = $3,
         accepted_check = CASE WHEN $3 = 'VERIFIED' THEN $2 END,
         verified_at = CASE WHEN $3 = 'VERIFIED' THEN clock_timestamp() END,
         reason = CASE WHEN $3 <> 'PENDING' THEN $4 END,
         ended_at = CASE WHEN $3 <> 'PENDING' THEN clock_timestamp() END
       WHERE id = $1 AND status = 'PENDING' RETURNING account_id)
     INSERT INTO verification_history (verification_id, account_id, from_status, to_status, reason, detail)
     SELECT $1, account_id, 'PENDING', $3, $4, $5::jsonb FROM counted`,
    [id, check, step.to, step.reason, JSON.stringify(step.detail ?? {})],
  );
}

/** Notes when an account saw a phone proven. */
export async function noteProvenPhone(
  sql: Sql,
  proven: { readonly accountId: string; readonly numberHash: Buffer; readonly verificationId: string },
): Promise<void> {
  await sql.run(
    `INSERT INTO verified_phones (account_id, number_hash, first_verified_at, phone_verified_at, verification_id)
     VALUES ($1, $2, clock_timestamp(), clock_timestamp(), $3)
     ON CONFLICT (account_id, number_hash) DO UPDATE SET phone_verified_at = excluded.phone_verified_at, verification_id = excluded.verification_id`,
    [proven.accountId, proven.numberHash, proven.verificationId],
  );
}
