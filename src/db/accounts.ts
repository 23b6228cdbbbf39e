import type { Sql } from './database.js';

/** An account as its owner may see it. */
export interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly kind: 'client' | 'operator';
  readonly sandbox: boolean;
  readonly created_at: Date;
}

/** The caller's own account. */
export function readAccount(sql: Sql): Promise<AccountRow | null> {
  return sql.row<AccountRow>('SELECT id, name, kind, sandbox, created_at FROM accounts');
}

/** The caller's money, in micro units of `currency`. */
export interface BalanceView {
  readonly available: bigint;
  readonly held: bigint;
}

/** What the caller can spend and what its activations hold. */
export async function readBalance(sql: Sql, currency: string): Promise<BalanceView> {
  const row = await sql.row<BalanceView>(
    `SELECT coalesce(sum(b.amount) FILTER (WHERE a.kind = 'user_available'), 0)::bigint AS available,
            coalesce(sum(b.amount) FILTER (WHERE a.kind = 'user_held'), 0)::bigint AS held
     FROM ledger_accounts a JOIN ledger_balances b ON b.account_id = a.id AND b.currency = a.currency
     WHERE a.currency = $1`,
    [currency],
  );
  return row ?? { available: 0n, held: 0n };
}
