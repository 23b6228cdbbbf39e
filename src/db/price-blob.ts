import { PRICES_CHANNEL } from '../domain/names.js';
import type { Sql } from './database.js';

/** The one price matrix that readers are served, compressed when it was written. */
export interface PriceBlob {
  readonly builtAt: Date;
  /** With its quotes, as the header carries it. */
  readonly etag: string;
  readonly brotli: Buffer;
  readonly gzip: Buffer;
}

/** The newest matrix; null before the first. */
export async function readPriceBlob(sql: Sql): Promise<PriceBlob | null> {
  return sql.row<PriceBlob>('SELECT built_at AS "builtAt", etag, brotli, gzip FROM price_blob');
}

/** The newest matrix's tag; null before the first. */
export async function readPriceEtag(sql: Sql): Promise<string | null> {
  return (await sql.row<{ etag: string }>('SELECT etag FROM price_blob'))?.etag ?? null;
}

/** Replaces the matrix and announces it, unless a newer one is there already. @returns whether it was replaced. */
export async function replacePriceBlob(sql: Sql, blob: PriceBlob): Promise<boolean> {
  const written = await sql.run(
    `INSERT INTO price_blob (built_at, etag, brotli, gzip) VALUES ($1, $2, $3, $4)
     ON CONFLICT (only_row) DO UPDATE SET built_at = excluded.built_at, etag = excluded.etag, brotli = excluded.brotli, gzip = excluded.gzip
     WHERE price_blob.built_at <= excluded.built_at`,
    [blob.builtAt, blob.etag, blob.brotli, blob.gzip],
  );
  if (written > 0) await sql.rows('SELECT pg_notify($1, $2)', [PRICES_CHANNEL, blob.etag]);
  return written > 0;
}
