import { randomUUID } from 'node:crypto';
import { type Keyring, places } from '../sealing/keyring.js';
import type { Sql } from './database.js';

/** An SMS on its way into the inbox. At least one of `code` and `text` must be there: a hook without both is only a wake-up. */
export interface IncomingSms {
  readonly provider: string;
  readonly providerOrderId: string;
  readonly code: string | null;
  readonly text: string | null;
  readonly source: 'hook' | 'poll';
  /** The provider's own answer showed it; a hook is a hint. */
  readonly confirmed: boolean;
}

/** What became of it. */
export interface StoredSms {
  readonly id: string;
  /** No row had this SMS before. */
  readonly fresh: boolean;
  /** This call confirmed it. */
  readonly newlyConfirmed: boolean;
}

interface InboxRow {
  readonly id: string;
  readonly code_sealed: Buffer | null;
  readonly text_sealed: Buffer | null;
  readonly confirmed_at: Date | null;
}

/**
 * Stores an SMS once (ORDERS.md, rule 13): whether hook or poll saw it first, equal code or equal text is the same SMS, in
 * whichever round, so that the last code of an earlier round never counts as a new one. Run inside a transaction: an
 * advisory lock keeps two writers of one order apart.
 *
 * @returns null when there is nothing to store, the order was erased (a provider's list may show its SMS for ever), or it already
 *   has `bound` unconfirmed rows and this would add one.
 */
export async function storeSms(sql: Sql, keyring: Keyring, sms: IncomingSms, bound = 20): Promise<StoredSms | null> {
  if (sms.code === null && sms.text === null) return null;
  await lockInbox(sql, sms);
  const rows = await sql.rows<InboxRow>(
    'SELECT id, code_sealed, text_sealed, confirmed_at FROM inbox WHERE provider = $1 AND provider_order_id = $2',
    [sms.provider, sms.providerOrderId],
  );
  const same = rows.find((row) => isSame(keyring, row, sms));
  if (same !== undefined) return merge(sql, keyring, same, sms);
  if (!sms.confirmed && rows.filter((row) => row.confirmed_at === null).length >= bound) return null;
  const id = randomUUID();
  const stored = await sql.run(
    `INSERT INTO inbox (id, provider, provider_order_id, order_id, activation_id, account_id, round, source, code_sealed, text_sealed, confirmed_at)
     SELECT $1, $2, $3, o.id, o.activation_id, a.account_id, coalesce(o.round, 0), $4, $5, $6, CASE WHEN $7 THEN clock_timestamp() END
     FROM (SELECT 1) AS one
     LEFT JOIN orders o ON o.provider = $2 AND o.provider_order_id = $3
     LEFT JOIN activations a ON a.id = o.activation_id
     WHERE o.erased_at IS NULL`,
    [
      id,
      sms.provider,
      sms.providerOrderId,
      sms.source,
      sms.code === null ? null : keyring.seal(sms.code, places.inboxCode(id)),
      sms.text === null ? null : keyring.seal(sms.text, places.inboxText(id)),
      sms.confirmed,
    ],
  );
  if (stored === 0) return null;
  return { id, fresh: true, newlyConfirmed: sms.confirmed };
}

/** Keeps writers of one order's SMS apart until the transaction ends. */
async function lockInbox(sql: Sql, order: { readonly provider: string; readonly providerOrderId: string }): Promise<void> {
  await sql.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`inbox ${order.provider} ${order.providerOrderId}`]);
}

function isSame(keyring: Keyring, row: InboxRow, sms: IncomingSms): boolean {
  if (sms.code !== null && row.code_sealed !== null) return keyring.open(row.code_sealed, places.inboxCode(row.id)) === sms.code;
  if (sms.text !== null && row.text_sealed !== null) return keyring.open(row.text_sealed, places.inboxText(row.id)) === sms.text;
  return false;
}

async function merge(sql: Sql, keyring: Keyring, row: InboxRow, sms: IncomingSms): Promise<StoredSms> {
  const newlyConfirmed = sms.confirmed && row.confirmed_at === null;
  const code = row.code_sealed === null && sms.code !== null ? keyring.seal(sms.code, places.inboxCode(row.id)) : null;
  const text = row.text_sealed === null && sms.text !== null ? keyring.seal(sms.text, places.inboxText(row.id)) : null;
  if (newlyConfirmed || code !== null || text !== null) {
    await sql.run(
      `UPDATE inbox SET confirmed_at = CASE WHEN $2 THEN coalesce(confirmed_at, clock_timestamp()) ELSE confirmed_at END,
         code_sealed = coalesce(code_sealed, $3), text_sealed = coalesce(text_sealed, $4) WHERE id = $1`,
      [row.id, sms.confirmed, code, text],
    );
  }
  return { id: row.id, fresh: false, newlyConfirmed };
}

