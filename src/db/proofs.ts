import type { ProofState } from '../domain/proof.js';
import type { UnsettledOrder } from '../domain/refund-evidence.js';
import type { Sql } from './database.js';

/** The state of a provider account's proof of refund. Amounts are micro units of the provider's currency. */
export interface ProofRow {
  readonly provider: string;
  readonly epoch: bigint;
  readonly opened_at: Date | null;
  readonly armed_at: Date | null;
  readonly fall_observed: bigint | null;
  readonly fall_expected: bigint | null;
  readonly observed: bigint | null;
  readonly expected: bigint | null;
  readonly frozen_at: Date | null;
  readonly suspect_at: Date | null;
  readonly suspect_surplus: bigint | null;
  readonly granularity: bigint;
  readonly read_at: Date | null;
  /** Top-ups that are booked, and those that were there before our books. */
  readonly seen_payments: readonly string[];
  /** The newest payment that a pass has seen, top-up or not. */
  readonly payments_cursor: string | null;
  /** Surplus that nobody was confirmed with; amounts as decimal micro units, times in ms. */
  readonly unclaimed: StoredUnclaimed | null;
}

interface StoredUnclaimed {
  readonly at: number;
  readonly lots: readonly { readonly amount: string; readonly since: number }[];
}

const COLUMNS =
  'provider, epoch, opened_at, armed_at, fall_observed, fall_expected, observed, expected, frozen_at, suspect_at, suspect_surplus, granularity, read_at, seen_payments, payments_cursor, unclaimed';

/** Reads a provider's proof row. @throws Error if the provider was never registered. */
export async function proofOf(sql: Sql, provider: string): Promise<ProofRow> {
  return required(await sql.row<ProofRow>(`SELECT ${COLUMNS} FROM provider_proofs WHERE provider = $1`, [provider]), provider);
}

/** Reads and locks it: whoever posts a confirmation or raises the expected figure holds this lock (rule 18). */
export async function lockProof(sql: Sql, provider: string): Promise<ProofRow> {
  return required(await sql.row<ProofRow>(`SELECT ${COLUMNS} FROM provider_proofs WHERE provider = $1 FOR UPDATE`, [provider]), provider);
}

function required(row: ProofRow | null, provider: string): ProofRow {
  if (row === null) throw new Error(`provider ${provider} is not registered`);
  return row;
}

/** The part of a proof row that the rules work on. */
export function stateOf(row: ProofRow): ProofState {
  return {
    armed: row.armed_at !== null,
    last: row.observed === null || row.expected === null ? null : { observed: row.observed, expected: row.expected },
    fall: row.fall_observed === null || row.fall_expected === null ? null : { observed: row.fall_observed, expected: row.fall_expected },
    suspect: row.suspect_at === null ? null : { at: row.suspect_at.getTime(), surplus: row.suspect_surplus ?? 0n },
    unclaimed:
      row.unclaimed === null
        ? null
        : { at: row.unclaimed.at, lots: row.unclaimed.lots.map(({ amount, since }) => ({ amount: BigInt(amount), since })) },
  };
}

/** Writes what a pass found. The caller holds the lock. */
export async function saveProofPass(
  sql: Sql,
  provider: string,
  pass: {
    readonly observed: bigint;
    readonly expected: bigint;
    readonly pending: bigint;
    readonly state: ProofState;
    readonly frozen: string | null;
    /** When the balance was asked for, by the database's clock. */
    readonly askedAt: Date;
  },
): Promise<void> {
  await sql.run(
    `UPDATE provider_proofs SET observed = $2, expected = $3, pending = $4, read_at = $12,
       armed_at = CASE WHEN $5 THEN coalesce(armed_at, clock_timestamp()) END,
       fall_observed = $6, fall_expected = $7, suspect_at = $8, suspect_surplus = $9, unclaimed = $11::jsonb,
       frozen_at = CASE WHEN $10::text IS NULL THEN frozen_at ELSE coalesce(frozen_at, clock_timestamp()) END,
       frozen_reason = coalesce($10, frozen_reason)
     WHERE provider = $1`,
    [
      provider,
      pass.observed,
      pass.expected,
      pass.pending,
      pass.state.armed,
      pass.state.fall?.observed ?? null,
      pass.state.fall?.expected ?? null,
      pass.state.suspect === null ? null : new Date(pass.state.suspect.at),
      pass.state.suspect?.surplus ?? null,
      pass.frozen,
      pass.state.unclaimed === null ? null : JSON.stringify(pass.state.unclaimed, textOfAmounts),
      pass.askedAt,
    ],
  );
}

