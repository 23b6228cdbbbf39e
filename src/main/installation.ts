import { createHmac } from 'node:crypto';
import type { Sql } from '../db/database.js';
import { hookPath as pathOf } from '../domain/names.js';

/** The secret of this installation, made by the first migration; it keys ids and tokens. */
export async function readInstallationSecret(sql: Sql): Promise<Uint8Array> {
  const row = await sql.row<{ secret: Buffer }>('SELECT secret FROM installation');
  if (row === null) throw new Error('the database holds no installation: run npm run migrate');
  return row.secret;
}

/** The unguessable part of the path at which a provider's hooks arrive. */
export function hookToken(secret: Uint8Array, provider: string): string {
  return createHmac('sha256', secret).update(`hook:${provider}`).digest('base64url');
}

/** The unguessable part of the path at which a carrier's receipts arrive. */
export function carrierToken(secret: Uint8Array, carrier: string): string {
  return createHmac('sha256', secret).update(`carrier-hook:${carrier}`).digest('base64url');
}

/** Path of a provider's hooks below the API's address. */
export function hookPath(secret: Uint8Array, provider: string): string {
  return pathOf(provider, hookToken(secret, provider));
}
