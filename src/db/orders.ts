import { type Beneficiary, type OrderOrigin, type OrderStatus, orderMayBecome, type Settlement } from '../domain/order.js';
import type { Sql } from './database.js';

/** Whether an order's charge still waits for the provider's final record. */
export type OrderMoneyState = 'expected' | 'sold' | 'refunded' | 'never_charged' | 'written_off';

/** An order's row. Amounts are micro units of `currency`. */
export interface OrderRow {
  readonly id: string;
  readonly provider: string;
  readonly provider_order_id: string;
  readonly activation_id: string | null;
  readonly attempt_id: string | null;
  readonly origin: OrderOrigin;
  readonly beneficiary: Beneficiary;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly cost: bigint;
  readonly cost_known: boolean;
  /** What the client pays if this number gets the first SMS; null for the house's. */
  readonly client_price: bigint | null;
  readonly money: OrderMoneyState;
  readonly raw_status: string;
  readonly can_get_another: boolean | null;
  readonly first_seen_at: Date;
  readonly expires_at: Date | null;
  readonly cancel_allowed_at: Date | null;
  readonly cancel_asked_at: Date | null;
  readonly cancel_accepted_at: Date | null;
  readonly ended_at: Date | null;
  readonly settlement: Settlement;
  readonly agreed_at: Date | null;
  readonly checks: number;
  readonly missing_sweeps: number;
  readonly last_seen_at: Date;
  readonly round: number;
}

const COLUMNS = `id, provider, provider_order_id, activation_id, attempt_id, origin, beneficiary, status, currency, cost, cost_known, client_price,
  money, raw_status, can_get_another, first_seen_at, expires_at, cancel_allowed_at, cancel_asked_at, cancel_accepted_at, ended_at, settlement,
  agreed_at, checks, missing_sweeps, last_seen_at, round`;

/** A new order's row. */
export interface NewOrder {
  readonly id: string;
  readonly provider: string;
  readonly providerOrderId: string;
  readonly activationId: string | null;
  readonly attemptId: string | null;
  readonly origin: OrderOrigin;
  readonly beneficiary: Beneficiary;
  readonly service: string | null;
  readonly country: string | null;
  readonly operator: string | null;
  readonly phoneSealed: Buffer | null;
  readonly currency: string;
  readonly cost: bigint;
  readonly costKnown: boolean;
  readonly money: OrderMoneyState;
  readonly rawStatus: string;
  readonly canGetAnother: boolean | null;
  /** Milliseconds from now; null when unknown. */
  readonly lifetimeMs: number | null;
  readonly cancelAllowedInMs: number | null;
}

/**
 * Claims an order: the row is unique by provider and the provider's id, so only one reply, adoption or sweep can.
 *
 * @returns the row, or null when the order was claimed before.
 */
export async function claimOrder(sql: Sql, order: NewOrder): Promise<OrderRow | null> {
  const row = await sql.row<OrderRow>(
    `INSERT INTO orders (id, provider, provider_order_id, activation_id, attempt_id, origin, beneficiary, status, service, country,
       operator, phone_sealed, currency, cost, cost_known, money, raw_status, can_get_another, expires_at, cancel_allowed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'OPEN', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
       clock_timestamp() + $18::float8 * interval '1 ms', clock_timestamp() + $19::float8 * interval '1 ms')
     ON CONFLICT (provider, provider_order_id) DO NOTHING
     RETURNING ${COLUMNS}`,
    [
      order.id,
      order.provider,
      order.providerOrderId,
      order.activationId,
      order.attemptId,
      order.origin,
      order.beneficiary,
      order.service,
      order.country,
      order.operator,
      order.phoneSealed,
      order.currency,
      order.cost,
      order.costKnown,
      order.money,
      order.rawStatus,
      order.canGetAnother,
      order.lifetimeMs,
      order.cancelAllowedInMs,
    ],
  );
  if (row !== null)
    await writeOrderHistory(sql, row.id, null, 'OPEN', { reason: order.origin, rawStatus: order.rawStatus, cost: order.cost });
  return row;
}

/** Reads an order. */
export async function orderById(sql: Sql, id: string): Promise<OrderRow | null> {
  return sql.row<OrderRow>(`SELECT ${COLUMNS} FROM orders WHERE id = $1`, [id]);
}

/** Which activation an order serves; null for the house's. */
export async function activationOfOrder(sql: Sql, id: string): Promise<string | null> {
  return (await sql.row<{ activation_id: string | null }>('SELECT activation_id FROM orders WHERE id = $1', [id]))?.activation_id ?? null;
}

/** Reads an order and locks its row. */
export async function lockOrder(sql: Sql, id: string): Promise<OrderRow | null> {
  return sql.row<OrderRow>(`SELECT ${COLUMNS} FROM orders WHERE id = $1 FOR UPDATE`, [id]);
}

