import type { Sql } from './database.js';
import { WATCHED } from './orders.js';

/** What an erasure did. */
export interface Erased {
  readonly activations: number;
  readonly messages: number;
  readonly verifications: number;
  /** Orders of the house; those of an activation go with it. */
  readonly orders: number;
  /** SMS of orders that nobody claimed. */
  readonly strangers: number;
}

/** Whose activations are erased: those that are over for so long, or all of one account. */
export type ErasureScope = { readonly overForMs: number } | { readonly accountId: string };

/** Of an activation `a`, nothing needs the number any more: it is final, its orders are closed, its purchases known and its SMS delivered or withheld. */
export const SETTLED = `a.status IN ('COMPLETED', 'REFUNDED', 'FAILED')
  AND NOT EXISTS (SELECT FROM orders WHERE activation_id = a.id AND ${WATCHED})
  AND NOT EXISTS (SELECT FROM attempts WHERE activation_id = a.id AND status IN ('OPEN', 'AMBIGUOUS'))
  AND NOT EXISTS (SELECT FROM inbox WHERE activation_id = a.id AND confirmed_at IS NOT NULL AND revealed_at IS NULL AND withheld_at IS NULL)`;
const OVER = `a.erased_at IS NULL AND ${SETTLED}`;

/** How a scope narrows rows that have an account and an end, with its one value as `$1`. */
export function narrowedBy(scope: ErasureScope): readonly [condition: string, value: string | number] {
  return 'accountId' in scope
    ? ['account_id = $1', scope.accountId]
    : [`ended_at <= clock_timestamp() - $1::float8 * interval '1 ms'`, scope.overForMs];
}

const LONG_AGO = (column: string) => `${column} <= clock_timestamp() - $1::float8 * interval '1 ms'`;

/**
 * Erases the number, codes, texts and providers' replies of at most `limit` activations that are over, with those of their
 * orders; inside a transaction. Rows are locked in the order in which a reading locks them (activation, order, inbox), and
 * what a reading changed meanwhile is asked again. Repeatable.
 *
 * @returns how many were erased now.
 */
export async function eraseActivations(sql: Sql, scope: ErasureScope, limit: number): Promise<number> {
  const [narrowed, value] =
    'accountId' in scope
      ? ['a.account_id = $1', scope.accountId]
      : [`${LONG_AGO('a.ended_at')} AND (a.refunded_at IS NULL OR ${LONG_AGO('a.refunded_at')})`, scope.overForMs];
  const found = await sql.rows<{ id: string }>(
    `SELECT a.id FROM activations a WHERE ${narrowed} AND ${OVER} ORDER BY a.ended_at LIMIT $2 FOR UPDATE OF a SKIP LOCKED`,
    [value, limit],
  );
  if (found.length === 0) return 0;
  const candidates = found.map(({ id }) => id);
  await sql.run('SELECT FROM orders WHERE activation_id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE', [candidates]);
  await lockInboxes(sql, 'activation_id', candidates);
  const over = await sql.rows<{ id: string }>(`SELECT a.id FROM activations a WHERE a.id = ANY ($1::uuid[]) AND ${OVER}`, [candidates]);
  const ids = over.map(({ id }) => id);
  await sql.run(
    `UPDATE activations SET phone_sealed = NULL, late_sms = 0, late_sms_price = NULL, erased_at = clock_timestamp() WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  await sql.run('UPDATE attempts SET raw = NULL WHERE activation_id = ANY ($1::uuid[]) AND raw IS NOT NULL', [ids]);
  await sql.run('UPDATE inbox SET code_sealed = NULL, text_sealed = NULL WHERE activation_id = ANY ($1::uuid[])', [ids]);
  await sql.run('UPDATE orders SET phone_sealed = NULL, erased_at = clock_timestamp() WHERE activation_id = ANY ($1::uuid[])', [ids]);
  // A failed one had no number: its last line keeps telling why.
  await sql.run(
    `WITH written AS (
       INSERT INTO activation_history (activation_id, account_id, from_status, to_status, reason)
       SELECT id, account_id, status, status, 'erased' FROM activations WHERE id = ANY ($1::uuid[]) AND status <> 'FAILED' RETURNING activation_id)
     SELECT pg_notify('watchword_change', activation_id::text) FROM written`,
    [ids],
  );
  return ids.length;
}

/**
 * Erases the number, codes and texts of at most `limit` closed orders of the house: orphans, late claims and foreign orders.
 * With an account, those that its activations' purchases brought.
 */
export async function eraseHouseOrders(sql: Sql, scope: ErasureScope, limit: number): Promise<number> {
  const [narrowed, value] =
    'accountId' in scope
      ? [
          'attempt_id IN (SELECT t.id FROM attempts t JOIN activations a ON a.id = t.activation_id WHERE a.account_id = $1)',
          scope.accountId,
        ]
      : [LONG_AGO('greatest(first_seen_at, expires_at, ended_at, refunded_at)'), scope.overForMs];
  const found = await sql.rows<{ id: string }>(
    `SELECT id FROM orders WHERE activation_id IS NULL AND erased_at IS NULL AND ${narrowed} AND NOT ${WATCHED}
     ORDER BY first_seen_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [value, limit],
  );
  if (found.length === 0) return 0;
  const ids = found.map(({ id }) => id);
  await lockInboxes(sql, 'id', ids);
  await sql.run('UPDATE inbox SET code_sealed = NULL, text_sealed = NULL WHERE order_id = ANY ($1::uuid[])', [ids]);
  await sql.run('UPDATE orders SET phone_sealed = NULL, erased_at = clock_timestamp() WHERE id = ANY ($1::uuid[])', [ids]);
  return ids.length;
}

/** Removes at most `limit` SMS that hooks told of orders which nobody claimed. */
export async function removeStrangers(sql: Sql, overForMs: number, limit: number): Promise<number> {
  return sql.run(
    `DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE order_id IS NULL AND ${LONG_AGO('received_at')} LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [overForMs, limit],
  );
}

/** Keeps writers of these orders' SMS away until the transaction ends: what they store afterwards finds the order erased. */
async function lockInboxes(sql: Sql, column: 'id' | 'activation_id', ids: readonly string[]): Promise<void> {
  await sql.run(
    `SELECT pg_advisory_xact_lock(hashtextextended('inbox ' || provider || ' ' || provider_order_id, 0))
     FROM (SELECT provider, provider_order_id FROM orders WHERE ${column} = ANY ($1::uuid[]) ORDER BY 1, 2) AS sorted`,
    [ids],
  );
}
