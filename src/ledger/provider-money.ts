import type { Sql } from '../db/database.js';
import type { Json } from '../domain/errors.js';
import { convertAt } from '../domain/money.js';
import { COST, FX, type LedgerAccount, LOSS, prepaid, refundExpected, TREASURY } from './accounts.js';
import { type Line, post } from './post.js';

/** An order's charge, in the provider's currency. */
export interface OrderMoney {
  readonly orderId: string;
  readonly activationId: string | null;
  readonly provider: string;
  readonly currency: string;
  /** Micro units. */
  readonly cost: bigint;
}

/** The wallet's currency, and how many of its micro units one unit of the provider's currency is worth. */
export interface Rate {
  readonly walletCurrency: string;
  readonly rateMicros: bigint;
}

function posting(order: OrderMoney, kind: string, lines: readonly Line[], evidence?: Json, key = `${kind}:${order.orderId}`) {
  return {
    key,
    kind,
    orderId: order.orderId,
    activationId: order.activationId ?? undefined,
    provider: order.provider,
    lines,
    evidence,
  };
}

/** The provider took the price of an order; whether it comes back is not known yet (ORDERS.md, rule 1). */
export async function postCharge(sql: Sql, order: OrderMoney): Promise<boolean> {
  return post(
    sql,
    posting(order, 'charge', [
      { account: prepaid(order.provider), currency: order.currency, amount: -order.cost },
      { account: refundExpected(order.provider), currency: order.currency, amount: order.cost },
    ]),
  );
}

/** The provider's record says sold, or the SMS is here: the charge is a cost, in the wallet's currency. */
export async function postSold(sql: Sql, order: OrderMoney, rate: Rate, bearer: 'cost' | 'loss' = 'cost'): Promise<boolean> {
  const account = bearer === 'cost' ? COST : LOSS;
  return post(
    sql,
    posting(order, 'sold', [
      { account: refundExpected(order.provider), currency: order.currency, amount: -order.cost },
      ...borne(order, rate, account),
    ]),
  );
}

/** The provider's balance proved that the charge came back. Raises the expected balance: the caller advances the proof epoch. */
export async function postReturned(sql: Sql, order: OrderMoney, evidence: Json): Promise<boolean> {
  return post(
    sql,
    posting(
      order,
      'refund',
      [
        { account: prepaid(order.provider), currency: order.currency, amount: order.cost },
        { account: refundExpected(order.provider), currency: order.currency, amount: -order.cost },
      ],
      evidence,
    ),
  );
}

/** The provider took back what it had returned, and the house bears it (rule 12). Under the key of an operator's entry. */
export async function postTakenBack(sql: Sql, order: OrderMoney, rate: Rate, key: string, evidence: Json): Promise<boolean> {
  const lines = [{ account: prepaid(order.provider), currency: order.currency, amount: -order.cost }, ...borne(order, rate, LOSS)];
  return post(sql, posting(order, 'taken_back', lines, evidence, key));
}

/** A refund will never come, and the house bears it (rule 21). Under the key of an operator's entry. */
export async function postWrittenOff(sql: Sql, order: OrderMoney, rate: Rate, key: string, evidence: Json): Promise<boolean> {
  const lines = [{ account: refundExpected(order.provider), currency: order.currency, amount: -order.cost }, ...borne(order, rate, LOSS)];
  return post(sql, posting(order, 'written_off', lines, evidence, key));
}

/**
 * A refund came that was waited for no longer: it is the house's. `writtenOff` is the rate at which `loss` gets it back where
 * it was written off; null where it was still expected. Raises the expected balance: the caller advances the proof epoch.
 */
export async function postReturnedLater(
  sql: Sql,
  order: OrderMoney,
  writtenOff: Rate | null,
  key: string,
  evidence: Json,
): Promise<boolean> {
  const back: Line = { account: prepaid(order.provider), currency: order.currency, amount: order.cost };
  const from: Line[] =
    writtenOff === null
      ? [{ account: refundExpected(order.provider), currency: order.currency, amount: -order.cost }]
      : borne(order, writtenOff, LOSS).map((line) => ({ ...line, amount: -line.amount }));
  return post(sql, posting(order, 'returned', [back, ...from], evidence, key));
}

function borne(order: OrderMoney, rate: Rate, account: LedgerAccount): Line[] {
  if (order.currency === rate.walletCurrency) return [{ account, currency: order.currency, amount: order.cost }];
  const converted = convertAt(order.cost, rate.rateMicros);
  return [
    { account: FX, currency: order.currency, amount: order.cost },
    { account: FX, currency: rate.walletCurrency, amount: -converted },
    { account, currency: rate.walletCurrency, amount: converted },
  ];
}

/**
 * Money put into a provider account, or an operator's correction (negative: less is there than the books say).
 * Raises the expected balance when positive: the caller advances the proof epoch.
 */
export async function postFunding(
  sql: Sql,
  funding: {
    readonly key: string;
    readonly kind: 'opening' | 'top_up' | 'adjustment';
    readonly provider: string;
    readonly currency: string;
    readonly amount: bigint;
    readonly evidence?: Json;
  },
): Promise<boolean> {
  return post(sql, {
    key: `${funding.kind}:${funding.provider}:${funding.key}`,
    kind: funding.kind,
    provider: funding.provider,
    lines: [
      { account: prepaid(funding.provider), currency: funding.currency, amount: funding.amount },
      { account: TREASURY, currency: funding.currency, amount: -funding.amount },
    ],
    evidence: funding.evidence,
  });
}

/** The expected balance of a provider account, in micro units of its currency. */
export async function expectedBalance(sql: Sql, provider: string, currency: string): Promise<bigint> {
  const row = await sql.row<{ amount: bigint }>(
    'SELECT coalesce(sum(amount), 0)::bigint AS amount FROM ledger_balances WHERE account_id = $1 AND currency = $2',
    [prepaid(provider).id, currency],
  );
  return row?.amount ?? 0n;
}
