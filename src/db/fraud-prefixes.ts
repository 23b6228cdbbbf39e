import type { Sql } from './database.js';

/** The most codes that an account sent to a prefix in one hour of the clock, in so many days before a moment; 0 without a past. */
export async function busiestHour(
  sql: Sql,
  asked: { readonly accountId: string; readonly prefix: string; readonly until: Date; readonly days: number },
): Promise<number> {
  const row = await sql.row<{ most: number }>(
    `SELECT coalesce(max(codes), 0)::int AS most FROM (
       SELECT count(*) AS codes FROM fraud_decisions
       WHERE account_id = $1 AND prefix = $2 AND verdict = 'allow' AND at >= $3::timestamptz - $4::int * interval '1 day' AND at < $3
       GROUP BY date_trunc('hour', at, 'UTC')) AS hours`,
    [asked.accountId, asked.prefix, asked.until, asked.days],
  );
  return row?.most ?? 0;
}
