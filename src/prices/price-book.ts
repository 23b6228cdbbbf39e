import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Database } from '../db/database.js';
import { readMarkups } from '../db/markups.js';
import { replacePriceBlob } from '../db/price-blob.js';
import { countPrices, readPairs, readPriceReads, storePrices } from '../db/price-rows.js';
import { markupAmong } from '../domain/markups.js';
import { clientPrice, convertAt, type Markup } from '../domain/money.js';
import type { PriceRow } from '../providers/provider.js';
import { stockBand, successDecile, successRate, type Counts } from './bands.js';
import { normaliseList } from './normalise.js';
import { encodeMatrix, type MatrixCell } from './price-matrix.js';

/** What the price book needs. */
export interface PriceBookDeps {
  readonly database: Database;
  /** ISO 4217 code of the wallet. */
  readonly currency: string;
  /** The configuration's, which counts where no operator set one. */
  readonly markupFor: (service: string, country: string) => Markup;
  readonly denied: { readonly services: ReadonlySet<string>; readonly countries: ReadonlySet<string> };
  /** Success rate (0 to 1) that faded counts of our own outcomes speak for. */
  readonly posterior: (counts: Counts) => number;
  readonly clock: () => Date;
}

/** What one provider's refresh did. */
export interface RefreshReport {
  /** Rows of the list that are stored now. */
  readonly rows: number;
  readonly changed: number;
  readonly removed: number;
  /** Rows of the list that were of no use. */
  readonly refused: number;
  /** The list was not taken: it was empty, or a later one is stored. The last figures stay, with their age. */
  readonly ignored: boolean;
}

/** What building the blob did. */
export interface BlobReport {
  readonly etag: string;
  /** Listed pairs over all providers. */
  readonly cells: number;
  readonly brotliBytes: number;
  readonly gzipBytes: number;
  /** False when a newer blob was there already. */
  readonly replaced: boolean;
}

/** The stored price lists and the one matrix that clients read. Both functions may be repeated. */
export interface PriceBook {
  /**
   * Stores a provider's list: only what changed is written, what vanished is deleted. A provider that cannot be read is
   * not refreshed, so its last figures stay with their age; neither is one that suddenly lists nothing at all.
   *
   * @param readAt when the list was asked for; an older list never replaces a newer one. Now if missing.
   */
  refreshProvider(provider: string, list: readonly PriceRow[], readAt?: Date): Promise<RefreshReport>;
  /** Builds the matrix from what is stored, replaces the blob in one step and announces it. */
  buildBlob(): Promise<BlobReport>;
}

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** Creates the price book. */
export function createPriceBook(deps: PriceBookDeps): PriceBook {
  const denied = { services: [...deps.denied.services], countries: [...deps.denied.countries] };
  return {
    async refreshProvider(provider, list, readAt = deps.clock()) {
      const { rows, refused } = normaliseList(list);
      return deps.database.transaction(async (sql) => {
        if (rows.length === 0) {
          const kept = await countPrices(sql, provider);
          if (kept > 0) return { rows: kept, changed: 0, removed: 0, refused, ignored: true };
        }
        const change = await storePrices(sql, provider, rows, readAt);
        if (change === null) return { rows: await countPrices(sql, provider), changed: 0, removed: 0, refused, ignored: true };
        return { rows: rows.length, ...change, refused, ignored: false };
      });
    },

    async buildBlob() {
      const builtAt = deps.clock();
      const [reads, pairs, set] = await deps.database.transaction(async (sql) => {
        // One snapshot, so that no provider's figures are newer than the age that is shown for them.
        await sql.run('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        return [await readPriceReads(sql), await readPairs(sql, denied), await readMarkups(sql)] as const;
      });
      const setFor = markupAmong(set);
      const cells = pairs.map((pair): MatrixCell => ({
        provider: pair.provider,
        service: pair.service,
        country: pair.country,
        price: clientPrice(
          convertAt(pair.cost, pair.rate_micros),
          setFor(pair.service, pair.country) ?? deps.markupFor(pair.service, pair.country),
        ),
        stockBand: stockBand(pair.stock),
        successDecile: successDecile(successRate(pair, deps.posterior)),
      }));
      const providers = reads.map(({ provider, read_at }) => ({ id: provider, readAt: read_at }));
      const json = Buffer.from(JSON.stringify(encodeMatrix({ builtAt, currency: deps.currency, providers, cells })));
      const [brotli, gzipped] = await Promise.all([
        compressBrotli(json, { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: json.length } }),
        compressGzip(json, { level: 9 }),
      ]);
      const etag = `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`;
      const replaced = await deps.database.transaction((sql) => replacePriceBlob(sql, { builtAt, etag, brotli, gzip: gzipped }));
      return { etag, cells: cells.length, brotliBytes: brotli.length, gzipBytes: gzipped.length, replaced };
    },
  };
}