/** Reads the orders of a provider that have these ids of the provider's. */
export async function ordersByProviderIds(sql: Sql, provider: string, providerOrderIds: readonly string[]): Promise<OrderRow[]> {
  return sql.rows<OrderRow>(`SELECT ${COLUMNS} FROM orders WHERE provider = $1 AND provider_order_id = ANY ($2::text[])`, [
    provider,
    providerOrderIds,
  ]);
}

/** Why an order moved. `reading` is our own word for what the record said. */
export interface OrderNote {
  readonly reason: string;
  readonly reading?: string | null;
  readonly rawStatus?: string | null;
  readonly cost?: bigint | null;
}

/** Moves an order between statuses, with its history; inside a transaction, for the two are one. @returns false on a lost race. @throws RangeError if there is no such edge. */
export async function moveOrder(sql: Sql, id: string, from: OrderStatus, to: OrderStatus, note: OrderNote): Promise<boolean> {
  if (!orderMayBecome(from, to)) throw new RangeError(`order ${id}: ${from} does not lead to ${to}`);
  const moved = await sql.run(
    `UPDATE orders SET status = $3, cancel_asked_at = CASE WHEN $3 = 'CANCEL_ASKED' THEN clock_timestamp() ELSE cancel_asked_at END,
       refunded_at = CASE WHEN $3 = 'REFUNDED' THEN clock_timestamp() ELSE refunded_at END
     WHERE id = $1 AND status = $2`,
    [id, from, to],
  );
  if (moved !== 1) return false;
  await writeOrderHistory(sql, id, from, to, note);
  return true;
}

/** Writes a row of an order's history without a change of status. */
export async function writeOrderHistory(sql: Sql, id: string, from: string | null, to: string, note: OrderNote): Promise<void> {
  await sql.run(
    'INSERT INTO order_history (order_id, from_status, to_status, reason, reading, raw_status, cost) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [id, from, to, note.reason, note.reading ?? null, note.rawStatus ?? null, note.cost ?? null],
  );
}

/** Sets what became of an order's charge. @returns false when it was not in `from`. */
export async function setOrderMoney(sql: Sql, id: string, from: OrderMoneyState, to: OrderMoneyState): Promise<boolean> {
  return (await sql.run('UPDATE orders SET money = $3 WHERE id = $1 AND money = $2', [id, from, to])) === 1;
}

/** Fills in the price that a record gave later. @returns false when it was known. */
export async function setOrderCost(sql: Sql, id: string, cost: bigint): Promise<boolean> {
  return (await sql.run('UPDATE orders SET cost = $2, cost_known = true WHERE id = $1 AND NOT cost_known', [id, cost])) === 1;
}

/** Keeps what the client pays for an order's number, in micro units of the wallet currency. */
export async function setClientPrice(sql: Sql, id: string, price: bigint): Promise<void> {
  await sql.run('UPDATE orders SET client_price = $2 WHERE id = $1', [id, price]);
}

/** An order's number, still sealed, and its operator. */
export async function numberOfOrder(
  sql: Sql,
  id: string,
): Promise<{ readonly phone_sealed: Buffer | null; readonly operator: string | null } | null> {
  return sql.row('SELECT phone_sealed, operator FROM orders WHERE id = $1', [id]);
}

/** Says whom an order's refund belongs to: the house's where the number serves nobody any more (rule 14). */
export async function setBeneficiary(sql: Sql, id: string, beneficiary: Beneficiary): Promise<void> {
  await sql.run('UPDATE orders SET beneficiary = $2 WHERE id = $1', [id, beneficiary]);
}

/** Remembers that the provider accepted our cancel. */
export async function setCancelAccepted(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE orders SET cancel_accepted_at = coalesce(cancel_accepted_at, clock_timestamp()) WHERE id = $1', [id]);
}

/** What a reading changed in an order's row. */
export async function recordReading(
  sql: Sql,
  id: string,
  seen: {
    readonly rawStatus: string;
    readonly ended: boolean;
    readonly settlement: Settlement;
    readonly agreed: boolean;
    /** By the database's clock, before the provider was asked: the reading may show a state as old as that (rule 16). */
    readonly askedAt: Date;
  },
): Promise<void> {
  await sql.run(
    `UPDATE orders SET raw_status = $2, last_seen_at = greatest(last_seen_at, $6), missing_sweeps = 0,
       ended_at = CASE WHEN $3 THEN coalesce(ended_at, clock_timestamp()) ELSE ended_at END,
       settlement = CASE WHEN $4 = 'unknown' THEN settlement ELSE $4 END,
       agreed_at = CASE WHEN $5 THEN coalesce(agreed_at, clock_timestamp()) ELSE agreed_at END
     WHERE id = $1`,
    [id, seen.rawStatus, seen.ended, seen.settlement, seen.agreed, seen.askedAt],
  );
}

/** Remembers that an order is over at the provider. */
export async function markEnded(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE orders SET ended_at = coalesce(ended_at, clock_timestamp()) WHERE id = $1', [id]);
}

