import type { SpendCaps } from '../domain/verification.js';
import type { Sql } from './database.js';

/** Scope of everybody's verifications together. */
const ALL = 'all';

/** What verifications may cost together, and what those of one account may. */
export interface SpendLimits {
  readonly all: SpendCaps;
  readonly account: SpendCaps;
}

interface Counter {
  readonly scope: string;
  /** Of `to_char`: how its period is written. */
  readonly period: 'YYYY-MM-DD' | 'YYYY-MM';
  readonly cap: bigint;
}

/** The period of now, by the database's clock in UTC. `format` is a placeholder or column. */
const periodOf = (format: string) => `to_char(now() AT TIME ZONE 'UTC', ${format})`;

/**
 * Counts the most that a message may cost against the caps of its day and month, inside the transaction that holds the money.
 * Counters are locked until that ends, in one order, so that a cap is kept to the last micro unit however many ask at once.
 *
 * @returns false where a cap would be passed; the caller must roll back.
 */
export async function countSpend(
  sql: Sql,
  message: { readonly id: string; readonly accountId: string; readonly amount: bigint },
  limits: SpendLimits,
): Promise<boolean> {
  await sql.run(`UPDATE messages SET spend_counted = $2, spend_day = (now() AT TIME ZONE 'UTC')::date WHERE id = $1`, [
    message.id,
    message.amount,
  ]);
  for (const { scope, period, cap } of counters(message.accountId, limits)) {
    const counted = await sql.run(
      `INSERT INTO verification_spend AS s (scope, period, amount) SELECT $1, ${periodOf('$2')}, $3::bigint WHERE $3::bigint <= $4::bigint
       ON CONFLICT (scope, period) DO UPDATE SET amount = s.amount + excluded.amount WHERE s.amount + excluded.amount <= $4::bigint`,
      [scope, period, message.amount, cap],
    );
    if (counted === 0) return false;
  }
  return true;
}

/** Whether even the least price would pass a cap now. Reads only: what is exact is {@link countSpend}. */
export async function isSpendOver(sql: Sql, accountId: string, least: bigint, limits: SpendLimits): Promise<boolean> {
  const all = counters(accountId, limits);
  const over = await sql.row(
    `SELECT 1 AS one FROM unnest($1::text[], $2::text[], $3::bigint[]) AS c (scope, period, cap)
       LEFT JOIN verification_spend s ON s.scope = c.scope AND s.period = ${periodOf('c.period')}
     WHERE coalesce(s.amount, 0) + $4::bigint > c.cap LIMIT 1`,
    [all.map(({ scope }) => scope), all.map(({ period }) => period), all.map(({ cap }) => cap), least],
  );
  return over !== null;
}

/** A message's price is known, or nothing is owed for it: what was counted above that is free again. Once; later calls do nothing. */
export async function settleSpend(sql: Sql, messageId: string, price: bigint): Promise<void> {
  await sql.run(
    `WITH settled AS (
       SELECT id, account_id, spend_counted, spend_day FROM messages WHERE id = $1 AND spend_counted IS NOT NULL FOR UPDATE),
     cleared AS (UPDATE messages SET spend_counted = NULL WHERE id IN (SELECT id FROM settled)),
     meant AS (
       SELECT s.scope, s.period, d.spend_counted - $2::bigint AS freed FROM settled d JOIN verification_spend s
         ON s.scope IN ('${ALL}', d.account_id::text) AND s.period IN (to_char(d.spend_day, 'YYYY-MM-DD'), to_char(d.spend_day, 'YYYY-MM'))
       ORDER BY s.scope <> '${ALL}', length(s.period) DESC FOR UPDATE OF s)
     UPDATE verification_spend s SET amount = greatest(0, s.amount - meant.freed) FROM meant
     WHERE s.scope = meant.scope AND s.period = meant.period AND meant.freed > 0`,
    [messageId, price],
  );
}

/** The counters that a message touches, in the order in which everybody locks them. */
function counters(accountId: string, { all, account }: SpendLimits): Counter[] {
  const of = (scope: string, { day: daily, month }: SpendCaps): Counter[] => [
    ...(daily === null ? [] : [{ scope, period: 'YYYY-MM-DD', cap: daily } as const]),
    ...(month === null ? [] : [{ scope, period: 'YYYY-MM', cap: month } as const]),
  ];
  return [...of(ALL, all), ...of(accountId, account)];
}
