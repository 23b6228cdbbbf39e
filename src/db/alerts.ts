import type { AlertState } from '../domain/alert-state.js';
import type { Json } from '../domain/errors.js';
import type { Sql } from './database.js';

/** What was found of an alert, for its message; never a number, code or text of an SMS. */
export type AlertFacts = { readonly [name: string]: Json };

/** An alert with what was last found of it. */
export interface StoredAlert extends AlertState {
  readonly facts: AlertFacts;
}

interface AlertRow {
  readonly condition: string;
  readonly subject: string;
  readonly held: number;
  readonly cleared: number;
  readonly firing_since: Date | null;
  readonly resolved_at: Date | null;
  readonly told_at: Date | null;
  readonly end_told_at: Date | null;
  readonly facts: AlertFacts;
}

/** For how long an alert that is over is remembered. */
const REMEMBERED = "interval '7 days'";

/** Keeps other evaluations out until the transaction ends. @returns the database's clock, milliseconds. */
export async function lockAlerts(sql: Sql): Promise<number> {
  await sql.run("SELECT pg_advisory_xact_lock(hashtextextended('evaluate alerts', 0))");
  return (await sql.row<{ now: Date }>('SELECT clock_timestamp() AS now'))!.now.getTime();
}

/** Every alert that is remembered, by condition and subject. */
export async function readAlerts(sql: Sql): Promise<ReadonlyMap<string, ReadonlyMap<string, StoredAlert>>> {
  const rows = await sql.rows<AlertRow>('SELECT * FROM alerts');
  const byCondition = new Map<string, Map<string, StoredAlert>>();
  for (const row of rows) {
    const of = byCondition.get(row.condition) ?? new Map<string, StoredAlert>();
    byCondition.set(row.condition, of.set(row.subject, alertOf(row)));
  }
  return byCondition;
}

/** Writes the alerts of a condition that changed and forgets those that are gone, in one statement each. */
export async function writeAlerts(
  sql: Sql,
  condition: string,
  changed: readonly StoredAlert[],
  forgotten: readonly string[],
): Promise<void> {
  if (forgotten.length > 0) await sql.run('DELETE FROM alerts WHERE condition = $1 AND subject = ANY ($2::text[])', [condition, forgotten]);
  if (changed.length === 0) return;
  const date = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const rows = changed.map((alert) => ({
    subject: alert.subject,
    held: alert.held,
    cleared: alert.cleared,
    firing_since: date(alert.firingSince),
    resolved_at: date(alert.resolvedAt),
    told_at: date(alert.toldAt),
    end_told_at: date(alert.endToldAt),
    facts: alert.facts,
  }));
  await sql.run(
    `INSERT INTO alerts (condition, subject, held, cleared, firing_since, resolved_at, told_at, end_told_at, facts)
     SELECT $1, r.* FROM jsonb_to_recordset($2::jsonb) AS r (subject text, held int, cleared int, firing_since timestamptz,
       resolved_at timestamptz, told_at timestamptz, end_told_at timestamptz, facts jsonb)
     ON CONFLICT (condition, subject) DO UPDATE SET held = excluded.held, cleared = excluded.cleared, firing_since = excluded.firing_since,
       resolved_at = excluded.resolved_at, told_at = excluded.told_at, end_told_at = excluded.end_told_at, facts = excluded.facts`,
    [condition, JSON.stringify(rows)],
  );
}

/** Notes that `conditions` were looked at, but for `unknown`, and forgets what was over long ago or is no condition any more. */
export async function noteEvaluation(sql: Sql, conditions: readonly string[], unknown: readonly string[]): Promise<void> {
  await sql.run(
    `INSERT INTO alert_evaluations (at, unknown) VALUES (clock_timestamp(), $1)
     ON CONFLICT (only_row) DO UPDATE SET at = excluded.at, unknown = excluded.unknown`,
    [unknown],
  );
  await sql.run('DELETE FROM alerts WHERE NOT condition = ANY ($1::text[])', [conditions]);
  await sql.run(`DELETE FROM alerts WHERE resolved_at < clock_timestamp() - ${REMEMBERED} AND end_told_at >= resolved_at`);
}

/** An alert as operators see it. */
export interface AlertView {
  readonly condition: string;
  readonly subject: string;
  readonly firing_since: Date;
  readonly resolved_at: Date | null;
  readonly told_at: Date | null;
  readonly facts: AlertFacts;
}

/** Firing alerts first, then those that were over last; at most `limit`. */
export function listAlerts(sql: Sql, limit: number): Promise<AlertView[]> {
  return sql.rows(
    `SELECT condition, subject, firing_since, resolved_at, told_at, facts FROM alerts WHERE firing_since IS NOT NULL
     ORDER BY resolved_at IS NOT NULL, resolved_at DESC, firing_since DESC, condition, subject LIMIT $1`,
    [limit],
  );
}

/** When the conditions were last looked at, and which could not be; null before the first time. */
export function lastEvaluation(sql: Sql): Promise<{ readonly at: Date; readonly unknown: readonly string[]; readonly age: number } | null> {
  return sql.row('SELECT at, unknown, extract(epoch FROM clock_timestamp() - at)::float8 AS age FROM alert_evaluations');
}

/** How many alerts of each condition fire. */
export function firingCounts(sql: Sql): Promise<{ readonly condition: string; readonly count: number }[]> {
  return sql.rows(
    'SELECT condition, count(*)::int AS count FROM alerts WHERE firing_since IS NOT NULL AND resolved_at IS NULL GROUP BY 1 ORDER BY 1',
  );
}

function alertOf(row: AlertRow): StoredAlert {
  const ms = (date: Date | null) => date?.getTime() ?? null;
  return {
    subject: row.subject,
    held: row.held,
    cleared: row.cleared,
    firingSince: ms(row.firing_since),
    resolvedAt: ms(row.resolved_at),
    toldAt: ms(row.told_at),
    endToldAt: ms(row.end_told_at),
    facts: row.facts,
  };
}
