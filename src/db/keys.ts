import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database, Sql } from './database.js';

export type KeyRole = 'client' | 'operator';

/** What a key is made of: 24 to 128 characters of A-Z a-z 0-9 _ -. */
export const KEY_PATTERN = /^[A-Za-z0-9_-]{24,128}$/;

const PREFIX_LENGTH = 12;
const LAST_USED_MS = 60_000;

/** A key that exists and may be used. */
export interface KnownKey {
  readonly keyId: string;
  readonly accountId: string;
  readonly role: KeyRole;
  readonly suspended: boolean;
}

/** A new random key: 32 bytes behind a prefix by which people and secret scanners recognise it. */
export function generateKey(role: KeyRole): string {
  return `${role === 'client' ? 'ww_live_' : 'ww_oper_'}${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 of a key; only this is stored. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}

interface KeyRow {
  readonly id: string;
  readonly account_id: string;
  readonly role: KeyRole;
  readonly key_hash: Buffer;
  readonly last_used_at: Date | null;
  readonly suspended_at: Date | null;
}

/** The key of that text, or null if there is none or it was revoked. Notes its use, at most once a minute. */
export async function findKey(sql: Sql, key: string, now: Date): Promise<KnownKey | null> {
  const hash = hashKey(key);
  const row = await sql.row<KeyRow>(
    `SELECT k.id, k.account_id, k.role, k.key_hash, k.last_used_at, a.suspended_at
     FROM api_keys k JOIN accounts a ON a.id = k.account_id
     WHERE k.key_hash = $1 AND (k.revoked_at IS NULL OR k.revoked_at > $2)`,
    [hash, now],
  );
  if (row === null || !timingSafeEqual(row.key_hash, hash)) return null;
  if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() >= LAST_USED_MS) {
    // The condition is asked again, so that of many requests at once only one writes.
    await sql.run(
      `UPDATE api_keys SET last_used_at = $2
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - interval '1 minute')`,
      [row.id, now],
    );
  }
  return { keyId: row.id, accountId: row.account_id, role: row.role, suspended: row.suspended_at !== null };
}

/** What {@link ensureKey} needs beside the database. */
export interface EnsureKeyDeps {
  readonly database: Database;
  /** A new UUID. */
  readonly ids: () => string;
  /** Grants credit (micro units of the wallet currency) to a new account, inside the transaction that creates it. */
  readonly grant: (
    sql: Sql,
    grant: { readonly accountId: string; readonly amount: bigint; readonly idempotencyKey: string },
  ) => Promise<void>;
}

/** A key that must exist when the platform starts. */
export interface EnsureKey {
  readonly role: KeyRole;
  readonly key: string;
  /** Name of the account if it has to be made. */
  readonly name: string;
  /** Micro units granted to the account if it has to be made; 0 for none. */
  readonly credit: bigint;
}

/**
 * Makes sure that a key exists: creates its account, the key and the account's first credit in one transaction if the key
 * is unknown, and does nothing if it is known. Many processes may call this at once.
 *
 * @throws RangeError if the key is malformed, was revoked, or exists with the other role.
 */
export async function ensureKey(
  deps: EnsureKeyDeps,
  wanted: EnsureKey,
): Promise<{ readonly accountId: string; readonly created: boolean }> {
  if (!KEY_PATTERN.test(wanted.key)) throw new RangeError('an API key must be 24 to 128 characters of A-Z a-z 0-9 _ -');
  const hash = hashKey(wanted.key);
  return deps.database.transaction(async (sql) => {
    await sql.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`api_key:${hash.toString('hex')}`]);
    const known = await sql.row<{ account_id: string; role: KeyRole; revoked_at: Date | null }>(
      'SELECT account_id, role, revoked_at FROM api_keys WHERE key_hash = $1',
      [hash],
    );
    if (known !== null) {
      if (known.role !== wanted.role) throw new RangeError(`this API key exists as a key of role ${known.role}, not ${wanted.role}`);
      if (known.revoked_at !== null) throw new RangeError('this API key was revoked; choose another');
      return { accountId: known.account_id, created: false };
    }
    const accountId = deps.ids();
    await sql.run('INSERT INTO accounts (id, name, kind) VALUES ($1, $2, $3)', [accountId, wanted.name, wanted.role]);
    await insertKey(sql, { id: deps.ids(), accountId, role: wanted.role, key: wanted.key });
    if (wanted.credit > 0n) {
      await deps.grant(sql, { accountId, amount: wanted.credit, idempotencyKey: `first-credit:${accountId}` });
    }
    return { accountId, created: true };
  });
}

/** Stores the hash of a key for an account. */
export async function insertKey(
  sql: Sql,
  key: {
    readonly id: string;
    readonly accountId: string;
    readonly role: KeyRole;
    readonly key: string;
    /** For people; null for none. */
    readonly label?: string | null;
  },
): Promise<void> {
  await sql.run('INSERT INTO api_keys (id, account_id, role, key_hash, prefix, label) VALUES ($1, $2, $3, $4, $5, $6)', [
    key.id,
    key.accountId,
    key.role,
    hashKey(key.key),
    key.key.slice(0, PREFIX_LENGTH),
    key.label ?? null,
  ]);
}

/** Makes a key useless from a moment on: at once, or later where it was replaced and both are to work for a while. */
export async function revokeKey(sql: Sql, keyId: string, at: Date): Promise<void> {
  await sql.run('UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND (revoked_at IS NULL OR revoked_at > $2)', [keyId, at]);
}

/** A key as an operator sees it; the key itself is not stored. */
export interface KeyOverview {
  readonly id: string;
  readonly account_id: string;
  readonly role: KeyRole;
  readonly prefix: string;
  readonly label: string | null;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

const OVERVIEW = 'id, account_id, role, prefix, label, created_at, last_used_at, revoked_at';

/** An account's keys, newest first, revoked ones included. */
export function keysOf(sql: Sql, accountId: string): Promise<KeyOverview[]> {
  return sql.rows<KeyOverview>(`SELECT ${OVERVIEW} FROM api_keys WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 500`, [
    accountId,
  ]);
}

/** One key; null if there is none. Locked until the transaction ends. */
export function lockKey(sql: Sql, id: string): Promise<KeyOverview | null> {
  return sql.row<KeyOverview>(`SELECT ${OVERVIEW} FROM api_keys WHERE id = $1 FOR UPDATE`, [id]);
}
