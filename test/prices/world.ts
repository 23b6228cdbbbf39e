import { openDatabase, type Database } from '../../src/db/database.js';
import type { Markup } from '../../src/domain/money.js';
import { posterior } from '../../src/domain/scoring.js';
import { createPriceBook, type PriceBook } from '../../src/prices/price-book.js';
import { createTestDatabase } from '../stack/database.js';

/** A price book over a database of its own. */
export interface PriceWorld {
  readonly database: Database;
  readonly book: PriceBook;
  /** What the book's clock says. */
  now: Date;
  provider(id: string, options?: { readonly rateMicros?: bigint; readonly currency?: string }): Promise<void>;
  /** Writes outcomes of a route, `ageSeconds` old. */
  outcomes(
    of: { provider: string; service: string; country: string; operator?: string },
    results: readonly boolean[],
    ageSeconds?: number,
  ): Promise<void>;
  close(): Promise<void>;
}

export interface PriceWorldOptions {
  readonly markupFor?: (service: string, country: string) => Markup;
  readonly deniedServices?: readonly string[];
  readonly deniedCountries?: readonly string[];
}

export async function createPriceWorld(options: PriceWorldOptions = {}): Promise<PriceWorld> {
  const fresh = await createTestDatabase();
  const database = openDatabase({ url: fresh.url, applicationName: 'watchword-test', poolSize: 4 });
  const world: PriceWorld = {
    database,
    now: new Date('2026-03-01T12:00:00.000Z'),
    book: createPriceBook({
      database,
      currency: 'USD',
      markupFor: options.markupFor ?? (() => ({ basisPoints: 2_500, fixed: 0n })),
      denied: { services: new Set(options.deniedServices), countries: new Set(options.deniedCountries) },
      posterior: (counts) => posterior(counts).mean,
      clock: () => world.now,
    }),
    async provider(id, { rateMicros = 1_000_000n, currency = 'USD' } = {}) {
      await database.run(
        `INSERT INTO providers (id, kind, currency, rate_micros, simulated, fingerprint) VALUES ($1, 'handler_api', $2, $3, false, 'x')`,
        [id, currency, rateMicros],
      );
    },
    async outcomes({ provider, service, country, operator }, results, ageSeconds = 60) {
      for (const succeeded of results) {
        await database.run(
          `WITH o AS (
             INSERT INTO orders (id, provider, provider_order_id, origin, beneficiary, status, currency, money)
             VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'reply', 'activation', 'CLOSED_WITH_SMS', 'USD', 'sold') RETURNING id)
           INSERT INTO route_outcomes (order_id, provider, service, country, operator, succeeded, seconds_to_code, at)
           SELECT id, $1, $2, $3, $4, $5, CASE WHEN $5 THEN 12 END, now() - $6 * interval '1 second' FROM o`,
          [provider, service, country, operator ?? null, succeeded, ageSeconds],
        );
      }
    },
    async close() {
      await database.close();
      await fresh.drop();
    },
  };
  return world;
}
