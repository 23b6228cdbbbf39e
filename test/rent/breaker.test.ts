import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.js';
import { providerById } from '../../src/db/providers.js';
import type { PurchaseOutcome } from '../../src/domain/purchase.js';
import type { SaleLimits } from '../../src/domain/resting.js';
import type { NumberProvider } from '../../src/providers/provider.js';
import { type BuyResult, buyNumber } from '../../src/rent/buy.js';
import { mustRest } from '../../src/rent/resting.js';
import { type Books, createBooks } from './books.js';

const ID = { service: 'telegram', country: 'ID' };
const LIMITS: SaleLimits = { pair: { numbers: 100, successRate: 0.06, windowMs: 86_400_000 }, account: null, rating: null };
const AMBIGUOUS: PurchaseOutcome = { kind: 'ambiguous', reason: 'timeout', raw: '' };
const NO_NUMBERS: PurchaseOutcome = { kind: 'refused', reason: 'no_numbers', raw: 'NO_NUMBERS' };
const BANNED: PurchaseOutcome = { kind: 'fatal', reason: 'banned', raw: 'BANNED', retryAfterMs: 1_800_000 };

let books: Books;
let elsewhere: Database;
let answer: () => PurchaseOutcome = () => NO_NUMBERS;
let asked = 0;

beforeAll(async () => {
  const adapter = {
    id: 'a',
    capabilities: { saleLimits: LIMITS, defaultLifetimeMs: 1_200_000, minCancelAgeMs: 0 },
    async purchase() {
      asked += 1;
      await new Promise((done) => setTimeout(done, 20));
      return answer();
    },
  } as unknown as NumberProvider;
  books = await createBooks({ providers: new Map([['a', adapter]]), die: () => 0 });
  await books.list('a', [{ ...ID, cents: 20 }]);
  const { url } = books;
  elsewhere = openDatabase({ url, applicationName: 'another worker', poolSize: 10 });
});
beforeEach(async () => {
  asked = 0;
  books.logs.length = 0;
  await books.database.run('DELETE FROM route_rests');
  await books.database.run(
    `UPDATE providers SET circuit_open_until = NULL, circuit_reason = NULL, circuit_faults = 0, circuit_good = 0, circuit_bad = 0, circuit_trips = 0,
       circuit_probe = NULL, circuit_probe_until = NULL, circuit_closed_at = NULL`,
  );
});
afterAll(async () => {
  await elsewhere.close();
  await books.close();
});

/** One activation's first try, in this worker or in another. */
async function buy(worker: Database = books.database): Promise<BuyResult> {
  const { id, candidates } = await books.open(ID);
  const candidate = candidates[0] ?? { provider: 'a', operator: null, price: '0.20' };
  await books.database.run("UPDATE activations SET ceiling = 1000000, status = 'REQUESTED' WHERE id = $1", [id]);
  return buyNumber({ ...books.deps, database: worker }, { activationId: id, seq: 0, ...ID, candidate });
}
const reasons = async (results: Promise<BuyResult[]>) =>
  (await results).map((result) => (result.kind === 'refused' ? result.reason : result.kind));
const row = async () => (await providerById(books.database, 'a'))!;
const sold = (): PurchaseOutcome => ({
  kind: 'bought',
  order: {
    providerOrderId: randomUUID(),
    phoneNumber: '+628110000001',
    price: 200_000n,
    currency: 'USD',
    operator: null,
    lifetimeMs: 60_000,
    cancelAllowedInMs: 0,
    canGetAnotherSms: null,
    rawStatus: '',
  },
});
const halfOpen = () =>
  books.database.run("UPDATE providers SET circuit_open_until = clock_timestamp() - interval '1 second' WHERE id = 'a'");

