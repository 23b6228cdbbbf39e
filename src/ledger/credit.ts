import type { Sql } from '../db/database.js';
import type { Json } from '../domain/errors.js';
import { isSandbox } from '../db/buyers.js';
import { available, GRANTS, held, REVENUE, SANDBOX_GRANTS, SANDBOX_REVENUE } from './accounts.js';
import { post } from './post.js';

/** A client's wallet, in micro units. */
export interface Wallet {
  readonly available: bigint;
  readonly held: bigint;
}

/** Reads a client's wallet. Works for the service role and, for its own account, the client role. */
export async function walletOf(sql: Sql, accountId: string, currency: string): Promise<Wallet> {
  const rows = await sql.rows<{ account_id: string; amount: bigint }>(
    'SELECT account_id, amount FROM ledger_balances WHERE account_id = ANY ($1::text[]) AND currency = $2',
    [[available(accountId).id, held(accountId).id], currency],
  );
  const amountOf = (id: string) => rows.find((row) => row.account_id === id)?.amount ?? 0n;
  return { available: amountOf(available(accountId).id), held: amountOf(held(accountId).id) };
}

/** Gives a client credit of the house; an account that plays gets its own kind. @returns false when this idempotency key was granted before. */
export async function grant(
  sql: Sql,
  gift: {
    readonly accountId: string;
    readonly amount: bigint;
    readonly currency: string;
    readonly idempotencyKey: string;
    /** Who granted it, and why. */
    readonly evidence?: Json;
  },
): Promise<boolean> {
  if (gift.amount <= 0n) throw new RangeError('a grant must be more than nothing');
  const source = (await isSandbox(sql, gift.accountId)) ? SANDBOX_GRANTS : GRANTS;
  return post(sql, {
    key: `grant:${gift.idempotencyKey}`,
    kind: 'grant',
    accountId: gift.accountId,
    lines: [
      { account: available(gift.accountId), currency: gift.currency, amount: gift.amount },
      { account: source, currency: gift.currency, amount: -gift.amount },
    ],
    evidence: gift.evidence,
  });
}

/**
 * Holds credit for an activation. The client's balance row is locked first, so that twenty starts on credit for one
 * find out one after the other.
 *
 * @returns false, with nothing changed, when too little is available.
 */
export async function hold(
  sql: Sql,
  wanted: {
    readonly activationId: string;
    readonly accountId: string;
    readonly amount: bigint;
    readonly currency: string;
    /** What the id is of; an activation unless told. */
    readonly purpose?: 'activation' | 'message';
  },
): Promise<boolean> {
  if (!(await lockAvailable(sql, wanted.accountId, wanted.currency, wanted.amount))) return false;
  await post(sql, {
    key: `hold:${wanted.activationId}`,
    kind: 'hold',
    accountId: wanted.accountId,
    activationId: wanted.activationId,
    lines: [
      { account: available(wanted.accountId), currency: wanted.currency, amount: -wanted.amount },
      { account: held(wanted.accountId), currency: wanted.currency, amount: wanted.amount },
    ],
  });
  await sql.run('INSERT INTO holds (activation_id, account_id, currency, amount, purpose) VALUES ($1, $2, $3, $4, $5)', [
    wanted.activationId,
    wanted.accountId,
    wanted.currency,
    wanted.amount,
    wanted.purpose ?? 'activation',
  ]);
  return true;
}

interface Hold {
  readonly account_id: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly captured: bigint;
  readonly released: bigint;
  readonly sandbox: boolean;
}

async function lockHold(sql: Sql, activationId: string): Promise<Hold | null> {
  return sql.row<Hold>(
    'SELECT h.account_id, h.currency, h.amount, h.captured, h.released, a.sandbox FROM holds h JOIN accounts a ON a.id = h.account_id WHERE h.activation_id = $1 FOR UPDATE OF h',
    [activationId],
  );
}

/**
 * Captures `amount` of an activation's hold and releases the rest: the number was sold. Exactly once; a second call and a
 * hold that was released do nothing.
 *
 * @returns whether it captured now.
 */
