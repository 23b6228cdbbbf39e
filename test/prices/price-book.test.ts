import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { PRICES_CHANNEL } from '../../src/domain/names.js';
import { readPriceBlob } from '../../src/db/price-blob.js';
import { candidatesFor } from '../../src/db/price-rows.js';
import { decodeMatrix, priceMatrix, type DecodedCell, type PriceMatrix } from '../../src/prices/price-matrix.js';
import type { PriceRow } from '../../src/providers/provider.js';
import { COUNTRIES, market, SERVICES } from './market.js';
import { createPriceWorld, type PriceWorld } from './world.js';

let world: PriceWorld;
beforeAll(async () => {
  world = await createPriceWorld({ deniedServices: ['denied'], deniedCountries: ['KP'] });
});
afterAll(() => world.close());

let serial = 0;
let id = '';
beforeEach(async () => {
  await world.database.run('UPDATE providers SET retired_at = now()');
  id = `p${(serial += 1)}`;
  await world.provider(id);
});

function row(service: string, country: string, price: bigint, more: Partial<PriceRow> = {}): PriceRow {
  return { service, country, operator: null, price, stock: 50, rate: null, ...more };
}

async function built(): Promise<{ matrix: PriceMatrix; cells: DecodedCell[] }> {
  await world.book.buildBlob();
  const blob = (await readPriceBlob(world.database))!;
  const text = brotliDecompressSync(blob.brotli).toString('utf8');
  expect(gunzipSync(blob.gzip).toString('utf8')).toBe(text);
  const matrix = priceMatrix.parse(JSON.parse(text));
  return { matrix, cells: [...decodeMatrix(matrix)] };
}

test('only what changed is written, and what vanished is deleted', async () => {
  const list = [row('telegram', 'ID', 100_000n), row('telegram', 'UA', 200_000n), row('whatsapp', 'ID', 300_000n)];
  expect(await world.book.refreshProvider(id, list)).toEqual({ rows: 3, changed: 3, removed: 0, refused: 0, ignored: false });
  expect(await world.book.refreshProvider(id, list)).toEqual({ rows: 3, changed: 0, removed: 0, refused: 0, ignored: false });
  const versions = () =>
    world.database.rows('SELECT service, country, xmin::text FROM provider_prices WHERE provider = $1 ORDER BY 1, 2', [id]);
  const before = await versions();
  const next = [list[0]!, { ...list[1]!, stock: 51 }, row('google', 'ID', 1n)];
  expect(await world.book.refreshProvider(id, next)).toEqual({ rows: 3, changed: 2, removed: 1, refused: 0, ignored: false });
  const after = await versions();
  // The row that did not change is the very same version, so readers and disk never noticed.
  expect(after).toContainEqual(
    before.find(
      (one) => (one as { country: string; service: string }).service === 'telegram' && (one as { country: string }).country === 'ID',
    ),
  );
});

test('operators are kept apart, and equal rows are merged to the best one', async () => {
  const report = await world.book.refreshProvider(id, [
    row('telegram', 'ID', 100n, { operator: 'a' }),
    row('telegram', 'ID', 90n, { operator: 'a', stock: 0 }),
    row('telegram', 'ID', 80n, { operator: 'b' }),
    row('telegram', 'ID', 70n, { operator: 'b' }),
  ]);
  expect(report.rows).toBe(2);
  const stored = await world.database.rows('SELECT operator, price FROM provider_prices WHERE provider = $1 ORDER BY operator', [id]);
  expect(stored).toEqual([
    { operator: 'a', price: 100n },
    { operator: 'b', price: 70n },
  ]);
});

test('rows that cannot be sold are refused, and the others are kept', async () => {
  const report = await world.book.refreshProvider(id, [
    row('telegram', 'ID', 1n),
    row('Telegram!', 'ID', 1n),
    row('telegram', 'Indonesia', 1n),
    row('telegram', 'UA', 0n),
    row('telegram', 'UA', -5n),
    row('telegram', 'UA', 10n ** 15n),
    row('telegram', 'UA', 1n, { stock: Number.NaN }),
    row('telegram', 'DE', 1n, { operator: 'a\u0000b' }),
    row('google', 'UA', 1n, { stock: -3, rate: 7 }),
    row('google', 'DE', 1n, { stock: 1e12 }),
  ]);
  expect(report).toMatchObject({ rows: 3, refused: 7 });
  const stored = await world.database.rows('SELECT service, country, stock, rate FROM provider_prices WHERE provider = $1 ORDER BY 1, 2', [
    id,
  ]);
  expect(stored).toEqual([
    { service: 'google', country: 'DE', stock: 2_147_483_647, rate: null },
    { service: 'google', country: 'UA', stock: 0, rate: null },
    { service: 'telegram', country: 'ID', stock: 50, rate: null },
  ]);
});