function textOfAmounts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Advances the epoch, so that no reading taken before this may still prove anything (rule 18). */
export async function advanceEpoch(sql: Sql, provider: string): Promise<void> {
  await sql.run('UPDATE provider_proofs SET epoch = epoch + 1 WHERE provider = $1', [provider]);
}

/** What the books opened with. Amounts are micro units of the provider's currency. */
export interface Opening {
  readonly observed: bigint;
  readonly expected: bigint;
  /** Payments until now belong to the opening entry. */
  readonly seenPayments: readonly string[];
  readonly paymentsCursor: string | null;
}

/**
 * Marks the opening entry as posted. Its balance is the first reading, so that a purchase right after it is seen as a fall
 * (rule 20).
 */
export async function setOpened(sql: Sql, provider: string, opening: Opening): Promise<void> {
  await sql.run(
    `UPDATE provider_proofs SET opened_at = clock_timestamp(), epoch = epoch + 1, observed = $2, expected = $3, pending = 0,
       read_at = clock_timestamp(), seen_payments = $4, payments_cursor = $5 WHERE provider = $1`,
    [provider, opening.observed, opening.expected, opening.seenPayments, opening.paymentsCursor],
  );
}

/** Remembers payments that were booked, and the newest that was seen. */
export async function addSeenPayments(sql: Sql, provider: string, ids: readonly string[], cursor: string | null): Promise<void> {
  await sql.run('UPDATE provider_proofs SET seen_payments = seen_payments || $2::text[], payments_cursor = $3 WHERE provider = $1', [
    provider,
    ids,
    cursor,
  ]);
}

/** An order whose charge may come back. */
export interface RefundRow {
  readonly id: string;
  readonly provider_order_id: string;
  readonly cost: bigint;
  /** Null while the record does not agree, and for a refund that left the automatic queue. */
  readonly agreed_at: Date | null;
  /** When it ended; null for a refund that left the automatic queue. */
  readonly unsure_since: Date | null;
  readonly next_check_at: Date | null;
  readonly checks: number;
}

/** Ended orders of a provider whose charge is still expected back. */
export async function pendingRefunds(sql: Sql, provider: string): Promise<RefundRow[]> {
  return sql.rows<RefundRow>(
    `SELECT id, provider_order_id, cost, CASE WHEN paid_from_loss_at IS NULL THEN agreed_at END AS agreed_at,
       CASE WHEN paid_from_loss_at IS NULL THEN ended_at END AS unsure_since, next_check_at, checks
     FROM orders WHERE provider = $1 AND status = 'REFUND_PENDING' AND money = 'expected'`,
    [provider],
  );
}

/** An order whose charge is still expected back and that is not yet pending. */
export interface UnsettledRow extends UnsettledOrder {
  readonly id: string;
}

/** Orders that are not pending and whose charge is still expected back; `since` is when the balance had been read (rule 16). */
export async function unsettledOrders(sql: Sql, provider: string, since: Date): Promise<UnsettledRow[]> {
  return sql.rows<UnsettledRow>(
    `SELECT id, status, ended_at IS NOT NULL AS ended, coalesce(expires_at <= clock_timestamp(), false) AS "timeOver",
       last_seen_at >= $2 AS "seenSinceBalance"
     FROM orders WHERE provider = $1 AND money = 'expected' AND status IN ('OPEN', 'CANCEL_ASKED', 'EXPIRED')`,
    [provider, since],
  );
}