export async function capture(sql: Sql, activationId: string, amount: bigint): Promise<boolean> {
  const open = await lockHold(sql, activationId);
  if (open === null || open.captured > 0n || open.amount - open.released < amount) return false;
  const rest = open.amount - open.released - amount;
  // Balances are locked in one order, available before held: a capture that also gives back would meet a hold halfway.
  if (rest > 0n) await lockAvailable(sql, open.account_id, open.currency, 0n);
  const posted = await post(sql, {
    key: `capture:${activationId}`,
    kind: 'capture',
    accountId: open.account_id,
    activationId,
    lines: [
      { account: held(open.account_id), currency: open.currency, amount: -amount },
      { account: open.sandbox ? SANDBOX_REVENUE : REVENUE, currency: open.currency, amount },
    ],
  });
  if (!posted) return false;
  await settle(sql, activationId, amount, 0n);
  if (rest > 0n) await release(sql, activationId, 'rest');
  return true;
}

/**
 * Gives back what an activation still holds, or down to `keep`. The reason names the release, so that each happens once:
 * `failed`, `refunded`, `trim` (the number cost less than the ceiling) or `rest` (after a capture).
 *
 * @returns micro units that were released now.
 */
export async function release(sql: Sql, activationId: string, reason: 'failed' | 'refunded' | 'trim' | 'rest', keep = 0n): Promise<bigint> {
  const open = await lockHold(sql, activationId);
  if (open === null) return 0n;
  const amount = open.amount - open.captured - open.released - keep;
  if (amount <= 0n) return 0n;
  await post(sql, {
    key: `release:${activationId}:${reason}`,
    kind: 'release',
    accountId: open.account_id,
    activationId,
    lines: [
      { account: held(open.account_id), currency: open.currency, amount: -amount },
      { account: available(open.account_id), currency: open.currency, amount },
    ],
    evidence: { reason },
  });
  await settle(sql, activationId, 0n, amount);
  return amount;
}

/**
 * Takes the price of a number whose SMS came after its money had been given back, or after it had been replaced. Once for
 * each order.
 *
 * @returns false, with nothing changed, when too little is available.
 */
export async function captureLate(
  sql: Sql,
  late: {
    readonly activationId: string;
    readonly orderId: string;
    readonly accountId: string;
    readonly amount: bigint;
    readonly currency: string;
  },
): Promise<boolean> {
  if (!(await lockAvailable(sql, late.accountId, late.currency, late.amount))) return false;
  await post(sql, {
    key: `late_capture:${late.orderId}`,
    kind: 'late_capture',
    accountId: late.accountId,
    activationId: late.activationId,
    lines: [
      { account: available(late.accountId), currency: late.currency, amount: -late.amount },
      { account: (await isSandbox(sql, late.accountId)) ? SANDBOX_REVENUE : REVENUE, currency: late.currency, amount: late.amount },
    ],
    evidence: { order: late.orderId },
  });
  return true;
}

/** Orders of an activation whose late SMS were paid for. */
export async function paidLate(sql: Sql, activationId: string): Promise<ReadonlySet<string>> {
  const rows = await sql.rows<{ order_id: string }>(
    `SELECT evidence ->> 'order' AS order_id FROM transfers WHERE activation_id = $1 AND kind = 'late_capture'`,
    [activationId],
  );
  return new Set(rows.map(({ order_id }) => order_id));
}

/** Locks a client's balance row, so that spenders of one balance wait their turn. @returns whether it covers the amount. */
async function lockAvailable(sql: Sql, accountId: string, currency: string, amount: bigint): Promise<boolean> {
  const balance = await sql.row<{ amount: bigint }>(
    'SELECT amount FROM ledger_balances WHERE account_id = $1 AND currency = $2 AND shard = 0 FOR UPDATE',
    [available(accountId).id, currency],
  );
  return balance !== null && balance.amount >= amount;
}

async function settle(sql: Sql, activationId: string, captured: bigint, released: bigint): Promise<void> {
  await sql.run(
    `UPDATE holds SET captured = captured + $2, released = released + $3,
       settled_at = CASE WHEN captured + $2 + released + $3 = amount THEN now() END
     WHERE activation_id = $1`,
    [activationId, captured, released],
  );
}
