import type { Sql } from './database.js';

/** What a lookup said of a number since then; null if none was made. */
export async function lineTypeKnown(sql: Sql, numberHash: string, since: Date): Promise<string | null> {
  const row = await sql.row<{ line_type: string }>(
    `SELECT line_type FROM line_lookups WHERE number_hash = decode($1, 'hex') AND looked_up_at > $2`,
    [numberHash, since],
  );
  return row?.line_type ?? null;
}

/** Keeps what a lookup said. */
export async function putLineType(
  sql: Sql,
  told: { readonly numberHash: string; readonly lineType: string; readonly at: Date },
): Promise<void> {
  await sql.run(
    `INSERT INTO line_lookups (number_hash, line_type, looked_up_at) VALUES (decode($1, 'hex'), $2, $3)
     ON CONFLICT (number_hash) DO UPDATE SET line_type = excluded.line_type, looked_up_at = excluded.looked_up_at`,
    [told.numberHash, told.lineType, told.at],
  );
}
