import { createHash, randomUUID } from 'node:crypto';
import type { Sql } from '../db/database.js';
import type { Json } from '../domain/errors.js';
import { isGuarded, type LedgerAccount } from './accounts.js';

/** One line of a transfer: `amount` micro units are added to the account's balance (negative: taken from it). */
export interface Line {
  readonly account: LedgerAccount;
  /** ISO 4217. */
  readonly currency: string;
  readonly amount: bigint;
}

/** A transfer: lines that sum to zero in each currency, posted at most once under its idempotency key. */
export interface Transfer {
  readonly key: string;
  readonly kind: string;
  readonly lines: readonly Line[];
  readonly accountId?: string | undefined;
  readonly activationId?: string | undefined;
  readonly orderId?: string | undefined;
  readonly provider?: string | undefined;
  /** Id of the transfer that this one corrects. */
  readonly corrects?: string | undefined;
  readonly evidence?: Json | undefined;
}

/** Rows over which a system account's balance is spread, so that all users' transfers do not queue on one. */
export const SHARDS = 16;

/**
 * Posts a transfer inside the caller's transaction. Lines of nothing are left out; a transfer of nothing is not posted.
 *
 * @returns whether it was posted now; false when its key was posted before with the same inputs.
 * @throws DatabaseError `23505` when the key was posted with other inputs, `23514` when a guarded balance would fall below
 *   zero or (at commit) the lines do not sum to zero.
 */
export async function post(sql: Sql, transfer: Transfer): Promise<boolean> {
  const lines = transfer.lines.filter((line) => line.amount !== 0n);
  if (lines.length === 0) return false;
  const id = randomUUID();
  const shard = Number.parseInt(id.slice(0, 2), 16) % SHARDS;
  const entries = lines.map(({ account, currency, amount }) => ({
    account: account.id,
    currency,
    amount: amount.toString(),
    shard: isGuarded(account) ? 0 : shard,
    kind: account.kind,
    owner: account.owner,
    provider: account.provider,
    guarded: isGuarded(account),
  }));
  const row = await sql.row<{ posted: boolean }>(
    'SELECT ledger_post($1::uuid, $2::text, $3::bytea, $4::text, $5::uuid, $6::uuid, $7::uuid, $8::text, $9::uuid, $10::jsonb, $11::jsonb) AS posted',
    [
      id,
      transfer.key,
      hashOf(transfer, lines),
      transfer.kind,
      transfer.accountId ?? null,
      transfer.activationId ?? null,
      transfer.orderId ?? null,
      transfer.provider ?? null,
      transfer.corrects ?? null,
      transfer.evidence === undefined ? null : JSON.stringify(transfer.evidence),
      JSON.stringify(entries),
    ],
  );
  return row?.posted === true;
}

/** The order that a posted key is about; null where the key was not posted, or is about none. */
export async function postedFor(sql: Sql, key: string): Promise<string | null> {
  return (await sql.row<{ order_id: string | null }>('SELECT order_id FROM transfers WHERE idempotency_key = $1', [key]))?.order_id ?? null;
}

/** The hash covers what moves whose money, not the evidence, which a repeat may have read anew. */
function hashOf(transfer: Transfer, lines: readonly Line[]): Buffer {
  const inputs = [
    transfer.kind,
    transfer.accountId ?? '',
    transfer.activationId ?? '',
    transfer.orderId ?? '',
    ...lines.map(({ account, currency, amount }) => `${account.id} ${currency} ${amount}`),
  ];
  return createHash('sha256').update(inputs.join('\n')).digest();
}
