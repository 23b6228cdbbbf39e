import type { Sql } from './database.js';
import { eraseFraud } from './fraud-erasure.js';
import { SETTLED } from './erasure.js';

/** What keeps an account from being erased. */
export interface StillOpen {
  /** Activations that are not over, or of which something is still to be settled; at most 20 ids. */
  readonly activations: readonly string[];
  /** Messages that are not over; at most 20 ids. */
  readonly messages: readonly string[];
  readonly count: number;
  /** Micro units of any currency that activations hold. */
  readonly held: bigint;
}

/** What of an account is open or held. */
export async function openOf(sql: Sql, accountId: string): Promise<StillOpen> {
  const rows = await sql.rows<{ id: string; count: number }>(
    `SELECT id, (count(*) OVER ())::int AS count FROM activations a
     WHERE account_id = $1 AND erased_at IS NULL AND (NOT (${SETTLED})
       OR EXISTS (SELECT FROM attempts t JOIN orders ON orders.id = t.order_id WHERE t.activation_id = a.id AND orders.status IN ('OPEN', 'CANCEL_ASKED')))
     ORDER BY created_at, id LIMIT 20`,
    [accountId],
  );
  const messages = await sql.rows<{ id: string; count: number }>(
    'SELECT id, (count(*) OVER ())::int AS count FROM messages WHERE account_id = $1 AND ended_at IS NULL ORDER BY created_at, id LIMIT 20',
    [accountId],
  );
  const verifications = await sql.row<{ count: number }>(
    `SELECT count(*)::int AS count FROM verifications WHERE account_id = $1 AND status = 'PENDING'`,
    [accountId],
  );
  const batches = await sql.row<{ count: number }>(
    'SELECT count(*)::int AS count FROM message_batches WHERE account_id = $1 AND ended_at IS NULL',
    [accountId],
  );
  const money = await sql.row<{ held: bigint }>(
    `SELECT coalesce(sum(b.amount), 0)::bigint AS held FROM ledger_accounts l JOIN ledger_balances b ON b.account_id = l.id AND b.currency = l.currency
     WHERE l.owner = $1 AND l.kind = 'user_held'`,
    [accountId],
  );
  return {
    activations: rows.map(({ id }) => id),
    messages: messages.map(({ id }) => id),
    count: (rows[0]?.count ?? 0) + (messages[0]?.count ?? 0) + (batches?.count ?? 0) + (verifications?.count ?? 0),
    held: money?.held ?? 0n,
  };
}

/** Locks an account, so that nothing is begun for it meanwhile. @returns null if there is none. */
export function lockAccount(sql: Sql, accountId: string): Promise<{ readonly erased_at: Date | null } | null> {
  return sql.row('SELECT erased_at FROM accounts WHERE id = $1 FOR UPDATE', [accountId]);
}

/** Suspends an account and revokes its keys: from then on nothing is begun for it. */
export async function closeAccount(sql: Sql, accountId: string): Promise<void> {
  await sql.run('UPDATE accounts SET suspended_at = coalesce(suspended_at, now()) WHERE id = $1', [accountId]);
  await sql.run('UPDATE api_keys SET revoked_at = now() WHERE account_id = $1 AND (revoked_at IS NULL OR revoked_at > now())', [accountId]);
}

/** Requests of operators that are about an account or its keys; its creation is known by its reference. */
const ABOUT = `(x.params ->> 'id' = $1::text OR x.params ->> 'id' IN (SELECT k.id::text FROM api_keys k WHERE k.account_id = $1::uuid)
  OR (x.action = 'POST /v1/operator/accounts' AND x.body ->> 'reference' = (SELECT a.reference FROM accounts a WHERE a.id = $1::uuid)))`;
const ERASING = 'POST /v1/operator/accounts/:id/erase';

/**
 * Erases what is written about an account: its name, reference and keys' labels, what its owner wrote into activations and messages, and what operators wrote in
 * requests about it, but the reason of this one. Its id stays, in the books and everywhere.
 */
export async function eraseAccount(sql: Sql, accountId: string): Promise<void> {
  await sql.run(
    `UPDATE activations SET metadata = '{}', idempotency_key = id::text, request_hash = 'erased' WHERE account_id = $1 AND request_hash <> 'erased'`,
    [accountId],
  );
  await sql.run(
    `UPDATE messages SET metadata = '{}', idempotency_key = id::text, request_hash = 'erased' WHERE account_id = $1 AND request_hash <> 'erased'`,
    [accountId],
  );
  await sql.run(
    `UPDATE message_batches SET idempotency_key = id::text, request_hash = 'erased' WHERE account_id = $1 AND request_hash <> 'erased'`,
    [accountId],
  );
  await eraseFraud(sql, accountId);
  await sql.run(`UPDATE operator_actions x SET body = NULL WHERE x.body IS NOT NULL AND x.action <> $2 AND ${ABOUT}`, [accountId, ERASING]);
  await sql.run('UPDATE api_keys SET label = NULL WHERE account_id = $1', [accountId]);
  await sql.run(`UPDATE accounts SET name = 'erased', reference = NULL, erased_at = now() WHERE id = $1`, [accountId]);
}

/** A request of an operator about an account. */
export interface ActionAbout {
  readonly id: string;
  readonly at: Date;
  readonly action: string;
  readonly body: object | null;
  readonly status: number | null;
}

/** Requests of operators about an account, oldest first. `after` is the id of the last one of the page before. */
export function actionsAbout(sql: Sql, accountId: string, after: string | null, limit: number): Promise<ActionAbout[]> {
  return sql.rows<ActionAbout>(
    `SELECT x.id::text, x.at, x.action, x.body, x.status FROM operator_actions x
     WHERE ${ABOUT} AND ($2::bigint IS NULL OR x.id > $2::bigint) ORDER BY x.id LIMIT $3`,
    [accountId, after, limit],
  );
}
