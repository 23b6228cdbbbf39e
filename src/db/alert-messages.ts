import type { Sql } from './database.js';

/** How far a message's delivery to the receiver is. */
export type AlertDelivery = 'none' | 'pending' | 'delivered' | 'gone' | 'given_up';

/** A message to operators. */
export interface AlertMessage {
  /** The webhook-id: the same at each try. */
  readonly id: string;
  readonly condition: string;
  readonly kind: 'started' | 'repeated' | 'ended';
  /** JSON, as it is signed and sent. */
  readonly body: string;
}

/** For how long messages are kept. */
const KEPT = "interval '30 days'";

/**
 * Writes a message down. `receiver` is the hash of the receiver's address, null without one; to one that said 410 nothing more is
 * sent.
 */
export async function addAlertMessage(sql: Sql, message: AlertMessage, receiver: string | null): Promise<void> {
  await sql.run(
    `INSERT INTO alert_messages (id, condition, kind, body, receiver, delivery)
     VALUES ($1, $2, $3, $4, $5::text, CASE WHEN $5::text IS NULL THEN 'none'
       WHEN EXISTS (SELECT FROM alert_messages WHERE receiver = $5::text AND delivery = 'gone') THEN 'gone' ELSE 'pending' END)`,
    [message.id, message.condition, message.kind, message.body, receiver],
  );
}

/** Messages that the log has not told, oldest first. */
export function unloggedMessages(sql: Sql): Promise<AlertMessage[]> {
  return sql.rows('SELECT id, condition, kind, body FROM alert_messages WHERE logged_at IS NULL ORDER BY created_at, id LIMIT 500');
}

/** Remembers that the log told them. */
export async function markLogged(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.run('UPDATE alert_messages SET logged_at = clock_timestamp() WHERE id = ANY ($1::text[])', [ids]);
}

/** Gives up messages that nobody took for `deliverMs`, forgets old ones, and reads those that are still to be delivered. */
export async function pendingMessages(sql: Sql, deliverMs: number): Promise<string[]> {
  await sql.run(
    `UPDATE alert_messages SET delivery = 'given_up', ended_at = clock_timestamp()
     WHERE delivery = 'pending' AND created_at < clock_timestamp() - $1::float8 * interval '1 ms'`,
    [deliverMs],
  );
  // One that said 410 is what keeps its receiver from being asked again.
  await sql.run(`DELETE FROM alert_messages WHERE created_at < clock_timestamp() - ${KEPT} AND delivery NOT IN ('pending', 'gone')`);
  const rows = await sql.rows<{ id: string }>("SELECT id FROM alert_messages WHERE delivery = 'pending' ORDER BY created_at, id LIMIT 500");
  return rows.map(({ id }) => id);
}

/** The body of a message that is to be delivered; null once it was, or will not be. */
export async function bodyToDeliver(sql: Sql, id: string): Promise<string | null> {
  return (await sql.row<{ body: string }>("SELECT body FROM alert_messages WHERE id = $1 AND delivery = 'pending'", [id]))?.body ?? null;
}

/** A receiver wants no more: nothing that waits for it, and nothing later, is sent to it. */
export async function markReceiverGone(sql: Sql, id: string, receiver: string): Promise<void> {
  await sql.run(
    `UPDATE alert_messages SET delivery = 'gone', receiver = $2, ended_at = clock_timestamp(), last_result = '410'
     WHERE delivery = 'pending' AND (id = $1 OR receiver = $2)`,
    [id, receiver],
  );
}

/** Counts a try and how it ended: an HTTP status, or a word. */
export async function noteTry(sql: Sql, id: string, result: string, delivery: AlertDelivery): Promise<void> {
  await sql.run(
    `UPDATE alert_messages SET tries = tries + 1, last_result = $2, delivery = $3,
       ended_at = CASE WHEN $3 = 'pending' THEN NULL ELSE clock_timestamp() END WHERE id = $1 AND delivery = 'pending'`,
    [id, result, delivery],
  );
}

/** A message as operators see it. */
export interface AlertMessageView {
  readonly id: string;
  readonly condition: string;
  readonly kind: string;
  readonly created_at: Date;
  readonly delivery: AlertDelivery;
  readonly tries: number;
  readonly last_result: string | null;
}

/** The newest messages, at most `limit`. */
export function listMessages(sql: Sql, limit: number): Promise<AlertMessageView[]> {
  return sql.rows(
    'SELECT id, condition, kind, created_at, delivery, tries, last_result FROM alert_messages ORDER BY created_at DESC, id DESC LIMIT $1',
    [limit],
  );
}
