import type { SetMarkup } from '../domain/markups.js';
import type { Markup } from '../domain/money.js';
import type { Sql } from './database.js';

/** A markup with who set it, when and why. */
export interface MarkupRow extends SetMarkup {
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: Date;
}

/** What a markup is for; null is any. Never both. */
export interface MarkupPlace {
  readonly service: string | null;
  readonly country: string | null;
}

interface Stored {
  readonly service: string;
  readonly country: string;
  readonly basis_points: number;
  readonly fixed: bigint;
  readonly reason: string;
  readonly set_by: string;
  readonly set_at: Date;
}

const COLUMNS = 'service, country, basis_points, fixed, reason, set_by, set_at';

/** All markups that operators set: at most one each for a pair, a service or a country. */
export async function readMarkups(sql: Sql): Promise<MarkupRow[]> {
  return (await sql.rows<Stored>(`SELECT ${COLUMNS} FROM markups ORDER BY service, country`)).map(rowOf);
}

/** Those that could count for one pair. */
export async function markupsAbout(sql: Sql, pair: { readonly service: string; readonly country: string }): Promise<MarkupRow[]> {
  const rows = await sql.rows<Stored>(`SELECT ${COLUMNS} FROM markups WHERE service IN ('', $1) AND country IN ('', $2)`, [
    pair.service,
    pair.country,
  ]);
  return rows.map(rowOf);
}

/** Sets a markup, in place of the one that was there. */
export async function setMarkup(
  sql: Sql,
  place: MarkupPlace,
  markup: Markup,
  note: { readonly reason: string; readonly operatorAccountId: string },
): Promise<void> {
  await sql.run(
    `INSERT INTO markups (service, country, basis_points, fixed, reason, set_by) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (service, country) DO UPDATE SET basis_points = $3, fixed = $4, reason = $5, set_by = $6, set_at = now()`,
    [place.service ?? '', place.country ?? '', markup.basisPoints, markup.fixed, note.reason, note.operatorAccountId],
  );
}

/** Takes a markup away. @returns false when there was none. */
export async function removeMarkup(sql: Sql, place: MarkupPlace): Promise<boolean> {
  return (await sql.run('DELETE FROM markups WHERE service = $1 AND country = $2', [place.service ?? '', place.country ?? ''])) === 1;
}

function rowOf(row: Stored): MarkupRow {
  return {
    service: row.service === '' ? null : row.service,
    country: row.country === '' ? null : row.country,
    markup: { basisPoints: row.basis_points, fixed: row.fixed },
    reason: row.reason,
    setBy: row.set_by,
    setAt: row.set_at,
  };
}
