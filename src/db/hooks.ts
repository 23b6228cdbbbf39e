import { WAKE_CHANNEL } from '../domain/names.js';
import type { Keyring } from '../sealing/keyring.js';
import type { Database, Sql } from './database.js';
import { storeSms } from './inbox.js';

/** What a webhook says of an order: a hint, until the provider's own answer shows the same. */
export interface Hint {
  readonly provider: string;
  readonly providerOrderId: string;
  readonly code: string | null;
  readonly text: string | null;
}

/** What unconfirmed hints may take up. */
export interface HintLimits {
  /** Unconfirmed rows of one order. */
  readonly perOrder: number;
  /** Unconfirmed rows of orders that we do not know, for each provider within the last hour. */
  readonly unknownPerHour: number;
}

/** Far above what honest hooks need: an order has a handful of SMS, and a hook outruns its purchase by seconds. */
export const HINT_LIMITS: HintLimits = Object.freeze({ perOrder: 20, unknownPerHour: 2_000 });

/**
 * Takes in a hook: stores its news unconfirmed and sealed, one row for equal news, and wakes the provider's watcher in the
 * same transaction, so that whoever is woken finds it. A hook without news, or beyond the limits, stores nothing and wakes
 * the watcher all the same: it reads the truth from the provider.
 *
 * @returns `full` when the limits kept it from being stored.
 */
export function receiveHook(
  database: Database,
  keyring: Keyring,
  hint: Hint,
  limits: HintLimits = HINT_LIMITS,
): Promise<'stored' | 'known' | 'empty' | 'full'> {
  return database.transaction(async (sql) => {
    const kept = await keep(sql, keyring, hint, limits);
    await sql.rows('SELECT pg_notify($1, $2)', [WAKE_CHANNEL, hint.provider]);
    return kept;
  });
}

/** The activation that a hook's order serves, with its trace; null while the order is not known. */
export function activationOfOrder(
  sql: Sql,
  order: Pick<Hint, 'provider' | 'providerOrderId'>,
): Promise<{ readonly activation_id: string; readonly trace_id: string | null } | null> {
  return sql.row(
    `SELECT a.id AS activation_id, a.trace_id FROM orders o JOIN activations a ON a.id = o.activation_id
     WHERE o.provider = $1 AND o.provider_order_id = $2`,
    [order.provider, order.providerOrderId],
  );
}

async function keep(sql: Sql, keyring: Keyring, hint: Hint, limits: HintLimits): Promise<'stored' | 'known' | 'empty' | 'full'> {
  if (hint.code === null && hint.text === null) return 'empty';
  if (await isStrangersFull(sql, hint, limits)) return 'full';
  const stored = await storeSms(sql, keyring, { ...hint, source: 'hook', confirmed: false }, limits.perOrder);
  if (stored === null) return 'full';
  return stored.fresh ? 'stored' : 'known';
}

/** Whether hooks of unknown orders have filled their share; forged ones cannot fill the disk. */
async function isStrangersFull(sql: Sql, hint: Hint, limits: HintLimits): Promise<boolean> {
  const row = await sql.row<{ known: boolean; strangers: number }>(
    `SELECT EXISTS (SELECT FROM orders WHERE provider = $1 AND provider_order_id = $2) AS known,
            (SELECT count(*)::int FROM (
               SELECT FROM inbox WHERE provider = $1 AND confirmed_at IS NULL AND order_id IS NULL AND received_at > now() - interval '1 hour'
               LIMIT $3) AS recent) AS strangers`,
    [hint.provider, hint.providerOrderId, limits.unknownPerHour],
  );
  return row !== null && !row.known && row.strangers >= limits.unknownPerHour;
}
