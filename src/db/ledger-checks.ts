import type { Sql } from './database.js';

/** What a scheduled check of the ledger came to. */
export interface LedgerCheckRow {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly verdict: 'clean' | 'differences' | 'incomplete';
  readonly problems: number;
  /** The checks that differed, or why not everything could be read. */
  readonly reason: string | null;
  /** Seconds since it began. */
  readonly age: number;
}

/** The newest check; null before the first. */
export function lastLedgerCheck(sql: Sql): Promise<LedgerCheckRow | null> {
  return sql.row(
    `SELECT started_at AS "startedAt", ended_at AS "endedAt", verdict, problems, reason,
       extract(epoch FROM clock_timestamp() - started_at)::float8 AS age
     FROM ledger_checks ORDER BY id DESC LIMIT 1`,
  );
}

/** Keeps what a check came to, beside the hundred before it. `tookMs` is how long it took. */
export async function addLedgerCheck(
  sql: Sql,
  check: Pick<LedgerCheckRow, 'verdict' | 'problems' | 'reason'> & { readonly tookMs: number },
): Promise<void> {
  await sql.run(
    `INSERT INTO ledger_checks (started_at, ended_at, verdict, problems, reason)
     VALUES (clock_timestamp() - $1::float8 * interval '1 ms', clock_timestamp(), $2, $3, $4)`,
    [check.tookMs, check.verdict, check.problems, check.reason],
  );
  await sql.run('DELETE FROM ledger_checks WHERE id < (SELECT max(id) - 100 FROM ledger_checks)');
}