describe('the circuit of an account', () => {
  it('opens after three lost replies in a row, and then neither offers nor asks', async () => {
    answer = () => AMBIGUOUS;
    for (let index = 0; index < 3; index += 1) expect((await buy()).kind).toBe('ambiguous');
    expect((await row()).circuit_reason).toBe('timeout: 3 purchases in a row without an answer');
    expect((await books.open(ID)).candidates).toEqual([]);
    expect(await buy()).toMatchObject({ kind: 'refused', reason: 'circuit_open' });
    expect(asked).toBe(3);
  });

  it('is opened once and logged once by twenty that fail at the same time in two workers', async () => {
    answer = () => AMBIGUOUS;
    await Promise.all(Array.from({ length: 20 }, (_, index) => buy(index % 2 === 0 ? books.database : elsewhere)));
    expect(books.logs.filter((line) => line.includes('its circuit is open'))).toHaveLength(1);
    const trips = await books.database.row<{ circuit_trips: number }>("SELECT circuit_trips FROM providers WHERE id = 'a'");
    expect(trips).toEqual({ circuit_trips: 1 });
  });

  it('lets one purchase of twenty in two workers find out, and closes on its answer', async () => {
    answer = () => AMBIGUOUS;
    for (let index = 0; index < 3; index += 1) await buy();
    await halfOpen();
    asked = 0;
    answer = sold;
    const results = await reasons(Promise.all(Array.from({ length: 20 }, (_, index) => buy(index % 2 === 0 ? books.database : elsewhere))));
    // Whoever came after the answer was let through as well; before it, nobody.
    expect(results.filter((reason) => reason === 'circuit_open').length).toBeGreaterThan(0);
    expect(results.filter((reason) => reason === 'bought').length).toBe(asked);
    expect(books.logs.filter((line) => line.includes('half-open'))).toHaveLength(1);
    expect(books.logs.filter((line) => line.includes('its circuit is closed'))).toHaveLength(1);
    expect((await row()).circuit_open_until).toBeNull();
  });

  it('lets exactly one find out while it finds nothing', async () => {
    answer = () => AMBIGUOUS;
    for (let index = 0; index < 3; index += 1) await buy();
    await halfOpen();
    asked = 0;
    await Promise.all(Array.from({ length: 20 }, (_, index) => buy(index % 2 === 0 ? books.database : elsewhere)));
    expect(asked).toBe(1);
    expect((await row()).circuit_open_until!.getTime() - Date.now()).toBeGreaterThan(25_000);
  });

  it('stays closed however often there are no numbers', async () => {
    answer = () => NO_NUMBERS;
    for (let index = 0; index < 15; index += 1) expect(await buy()).toMatchObject({ kind: 'refused', reason: 'no_numbers' });
    expect((await row()).circuit_open_until).toBeNull();
    expect(asked).toBe(15);
  });

  it('opens at once when the provider bans us, for as long as it says', async () => {
    answer = () => BANNED;
    expect(await buy()).toMatchObject({ kind: 'refused', reason: 'banned' });
    const { circuit_open_until: until, circuit_reason: reason } = await row();
    expect(reason).toBe('banned');
    expect(until!.getTime() - Date.now()).toBeGreaterThan(1_790_000);
    expect(books.logs.filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  it('is not held up by whoever stores a price list', async () => {
    answer = () => NO_NUMBERS;
    let release = () => {};
    const storing = elsewhere.transaction(async (sql) => {
      await sql.run("INSERT INTO provider_prices (provider, service, country, price, stock) VALUES ('a', 'held', 'ID', 1, 1)");
      await new Promise<void>((done) => {
        release = done;
      });
    });
    await new Promise((done) => setTimeout(done, 100));
    const first = await Promise.race([buy().then(() => 'bought'), new Promise((done) => setTimeout(() => done('held up'), 3_000))]);
    release();
    await storing;
    expect(first).toBe('bought');
  });
});

describe('rests', () => {
  it('put an offer without numbers behind everything else, twice as long each time, until it sells', async () => {
    answer = () => NO_NUMBERS;
    await buy();
    const resting = async () =>
      books.database.row<{ times: number; seconds: number }>(
        'SELECT times, round(extract(epoch FROM until - since))::int AS seconds FROM route_rests',
      );
    expect(await resting()).toEqual({ times: 1, seconds: 30 });
    // It is the last candidate left, so it is still asked.
    expect((await books.open(ID)).candidates).toMatchObject([{ provider: 'a', resting: 'no_numbers' }]);
    await buy();
    expect(await resting()).toEqual({ times: 1, seconds: 30 });
    await books.database.run("UPDATE route_rests SET since = since - interval '31 s', until = until - interval '31 s'");
    await buy();
    expect(await resting()).toEqual({ times: 2, seconds: 60 });
    await books.database.run("UPDATE route_rests SET since = since - interval '1 h', until = until - interval '1 h'");
    await buy();
    expect(await resting()).toEqual({ times: 1, seconds: 30 });
    answer = sold;
    await buy();
    expect(await resting()).toBeNull();
    expect((await books.open(ID)).candidates).toMatchObject([{ provider: 'a', resting: null }]);
  });

  it('last as long as the provider bans a pair, and nobody asks meanwhile', async () => {
    answer = () => ({ kind: 'refused', reason: 'unavailable', raw: 'BANNED', retryAfterMs: 1_800_000 });
    expect(await buy()).toMatchObject({ kind: 'refused', reason: 'unavailable' });
    expect((await books.open(ID)).candidates).toEqual([]);
    // Also by those that were planned before.
    expect(await buy()).toMatchObject({ kind: 'refused', reason: 'resting' });
    expect(asked).toBe(1);
    expect((await row()).circuit_open_until).toBeNull();
  });

  it('let one of nine that ask at the same moment find out after a strict one', async () => {
    const pair = { service: 'viber', country: 'KZ' };
    await books.database.run(
      `INSERT INTO orders (id, provider, provider_order_id, origin, beneficiary, status, service, country, currency, money)
       SELECT gen_random_uuid(), 'a', 'viber-' || i, 'reply', 'house', 'REFUNDED', 'viber', 'KZ', 'USD', 'refunded' FROM generate_series(1, 95) i`,
    );
    const ask = (database: Database) => mustRest({ ...books.deps, database }, { provider: 'a', ...pair, operator: null }, LIMITS);
    expect(await ask(books.database)).toBe(true);
    await books.database.run("UPDATE route_rests SET since = since - interval '31 min', until = until - interval '31 min'");
    const owner = new pg.Client({ connectionString: books.url });
    await owner.connect();
    try {
      // All have seen that the rest is over before any of them can begin the next.
      await owner.query('SET ROLE watchword_service; BEGIN; UPDATE route_rests SET times = times');
      const answers = Promise.all(Array.from({ length: 9 }, (_, index) => ask(index % 2 === 0 ? books.database : elsewhere)));
      const blocked = 'SELECT FROM pg_locks WHERE NOT granted';
      for (const deadline = Date.now() + 20_000; (await owner.query(blocked)).rowCount! < 9;) {
        if (Date.now() > deadline) throw new Error('nine should wait for the row');
        await new Promise((done) => setTimeout(done, 20));
      }
      await owner.query('COMMIT');
      expect((await answers).filter((rests) => !rests)).toHaveLength(1);
    } finally {
      await owner.end();
    }
  });

  it('begin before the provider bans the pair, are never broken, and end with one careful try', { timeout: 60_000 }, async () => {
    answer = sold;
    // 90 numbers without a code: ten more like these, and HeroSMS bans the pair.
    await books.database.run(
      `INSERT INTO orders (id, provider, provider_order_id, origin, beneficiary, status, service, country, currency, money)
       SELECT gen_random_uuid(), 'a', 'silent-' || i, 'reply', 'house', 'REFUNDED', 'telegram', 'ID', 'USD', 'refunded' FROM generate_series(1, 90) i`,
    );
    expect(await buy()).toMatchObject({ kind: 'refused', reason: 'resting' });
    expect(asked).toBe(0);
    expect((await books.open(ID)).candidates).toEqual([]);
    expect(books.logs.filter((line) => line.includes('rests before its provider bans it'))).toHaveLength(1);

    await books.database.run("UPDATE route_rests SET since = since - interval '31 min', until = until - interval '31 min'");
    expect((await books.open(ID)).candidates).toHaveLength(1);
    const results = await reasons(Promise.all(Array.from({ length: 10 }, (_, index) => buy(index % 2 === 0 ? books.database : elsewhere))));
    expect(asked).toBe(1);
    expect(results.toSorted()).toEqual(['bought', ...Array.from({ length: 9 }, () => 'resting')]);
    const next = await books.database.row<{ minutes: number; times: number }>(
      'SELECT round(extract(epoch FROM until - since) / 60)::int AS minutes, times FROM route_rests WHERE strict',
    );
    expect(next).toEqual({ minutes: 60, times: 2 });
    // With codes again, the pair is bought as before once its rest is over.
    await books.database.run("UPDATE orders SET status = 'CLOSED_WITH_SMS' WHERE provider_order_id LIKE 'silent-1%'");
    await books.database.run("UPDATE route_rests SET since = since - interval '61 min', until = until - interval '61 min'");
    expect((await reasons(Promise.all([buy(), buy(elsewhere)]))).toSorted()).toEqual(['bought', 'bought']);
  });
});