test('a provider that suddenly lists nothing keeps its last figures, with their age', async () => {
  const early = new Date('2026-03-01T11:00:00.000Z');
  await world.book.refreshProvider(id, [row('telegram', 'ID', 100_000n)], early);
  expect(await world.book.refreshProvider(id, [])).toMatchObject({ ignored: true, rows: 1, removed: 0 });
  const { matrix, cells } = await built();
  expect(matrix.providers).toMatchObject([{ id, read_at: early.toISOString() }]);
  expect(cells).toMatchObject([{ service: 'telegram', country: 'ID' }]);
});

test('an older list never replaces a newer one', async () => {
  await world.book.refreshProvider(id, [row('telegram', 'ID', 2n)], new Date('2026-03-01T12:01:00.000Z'));
  expect(await world.book.refreshProvider(id, [row('telegram', 'ID', 1n)], new Date('2026-03-01T12:00:00.000Z'))).toMatchObject({
    ignored: true,
  });
  expect(await world.database.rows('SELECT price FROM provider_prices WHERE provider = $1', [id])).toEqual([{ price: 2n }]);
});

test('the matrix shows what the client pays: markup and currency included', async () => {
  const rubles = `${id}rub`;
  await world.provider(rubles, { rateMicros: 12_500n, currency: 'RUB' });
  await world.book.refreshProvider(id, [row('telegram', 'ID', 100_000n)]);
  await world.book.refreshProvider(rubles, [row('telegram', 'ID', 8_000_000n)]);
  const { cells } = await built();
  expect(cells.map(({ provider, price }) => [provider, price])).toEqual([
    [id, '0.125'],
    [rubles, '0.125'],
  ]);
});

test('of several operators the cheapest with stock counts, and all their stock', async () => {
  await world.book.refreshProvider(id, [
    row('telegram', 'ID', 40_000n, { operator: 'empty', stock: 0 }),
    row('telegram', 'ID', 80_000n, { operator: 'a', stock: 60 }),
    row('telegram', 'ID', 90_000n, { operator: 'b', stock: 40 }),
    row('telegram', 'UA', 40_000n, { operator: 'empty', stock: 0 }),
  ]);
  const { cells } = await built();
  expect(cells).toEqual([
    { provider: id, service: 'telegram', country: 'ID', price: '0.10', stockBand: 3, successDecile: null },
    { provider: id, service: 'telegram', country: 'UA', price: '0.05', stockBand: 0, successDecile: null },
  ]);
});

test('success is that of exactly this provider, service and country, and fades', async () => {
  await world.book.refreshProvider(id, [row('telegram', 'ID', 1_000n), row('telegram', 'UA', 1_000n), row('telegram', 'DE', 1_000n)]);
  await world.outcomes(
    { provider: id, service: 'telegram', country: 'ID' },
    Array.from({ length: 20 }, () => true),
  );
  await world.outcomes(
    { provider: id, service: 'telegram', country: 'UA' },
    Array.from({ length: 20 }, () => false),
  );
  await world.outcomes({ provider: id, service: 'telegram', country: 'DE' }, [false, false], 6 * 86_400);
  await world.outcomes(
    { provider: 'other', service: 'telegram', country: 'ID' },
    Array.from({ length: 20 }, () => false),
  );
  const { cells } = await built();
  const deciles = Object.fromEntries(cells.map(({ country, successDecile }) => [country, successDecile]));
  expect(deciles).toEqual({ ID: 9, UA: 1, DE: null });
});

test('what is denied, paused or retired never appears', async () => {
  const paused = `${id}paused`;
  await world.provider(paused);
  await world.book.refreshProvider(id, [row('denied', 'ID', 1_000n), row('telegram', 'KP', 1_000n), row('telegram', 'ID', 1_000n)]);
  await world.book.refreshProvider(paused, [row('telegram', 'UA', 1_000n)]);
  await world.database.run('UPDATE providers SET paused_at = now() WHERE id = $1', [paused]);
  const { matrix, cells } = await built();
  expect(cells.map(({ service, country }) => `${service} ${country}`)).toEqual(['telegram ID']);
  expect(matrix.services).toEqual(['telegram']);
  expect(matrix.countries).toEqual(['ID']);
  expect(matrix.providers.map((provider) => provider.id)).toEqual([id]);
});