/** Charges posted less than `lagMs` before the transaction, which the provider's balance may not show yet: together, micro units (rule 15). */
export async function youngCharges(sql: Sql, provider: string, lagMs: number): Promise<bigint> {
  if (lagMs <= 0) return 0n;
  const row = await sql.row<{ sum: bigint }>(
    `SELECT coalesce(sum(o.cost), 0)::bigint AS sum FROM transfers t JOIN orders o ON o.id = t.order_id
     WHERE t.provider = $1 AND t.kind = 'charge' AND t.created_at > now() - $2::float8 * interval '1 ms'`,
    [provider, lagMs],
  );
  return row?.sum ?? 0n;
}

/**
 * The orders whose charge is in the ledger's figure and still expected back, by id, with what was charged; those that
 * {@link youngCharges} adds back are not among them. Read in the figure's own snapshot (rule 16).
 */
export async function chargedOrders(sql: Sql, provider: string, lagMs: number): Promise<Map<string, bigint>> {
  const rows = await sql.rows<{ id: string; cost: bigint }>(
    `SELECT o.id, o.cost FROM orders o WHERE o.provider = $1 AND o.money = 'expected' AND NOT EXISTS (
       SELECT FROM transfers t WHERE t.order_id = o.id AND t.kind = 'charge' AND t.created_at > now() - $2::float8 * interval '1 ms')`,
    [provider, lagMs],
  );
  return new Map(rows.map(({ id, cost }) => [id, cost]));
}

/** Whether a refund's own record agrees and only the balance is left to say so. */
export async function hasEligibleRefund(sql: Sql, provider: string): Promise<boolean> {
  return (
    (await sql.row(
      `SELECT 1 AS one FROM orders WHERE provider = $1 AND status = 'REFUND_PENDING' AND money = 'expected' AND agreed_at IS NOT NULL AND paid_from_loss_at IS NULL LIMIT 1`,
      [provider],
    )) !== null
  );
}

/** A refund that is overdue: its client has waited for `graceMs`. */
export interface OverdueRefund {
  readonly id: string;
  readonly activation_id: string;
}

/** Overdue refunds of a provider whose clients were not paid yet, oldest first. */
export async function overdueRefunds(sql: Sql, provider: string, graceMs: number): Promise<OverdueRefund[]> {
  return sql.rows<OverdueRefund>(
    `SELECT o.id, o.activation_id FROM orders o JOIN activations a ON a.id = o.activation_id AND a.order_id = o.id
     WHERE o.provider = $1 AND o.status = 'REFUND_PENDING' AND o.paid_from_loss_at IS NULL AND a.status = 'PROVIDER_REFUND_PENDING'
       AND a.ended_at <= clock_timestamp() - $2::float8 * interval '1 ms' ORDER BY a.ended_at LIMIT 50`,
    [provider, graceMs],
  );
}

/**
 * What was paid from loss in the last 24 hours, micro units of the wallet currency, for refunds of real providers or of simulators: what these owe is no
 * money. All payers wait here for their turn.
 */
export async function lockPaidFromLoss(sql: Sql, simulated: boolean): Promise<bigint> {
  await sql.run("SELECT pg_advisory_xact_lock(hashtextextended('pay from loss', 0))");
  const row = await sql.row<{ sum: bigint }>(
    `SELECT coalesce(sum(o.cost * p.rate_micros / 1000000), 0)::bigint AS sum FROM orders o JOIN providers p ON p.id = o.provider
     WHERE o.paid_from_loss_at > clock_timestamp() - interval '1 day' AND p.simulated = $1`,
    [simulated],
  );
  return row?.sum ?? 0n;
}

/** Hands an overdue refund over to the house. @returns false when it was handed over before. */
export async function handToHouse(sql: Sql, orderId: string): Promise<boolean> {
  return (
    (await sql.run(
      `UPDATE orders SET paid_from_loss_at = clock_timestamp(), beneficiary = 'house' WHERE id = $1 AND status = 'REFUND_PENDING' AND paid_from_loss_at IS NULL`,
      [orderId],
    )) === 1
  );
}

/** Lets the proof go on after an operator said what came in (rule 16). */
export async function thaw(sql: Sql, provider: string): Promise<void> {
  await sql.run(
    'UPDATE provider_proofs SET frozen_at = NULL, frozen_reason = NULL, suspect_at = NULL, suspect_surplus = NULL WHERE provider = $1',
    [provider],
  );
}
