import type { Sql } from './database.js';

/**
 * Takes one token of a provider account's request budget (ORDERS.md, rule 24). The bucket is one row, so every process
 * shares it. `reserve` is the share of the bucket that this caller leaves to more urgent ones.
 *
 * @returns 0 when a token was taken, else milliseconds until it is worth asking again.
 */
export async function takeToken(sql: Sql, provider: string, reserve: number): Promise<number> {
  const row = await sql.row<{ taken: boolean; wait_ms: number }>(
    `WITH before AS (
       SELECT provider, least(capacity, tokens + greatest(0, extract(epoch FROM clock_timestamp() - refilled_at)) * per_second) AS level,
         capacity, per_second, coalesce(blocked_until > clock_timestamp(), false) AS blocked,
         greatest(0, extract(epoch FROM blocked_until - clock_timestamp())) AS blocked_s
       FROM request_budgets WHERE provider = $1 FOR UPDATE),
     judged AS (SELECT *, NOT blocked AND level >= 1 + least($2::float8 * capacity, capacity - 1) AS taken FROM before),
     written AS (
       UPDATE request_budgets b SET tokens = j.level - CASE WHEN j.taken THEN 1 ELSE 0 END, refilled_at = clock_timestamp()
       FROM judged j WHERE b.provider = j.provider)
     SELECT taken, CASE WHEN taken THEN 0 WHEN blocked THEN 1000 * blocked_s
       ELSE 1000 * (1 + least($2::float8 * capacity, capacity - 1) - level) / per_second END::float8 AS wait_ms FROM judged`,
    [provider, reserve],
  );
  if (row === null) throw new Error(`provider ${provider} is not registered`);
  return row.taken ? 0 : Math.max(5, Math.ceil(row.wait_ms));
}

/** Keeps every request from a provider account for a while: it asked for silence (Retry-After, a ban). */
export async function blockBudget(sql: Sql, provider: string, forMs: number): Promise<void> {
  await sql.run(
    `UPDATE request_budgets SET blocked_until = greatest(blocked_until, clock_timestamp() + $2::float8 * interval '1 ms') WHERE provider = $1`,
    [provider, forMs],
  );
}