test('a new blob is announced, and an older one never replaces it', async () => {
  const heard: string[] = [];
  const stop = await world.database.listen(PRICES_CHANNEL, (etag) => heard.push(etag));
  await world.book.refreshProvider(id, [row('telegram', 'ID', 1_000n)]);
  const report = await world.book.buildBlob();
  expect(report).toMatchObject({ replaced: true, cells: 1 });
  await expect.poll(() => heard).toEqual([report.etag]);
  world.now = new Date(world.now.getTime() - 60_000);
  expect((await world.book.buildBlob()).replaced).toBe(false);
  world.now = new Date(world.now.getTime() + 120_000);
  expect((await readPriceBlob(world.database))!.etag).toBe(report.etag);
  await stop();
});

test('without any provider the matrix is empty, not missing', async () => {
  await world.database.run('UPDATE providers SET retired_at = now()');
  const { cells, matrix } = await built();
  expect(cells).toEqual([]);
  expect(matrix.providers).toEqual([]);
});

test('a whole market is stored and built within seconds, in at most 100 KB', async () => {
  const second = `${id}b`;
  await world.provider(second);
  const lists = { [id]: market(1, 0.138), [second]: market(2, 0.138) };
  const started = performance.now();
  for (const [provider, list] of Object.entries(lists)) await world.book.refreshProvider(provider, list);
  const report = await world.book.buildBlob();
  expect(performance.now() - started).toBeLessThan(30_000);
  expect(report.cells).toBe(lists[id]!.length + lists[second]!.length);
  expect(report.brotliBytes).toBeLessThanOrEqual(100_000);
  expect(report.gzipBytes).toBeLessThanOrEqual(100_000);
  // A minute later a few rows have changed; only those are written.
  const moved = lists[id]!.map((one, index) => (index % 50 === 0 ? { ...one, stock: one.stock + 1 } : one));
  expect(await world.book.refreshProvider(id, moved)).toMatchObject({ changed: Math.ceil(moved.length / 50), removed: 0 });
  expect(SERVICES.length * COUNTRIES.length).toBe(120_000);
});

test('candidates are what has stock at providers that sell now, with our own outcomes', async () => {
  const others = { paused: `${id}x`, open: `${id}y` };
  await world.provider(others.paused);
  await world.provider(others.open);
  const list = [
    row('telegram', 'ID', 300n, { operator: 'a' }),
    row('telegram', 'ID', 200n, { operator: 'b' }),
    row('telegram', 'ID', 100n, { operator: 'c', stock: 0 }),
    row('telegram', 'UA', 1n),
  ];
  for (const provider of [id, others.paused, others.open]) await world.book.refreshProvider(provider, list);
  await world.database.run('UPDATE providers SET paused_at = now() WHERE id = $1', [others.paused]);
  await world.database.run("UPDATE providers SET circuit_open_until = now() + interval '1 minute' WHERE id = $1", [others.open]);
  await world.outcomes({ provider: id, service: 'telegram', country: 'ID', operator: 'a' }, [true, true, false]);
  await world.outcomes({ provider: id, service: 'telegram', country: 'ID', operator: 'a' }, [true], 12 * 3_600);

  const any = await candidatesFor(world.database, { service: 'telegram', country: 'ID', operator: null }, { sandbox: false });
  expect(any.map(({ provider, operator, cost }) => [provider, operator, cost])).toEqual([
    [id, 'b', 200n],
    [id, 'a', 300n],
  ]);
  const [a] = await candidatesFor(world.database, { service: 'telegram', country: 'ID', operator: 'a' }, { sandbox: false });
  expect(a).toMatchObject({
    currency: 'USD',
    rateMicros: 1_000_000n,
    stock: 50,
    simulated: false,
    medianSecondsToCode: 12,
    readAt: world.now,
  });
  expect(a!.evidence.operator!.successes).toBeCloseTo(2.5, 1);
  expect(a!.evidence.operator!.failures).toBeCloseTo(1, 1);
  const [b] = await candidatesFor(world.database, { service: 'telegram', country: 'ID', operator: 'b' }, { sandbox: false });
  expect(b!.evidence.operator).toEqual({ successes: 0, failures: 0 });
  expect(b!.evidence.pair.successes).toBeCloseTo(a!.evidence.pair.successes, 4);
  expect(b!.medianSecondsToCode).toBeNull();
  expect(await candidatesFor(world.database, { service: 'telegram', country: 'ID', operator: 'nobody' }, { sandbox: false })).toEqual([]);
  expect(await candidatesFor(world.database, { service: 'nothing', country: 'ID', operator: null }, { sandbox: false })).toEqual([]);
});
