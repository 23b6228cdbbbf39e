import type { Sql } from './database.js';

/** No silence is kept longer than this: then one request finds out whether the provider still wants it. */
export const LONGEST_SILENCE_MS = 900_000;

/**
 * Takes one token of a provider account's request budget (ORDERS.md, rule 24). The bucket is one row, so every process
 * shares it. `reserve` is the share of the bucket that this caller leaves to more urgent ones; a `patient` caller also keeps
 * a silence that was asked of reads only.
 *
 * @returns 0 when a token was taken, else milliseconds until it is worth asking again.
 */
export async function takeToken(sql: Sql, provider: string, reserve: number, patient: boolean): Promise<number> {
  // A silence further off than any can be was written before the clock was put back.
  const row = await sql.row<{ taken: boolean; wait_ms: number }>(
    `WITH before AS (
       SELECT provider, least(capacity, tokens + greatest(0, extract(epoch FROM clock_timestamp() - refilled_at)) * per_second) AS level,
         capacity, per_second, greatest(
           CASE WHEN blocked_until <= clock_timestamp() + $4::float8 * interval '1 ms' THEN blocked_until END,
           CASE WHEN $3 AND held_until <= clock_timestamp() + $4::float8 * interval '1 ms' THEN held_until END) AS silent_until
       FROM request_budgets WHERE provider = $1 FOR UPDATE),
     silence AS (SELECT *, coalesce(silent_until > clock_timestamp(), false) AS silent FROM before),
     judged AS (SELECT *, NOT silent AND level >= 1 + least($2::float8 * capacity, capacity - 1) AS taken FROM silence),
     written AS (
       UPDATE request_budgets b SET tokens = j.level - CASE WHEN j.taken THEN 1 ELSE 0 END, refilled_at = clock_timestamp()
       FROM judged j WHERE b.provider = j.provider)
     SELECT taken, CASE WHEN taken THEN 0 WHEN silent THEN 1000 * extract(epoch FROM silent_until - clock_timestamp())
       ELSE 1000 * (1 + least($2::float8 * capacity, capacity - 1) - level) / per_second END::float8 AS wait_ms FROM judged`,
    [provider, reserve, patient, LONGEST_SILENCE_MS],
  );
  if (row === null) throw new Error(`provider ${provider} is not registered`);
  return row.taken ? 0 : Math.max(5, Math.ceil(row.wait_ms));
}

/** Keeps every request from a provider account for a while, {@link LONGEST_SILENCE_MS} at most: it banned the account. */
export async function blockBudget(sql: Sql, provider: string, forMs: number): Promise<void> {
  await sql.run(
    `UPDATE request_budgets SET blocked_until = greatest(CASE WHEN blocked_until <= clock_timestamp() + $3::float8 * interval '1 ms' THEN blocked_until END,
       clock_timestamp() + least($2::float8, $3::float8) * interval '1 ms') WHERE provider = $1`,
    [provider, forMs, LONGEST_SILENCE_MS],
  );
}

/** Keeps everything but purchases and cancels from a provider account for a while: its reads came too fast (Retry-After). */
export async function holdReads(sql: Sql, provider: string, forMs: number): Promise<void> {
  await sql.run(
    `UPDATE request_budgets SET held_until = greatest(CASE WHEN held_until <= clock_timestamp() + $3::float8 * interval '1 ms' THEN held_until END,
       clock_timestamp() + least($2::float8, $3::float8) * interval '1 ms') WHERE provider = $1`,
    [provider, forMs, LONGEST_SILENCE_MS],
  );
}

/** Milliseconds for which an account still gets no request at all; 0 when purchases may be sent. */
export async function silenceOf(sql: Sql, provider: string): Promise<number> {
  const row = await sql.row<{ ms: number }>(
    `SELECT (1000 * extract(epoch FROM blocked_until - clock_timestamp()))::float8 AS ms FROM request_budgets
     WHERE provider = $1 AND blocked_until > clock_timestamp() AND blocked_until <= clock_timestamp() + $2::float8 * interval '1 ms'`,
    [provider, LONGEST_SILENCE_MS],
  );
  return row?.ms ?? 0;
}
