import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { Logger } from 'pino';
import type { Database } from '../db/database.js';
import { readPriceBlob, readPriceEtag, type PriceBlob } from '../db/price-blob.js';
import { PRICES_CHANNEL } from '../domain/names.js';
import { decodeMatrix, priceMatrix } from '../prices/price-matrix.js';

/** The newest price matrix as it lies in this process's memory. */
export interface LiveMatrix {
  readonly blob: PriceBlob;
  /** The document uncompressed. */
  readonly identity: Buffer;
  /** Listed services and countries; true where somebody has stock. */
  readonly services: ReadonlyMap<string, boolean>;
  readonly countries: ReadonlyMap<string, boolean>;
}

/** Keeps the newest matrix at hand. */
export interface MatrixHolder {
  /** Null before the first matrix. */
  current(): LiveMatrix | null;
  close(): Promise<void>;
}

const CHECK_MS = 60_000;
const decompress = promisify(brotliDecompress);

/**
 * Loads the matrix, and again whenever a new one is announced; once a minute the tag is compared, in case an announcement
 * was lost. A matrix that cannot be loaded leaves the last one in place.
 */
export async function holdMatrix(database: Database, log: Logger): Promise<MatrixHolder> {
  let matrix: LiveMatrix | null = null;
  let loading: Promise<void> | null = null;
  let again = false;

  async function load(): Promise<void> {
    const etag = await readPriceEtag(database);
    if (etag === null || etag === matrix?.blob.etag) return;
    const blob = await readPriceBlob(database);
    if (blob !== null) matrix = await open(blob);
  }
  /** One load at a time; what is announced meanwhile makes one more. Never rejects. */
  function reload(): Promise<void> {
    if (loading !== null) {
      again = true;
      return loading;
    }
    const one = load()
      .catch((error: unknown) => {
        log.error({ error: String(error).slice(0, 300) }, 'the price matrix cannot be loaded');
      })
      .finally(() => {
        loading = null;
        if (again) {
          again = false;
          onNews();
        }
      });
    loading = one;
    return one;
  }
  function onNews(): void {
    void reload();
  }

  const stop = await database.listen(PRICES_CHANNEL, onNews, onNews);
  const timer = setInterval(onNews, CHECK_MS);
  timer.unref();
  await reload();
  return {
    current: () => matrix,
    async close() {
      clearInterval(timer);
      await stop();
      await loading;
    },
  };
}

async function open(blob: PriceBlob): Promise<LiveMatrix> {
  const identity = await decompress(blob.brotli);
  const services = new Map<string, boolean>();
  const countries = new Map<string, boolean>();
  for (const cell of decodeMatrix(priceMatrix.parse(JSON.parse(identity.toString('utf8'))))) {
    const inStock = cell.stockBand > 0;
    services.set(cell.service, inStock || (services.get(cell.service) ?? false));
    countries.set(cell.country, inStock || (countries.get(cell.country) ?? false));
  }
  return { blob, identity, services, countries };
}