/**
 * Ties SMS that outran their order's claim to the order, in the transaction that claims it: under the lock of the inbox, for
 * a hook that is stored before this commits cannot see the order yet and would belong to nobody for good.
 */
export async function bindInbox(
  sql: Sql,
  order: { readonly id: string; readonly provider: string; readonly providerOrderId: string; readonly activationId: string | null },
): Promise<void> {
  await lockInbox(sql, order);
  await sql.run(
    `UPDATE inbox i SET order_id = $1, activation_id = $4::uuid, account_id = (SELECT account_id FROM activations WHERE id = $4::uuid)
     WHERE provider = $2 AND provider_order_id = $3 AND order_id IS NULL`,
    [order.id, order.provider, order.providerOrderId, order.activationId],
  );
}

/** Confirmed SMS of an activation that no capture has revealed and nobody withheld. */
export async function unrevealed(sql: Sql, activationId: string): Promise<{ id: string; order_id: string }[]> {
  return sql.rows(
    `SELECT id, order_id FROM inbox WHERE activation_id = $1 AND confirmed_at IS NOT NULL AND revealed_at IS NULL AND withheld_at IS NULL
     ORDER BY received_at, id`,
    [activationId],
  );
}

/** Makes SMS readable for the client; only the transaction that captured calls this (rule 11). */
export async function reveal(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.run(
    'UPDATE inbox SET revealed_at = clock_timestamp(), signalled_at = coalesce(signalled_at, clock_timestamp()) WHERE id = ANY ($1::uuid[])',
    [ids],
  );
}

/** Keeps SMS back: their money had been returned when they came. */
export async function withhold(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.run(
    'UPDATE inbox SET withheld_at = clock_timestamp(), signalled_at = coalesce(signalled_at, clock_timestamp()) WHERE id = ANY ($1::uuid[])',
    [ids],
  );
}

/** Whether the provider itself showed an SMS of this order, revealed or not (rule 18). */
export async function hasConfirmedSms(sql: Sql, orderId: string): Promise<boolean> {
  return (await sql.row('SELECT 1 AS one FROM inbox WHERE order_id = $1 AND confirmed_at IS NOT NULL LIMIT 1', [orderId])) !== null;
}

/** Activations with confirmed SMS that their workflow has not heard of. Older than `minAgeMs`, oldest first. */
export async function unsignalled(sql: Sql, provider: string | null, minAgeMs: number): Promise<{ id: string; activation_id: string }[]> {
  return sql.rows(
    `SELECT id, activation_id FROM inbox WHERE confirmed_at <= clock_timestamp() - $2::float8 * interval '1 ms' AND signalled_at IS NULL
       AND revealed_at IS NULL AND withheld_at IS NULL AND activation_id IS NOT NULL AND ($1::text IS NULL OR provider = $1)
     ORDER BY confirmed_at LIMIT 200`,
    [provider, minAgeMs],
  );
}

/** Remembers that the workflow was told. */
export async function markSignalled(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.run('UPDATE inbox SET signalled_at = clock_timestamp() WHERE id = ANY ($1::uuid[]) AND signalled_at IS NULL', [ids]);
}

/** Our orders at a provider that hooks spoke of and the provider has not confirmed, younger than `maxAgeMs`. */
export async function hintedOrders(
  sql: Sql,
  provider: string,
  maxAgeMs: number,
): Promise<{ order_id: string; provider_order_id: string; newest: Date }[]> {
  return sql.rows(
    `SELECT order_id, provider_order_id, max(received_at) AS newest FROM inbox
     WHERE provider = $1 AND confirmed_at IS NULL AND order_id IS NOT NULL AND received_at > clock_timestamp() - $2::float8 * interval '1 ms'
     GROUP BY 1, 2`,
    [provider, maxAgeMs],
  );
}

/** Activations that have had a confirmed SMS for `minAgeMs` which nothing revealed or withheld: their workflow did not act. */
export async function undelivered(sql: Sql, minAgeMs: number): Promise<string[]> {
  const rows = await sql.rows<{ activation_id: string }>(
    `SELECT DISTINCT activation_id FROM inbox WHERE confirmed_at <= clock_timestamp() - $1::float8 * interval '1 ms'
       AND revealed_at IS NULL AND withheld_at IS NULL AND activation_id IS NOT NULL LIMIT 200`,
    [minAgeMs],
  );
  return rows.map(({ activation_id }) => activation_id);
}
