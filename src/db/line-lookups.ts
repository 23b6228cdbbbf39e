import type { Sql } from './database.js';

/** What a lookup said of a number, while that is still good; null if nothing is. */
export async function lineTypeKnown(sql: Sql, numberHash: string, now: Date): Promise<string | null> {
  const row = await sql.row<{ line_type: string }>(
    `SELECT line_type FROM line_lookups WHERE number_hash = decode($1, 'hex') AND good_until > $2`,
    [numberHash, now],
  );
  return row?.line_type ?? null;
}

/** Keeps what a lookup said. */
export async function putLineType(
  sql: Sql,
  told: { readonly numberHash: string; readonly lineType: string; readonly until: Date },
): Promise<void> {
  await sql.run(
    `INSERT INTO line_lookups (number_hash, line_type, good_until) VALUES (decode($1, 'hex'), $2, $3)
     ON CONFLICT (number_hash) DO UPDATE SET line_type = excluded.line_type, good_until = excluded.good_until`,
    [told.numberHash, told.lineType, told.until],
  );
}
