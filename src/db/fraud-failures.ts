import type { Sql } from './database.js';

/** For how long minutes are kept. */
const KEPT = "interval '1 day'";

/** Adds how often parts of the fraud rules could not be asked just now to what other processes counted, and forgets old minutes. */
export async function addFraudFailures(sql: Sql, failures: ReadonlyMap<string, number>): Promise<void> {
  await sql.run(
    `WITH old AS (DELETE FROM fraud_failures WHERE minute < now() - ${KEPT})
     INSERT INTO fraud_failures AS f (minute, part, failures)
     SELECT date_trunc('minute', now()), part, failures FROM unnest($1::text[], $2::int[]) AS counted (part, failures)
     ON CONFLICT (minute, part) DO UPDATE SET failures = f.failures + excluded.failures`,
    [[...failures.keys()], [...failures.values()]],
  );
}

/** How often which part of the fraud rules could not be asked in the last so many minutes, over all processes; the worst first. */
export function fraudFailuresLately(sql: Sql, minutes: number): Promise<{ readonly part: string; readonly failures: number }[]> {
  return sql.rows(
    `SELECT part, sum(failures)::int AS failures FROM fraud_failures WHERE minute > now() - $1::int * interval '1 minute'
     GROUP BY part ORDER BY 2 DESC, 1`,
    [minutes],
  );
}
