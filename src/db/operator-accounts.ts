import type { Sql } from './database.js';
import { placeOf } from './page-place.js';

/** An account as an operator sees it. Amounts are micro units of the wallet currency. */
export interface AccountOverview {
  readonly id: string;
  readonly name: string;
  readonly kind: 'client' | 'operator';
  /** It plays: see `docs/decisions/0014-sandbox.md`. */
  readonly sandbox: boolean;
  readonly reference: string | null;
  readonly created_at: Date;
  readonly suspended_at: Date | null;
  readonly erased_at: Date | null;
  readonly available: bigint;
  readonly held: bigint;
  /** Keys that may be used now. */
  readonly keys: number;
  /** `created_at` to the microsecond, as a page's place. */
  readonly place: string;
}

const OVERVIEW = `SELECT a.id, a.name, a.kind, a.sandbox, a.reference, a.created_at, a.suspended_at, a.erased_at,
    coalesce(m.available, 0)::bigint AS available, coalesce(m.held, 0)::bigint AS held,
    (SELECT count(*)::int FROM api_keys k WHERE k.account_id = a.id AND (k.revoked_at IS NULL OR k.revoked_at > now())) AS keys,
    ${placeOf('a.created_at')}
  FROM accounts a LEFT JOIN LATERAL (
    SELECT sum(b.amount) FILTER (WHERE l.kind = 'user_available') AS available, sum(b.amount) FILTER (WHERE l.kind = 'user_held') AS held
    FROM ledger_accounts l JOIN ledger_balances b ON b.account_id = l.id AND b.currency = l.currency
    WHERE l.owner = a.id AND l.currency = $1
  ) AS m ON true`;

/** Accounts, newest first. */
export function listAccounts(
  sql: Sql,
  filter: {
    readonly currency: string;
    readonly kind: 'client' | 'operator' | null;
    /** Place and id of the last item of the page before. */
    readonly after: readonly [place: string, id: string] | null;
    readonly limit: number;
  },
): Promise<AccountOverview[]> {
  return sql.rows<AccountOverview>(
    `${OVERVIEW} WHERE ($2::text IS NULL OR a.kind = $2)
       AND ($3::timestamptz IS NULL OR (a.created_at, a.id) < ($3::timestamptz, $4::uuid))
     ORDER BY a.created_at DESC, a.id DESC LIMIT $5`,
    [filter.currency, filter.kind, filter.after?.[0] ?? null, filter.after?.[1] ?? null, filter.limit],
  );
}

/** One account; null if there is none. */
export function accountOverview(sql: Sql, id: string, currency: string): Promise<AccountOverview | null> {
  return sql.row<AccountOverview>(`${OVERVIEW} WHERE a.id = $2`, [currency, id]);
}

/**
 * Makes an account, once for each reference.
 *
 * @returns the account's id and whether it was made now, or null where the reference stands for another account.
 */
export async function createAccount(
  sql: Sql,
  wanted: {
    readonly id: string;
    readonly name: string;
    readonly kind: 'client' | 'operator';
    readonly sandbox: boolean;
    readonly reference: string;
  },
): Promise<{ readonly id: string; readonly created: boolean } | null> {
  const made = await sql.row<{ id: string }>(
    'INSERT INTO accounts (id, name, kind, sandbox, reference) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (reference) DO NOTHING RETURNING id',
    [wanted.id, wanted.name, wanted.kind, wanted.sandbox, wanted.reference],
  );
  if (made !== null) return { id: made.id, created: true };
  const known = await sql.row<{ id: string }>('SELECT id FROM accounts WHERE reference = $1 AND name = $2 AND kind = $3 AND sandbox = $4', [
    wanted.reference,
    wanted.name,
    wanted.kind,
    wanted.sandbox,
  ]);
  return known === null ? null : { id: known.id, created: false };
}

/** Suspends an account, whose keys then open nothing, or lets it go on. Its activations end as they would have. */
export async function setSuspended(sql: Sql, id: string, suspended: boolean): Promise<void> {
  await sql.run('UPDATE accounts SET suspended_at = CASE WHEN $2 THEN coalesce(suspended_at, now()) END WHERE id = $1', [id, suspended]);
}