/** Marks orders as seen in a list that was asked for at `askedAt` (the database's clock) and showed nothing new of them. */
export async function touchOrders(sql: Sql, ids: readonly string[], askedAt: Date): Promise<void> {
  if (ids.length === 0) return;
  await sql.run('UPDATE orders SET last_seen_at = greatest(last_seen_at, $2), missing_sweeps = 0 WHERE id = ANY ($1::uuid[])', [
    ids,
    askedAt,
  ]);
}

/** Counts a whole sweep in which these orders were missing (rule 3). */
export async function countMissing(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.run('UPDATE orders SET missing_sweeps = missing_sweeps + 1 WHERE id = ANY ($1::uuid[])', [ids]);
}

/**
 * Takes an order's next single read for one watcher, before it is made, and schedules the one after it: of several watchers
 * that saw the same row one gets it, and one that dies over it delays the order by `nextInMs` and no more.
 *
 * @returns false when another took it meanwhile.
 */
export async function takeCheck(sql: Sql, order: Pick<WatchedOrder, 'id' | 'checks'>, nextInMs: number): Promise<boolean> {
  return (
    (await sql.run(
      `UPDATE orders SET checks = checks + 1, next_check_at = clock_timestamp() + $3::float8 * interval '1 ms' WHERE id = $1 AND checks = $2`,
      [order.id, order.checks, nextInMs],
    )) === 1
  );
}

/** Takes the one single read that two whole lists without an order earn it (rule 3). @returns false when another took it. */
export async function takeMissing(sql: Sql, id: string, sweeps: number): Promise<boolean> {
  return (await sql.run('UPDATE orders SET missing_sweeps = 0 WHERE id = $1 AND missing_sweeps >= $2', [id, sweeps])) === 1;
}

/** Starts a round: another SMS was asked for and the provider accepted (rule 13). */
export async function startRound(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE orders SET round = round + 1 WHERE id = $1', [id]);
}

/** A watched order, with what decides when it is read again. */
export interface WatchedOrder extends OrderRow {
  readonly next_check_at: Date | null;
  readonly grace_read_at: Date | null;
}

/** An order that the watcher has something to do with; what is not watched is over for good, unless an operator enters something. */
export const WATCHED = `(status IN ('OPEN', 'CANCEL_ASKED', 'EXPIRED', 'REFUND_PENDING')
       OR (status = 'CLOSED_WITH_SMS' AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp()))
       OR (status = 'REFUNDED' AND ended_at IS NOT NULL AND grace_read_at IS NULL))`;

/** Orders of a provider that the watcher has something to do with: open ones, pending refunds, ended ones within grace. */
export async function watchedOrders(sql: Sql, provider: string): Promise<WatchedOrder[]> {
  return sql.rows<WatchedOrder>(`SELECT ${COLUMNS}, next_check_at, grace_read_at FROM orders WHERE provider = $1 AND ${WATCHED}`, [
    provider,
  ]);
}

/** Remembers that an order was read at the end of its grace. */
export async function setGraceRead(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE orders SET grace_read_at = clock_timestamp() WHERE id = $1', [id]);
}

/** Remembers when the provider accepts a cancel. */
export async function setCancelAllowed(sql: Sql, id: string, inMs: number): Promise<void> {
  await sql.run(
    `UPDATE orders SET cancel_allowed_at = clock_timestamp() + $2::float8 * interval '1 ms', next_check_at = NULL WHERE id = $1`,
    [id, inMs],
  );
}

/**
 * Writes down once whether an order brought a code, for the scorer. A number that its client gave back within a minute says
 * nothing of the provider, and a client who does that again and again must not decide where everybody else's numbers come from.
 */
export async function recordOutcome(sql: Sql, orderId: string, succeeded: boolean): Promise<void> {
  await sql.run(
    `INSERT INTO route_outcomes (order_id, provider, service, country, operator, succeeded, seconds_to_code)
     SELECT id, provider, service, country, operator, $2, CASE WHEN $2 THEN extract(epoch FROM clock_timestamp() - first_seen_at) END
     FROM orders WHERE id = $1 AND service IS NOT NULL AND country IS NOT NULL
       AND ($2 OR cancel_asked_at IS NULL OR cancel_asked_at >= first_seen_at + interval '1 minute')
     ON CONFLICT (order_id) DO NOTHING`,
    [orderId, succeeded],
  );
}

/** Orders that ended at least `minAgeMs` ago while their activation still waits: its workflow has not heard of the end. */
export async function endedUnheard(sql: Sql, minAgeMs: number): Promise<{ readonly id: string; readonly activation_id: string }[]> {
  return sql.rows(
    `SELECT o.id, o.activation_id FROM activations a JOIN orders o ON o.id = a.order_id
     WHERE a.status = 'WAITING' AND o.status = 'OPEN' AND o.ended_at <= clock_timestamp() - $1::float8 * interval '1 ms' LIMIT 200`,
    [minAgeMs],
  );
}
