import { randomBytes } from 'node:crypto';
import type { Sql } from './database.js';
import { hashKey } from './keys.js';

/** How long a browser stays signed in; signing in again takes a key. */
export const SESSION_MS = 12 * 3_600_000;

/** An operator's key behind a browser's session. */
export interface SessionKey {
  readonly accountId: string;
  readonly keyId: string;
}

/** Opens a session for an operator's key and answers its token, which is stored only as a hash. Forgets sessions that are over. */
export async function openSession(sql: Sql, keyId: string, now: Date): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await sql.run('DELETE FROM operator_sessions WHERE expires_at <= $1', [now]);
  await sql.run('INSERT INTO operator_sessions (token_hash, key_id, created_at, expires_at) VALUES ($1, $2, $3, $4)', [
    hashKey(token),
    keyId,
    now,
    new Date(now.getTime() + SESSION_MS),
  ]);
  return token;
}

/** The key of a session; null if there is none, it is over, its key was revoked or its account suspended. */
export async function findSession(sql: Sql, token: string, now: Date): Promise<SessionKey | null> {
  const row = await sql.row<{ id: string; account_id: string }>(
    `SELECT k.id, k.account_id
     FROM operator_sessions s JOIN api_keys k ON k.id = s.key_id JOIN accounts a ON a.id = k.account_id
     WHERE s.token_hash = $1 AND s.expires_at > $2 AND k.role = 'operator' AND (k.revoked_at IS NULL OR k.revoked_at > $2)
       AND a.suspended_at IS NULL`,
    [hashKey(token), now],
  );
  return row === null ? null : { accountId: row.account_id, keyId: row.id };
}

/** Ends a session; nothing happens if there is none. */
export async function endSession(sql: Sql, token: string): Promise<void> {
  await sql.run('DELETE FROM operator_sessions WHERE token_hash = $1', [hashKey(token)]);
}
