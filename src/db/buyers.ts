import type { Sql } from './database.js';

/** Who buys, as far as it decides from whom. */
export interface Buyer {
  /** It plays: simulators only. */
  readonly sandbox: boolean;
}

/** An account that may begin an activation or send a message; null where there is none, or it was erased. Held until the transaction ends, so that it is not erased meanwhile. */
export function lockBuyer(sql: Sql, accountId: string): Promise<Buyer | null> {
  return sql.row<Buyer>('SELECT sandbox FROM accounts WHERE id = $1 AND erased_at IS NULL FOR KEY SHARE', [accountId]);
}

/** Whether an account plays. */
export async function isSandbox(sql: Sql, accountId: string): Promise<boolean> {
  return (await sql.row<Buyer>('SELECT sandbox FROM accounts WHERE id = $1', [accountId]))?.sandbox ?? false;
}

/**
 * Whether a provider (or carrier) `v` sells to a buyer: a simulator to those who play, and to everybody only where the installation
 * has no real one. `sandbox` is a placeholder such as `$1`.
 */
export function sellsTo(sandbox: string, table: 'providers' | 'carriers' = 'providers'): string {
  return `(v.simulated = ${sandbox}::boolean OR (v.simulated AND NOT EXISTS (SELECT FROM ${table} r WHERE NOT r.simulated AND r.retired_at IS NULL)))`;
}

/** Whether a provider account may sell a number to an account now; see {@link sellsTo}. */
export async function maySellTo(sql: Sql, provider: string, activationId: string): Promise<boolean> {
  return (
    (await sql.row(
      `SELECT 1 AS one FROM providers v JOIN activations x ON x.id = $2 JOIN accounts a ON a.id = x.account_id WHERE v.id = $1 AND ${sellsTo('a.sandbox')}`,
      [provider, activationId],
    )) !== null
  );
}
