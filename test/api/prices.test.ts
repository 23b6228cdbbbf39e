import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { posterior } from '../../src/domain/scoring.js';
import { createPriceBook, type PriceBook } from '../../src/prices/price-book.js';
import { decodeMatrix, priceMatrix } from '../../src/prices/price-matrix.js';
import type { PriceRow } from '../../src/providers/provider.js';
import { insertKey } from '../../src/db/keys.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let client: TestClient;
let book: PriceBook;
beforeAll(async () => {
  world = await createWorld();
  client = await world.client();
  book = createPriceBook({
    database: world.database,
    currency: 'USD',
    markupFor: () => ({ basisPoints: 2_500, fixed: 0n }),
    denied: { services: new Set(['denied']), countries: new Set(['KP']) },
    posterior: (counts) => posterior(counts).mean,
    clock: () => new Date(),
  });
});
afterAll(() => world.close());

/** A request that shows the bytes as they lie on the wire. */
function wire(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(world.url + path, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });
}

function row(service: string, country: string, price: bigint, more: Partial<PriceRow> = {}): PriceRow {
  return { service, country, operator: null, price, stock: 50, rate: null, ...more };
}

async function list(provider: string, rows: readonly PriceRow[]): Promise<void> {
  await world.database.run(
    `INSERT INTO providers (id, kind, currency, rate_micros, simulated, fingerprint) VALUES ($1, 'x', 'USD', 1000000, true, 'x') ON CONFLICT DO NOTHING`,
    [provider],
  );
  await book.refreshProvider(provider, rows);
}

async function publish(): Promise<string> {
  const { etag } = await book.buildBlob();
  await expect.poll(async () => (await wire('/v1/prices/matrix')).headers['etag']).toBe(etag);
  return etag;
}

test('before the first matrix there is none, and the server is not ready', async () => {
  const response = await world.fetch('/v1/prices/matrix');
  expect((await problemOf(response)).code).toBe('unavailable');
  expect(await (await world.fetch('/v1/services')).json()).toEqual({ items: [] });
  const ready = await world.fetch('/readyz');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({
    ready: false,
    checks: [
      { name: 'postgres', ok: true },
      { name: 'prices', ok: false, problem: 'the first price matrix has not been built yet' },
    ],
  });
  expect((await world.fetch('/healthz')).status).toBe(200);
});

test('the matrix arrives in every process by itself, and the server is ready', async () => {
  await list('herosms', [
    row('telegram', 'ID', 120_000n),
    row('whatsapp', 'UA', 200_000n, { stock: 0 }),
    row('denied', 'ID', 1n),
    row('telegram', 'KP', 1n),
  ]);
  await publish();
  const { body } = await wire('/v1/prices/matrix');
  const matrix = priceMatrix.parse(JSON.parse(body.toString('utf8')));
  expect([...decodeMatrix(matrix)]).toEqual([
    { provider: 'herosms', service: 'telegram', country: 'ID', price: '0.15', stockBand: 2, successDecile: null },
    { provider: 'herosms', service: 'whatsapp', country: 'UA', price: '0.25', stockBand: 0, successDecile: null },
  ]);
  await expect.poll(async () => (await world.fetch('/readyz')).status).toBe(200);
});

test('services and countries are those that are listed, and whether they are in stock', async () => {
  expect(await (await world.fetch('/v1/services')).json()).toEqual({
    items: [
      { slug: 'telegram', title: 'Telegram', in_stock: true },
      { slug: 'whatsapp', title: 'WhatsApp', in_stock: false },
    ],
  });
  expect(await (await world.fetch('/v1/countries')).json()).toEqual({
    items: [
      { code: 'ID', name: 'Indonesia', in_stock: true },
      { code: 'UA', name: 'Ukraine', in_stock: false },
    ],
  });
});

test('the matrix comes in the best encoding that the client takes, with a tag for each', async () => {
  const etag = await publish();
  const identity = await wire('/v1/prices/matrix');
  expect(identity.headers['content-encoding']).toBeUndefined();
  const br = await wire('/v1/prices/matrix', { 'accept-encoding': 'gzip, br' });
  expect(br.headers).toMatchObject({
    'content-encoding': 'br',
    vary: 'Accept-Encoding',
    'content-type': 'application/json; charset=utf-8',
  });
  expect(brotliDecompressSync(br.body)).toEqual(identity.body);
  const gzip = await wire('/v1/prices/matrix', { 'accept-encoding': 'br;q=0, gzip, deflate' });
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gzip.body)).toEqual(identity.body);
  expect(new Set([identity.headers['etag'], br.headers['etag'], gzip.headers['etag']]).size).toBe(3);
  expect(identity.headers['etag']).toBe(etag);
  expect(br.headers['cache-control']).toContain('public');
  expect(Number(br.headers['age'])).toBeGreaterThanOrEqual(0);
  expect(br.headers['access-control-allow-origin']).toBe('*');
  expect(Number(br.headers['content-length'])).toBe(br.body.length);

  const none = await wire('/v1/prices/matrix', { 'accept-encoding': 'identity;q=0, zstd' });
  expect(none.status).toBe(406);
  for (const [encoding, tag] of [
    ['identity', identity],
    ['br', br],
    ['gzip', gzip],
  ] as const) {
    const known = await wire('/v1/prices/matrix', {
      'accept-encoding': encoding,
      'if-none-match': `"x", W/${tag.headers['etag'] as string}`,
    });
    expect([encoding, known.status]).toEqual([encoding, 304]);
    expect(known.body.length).toBe(0);
    expect(known.headers['etag']).toBe(tag.headers['etag']);
  }
  const changed = await wire('/v1/prices/matrix', { 'accept-encoding': 'br', 'if-none-match': etag });
  expect(changed.status).toBe(200);
});

test('exact prices come from the rows, narrowed by service and country', async () => {
  await list('fivesim', [
    row('telegram', 'ID', 110_001n, { operator: 'b', stock: 3 }),
    row('telegram', 'ID', 90_000n, { operator: 'a', stock: 0 }),
  ]);
  const page = (await (await client.fetch('/v1/prices?service=telegram&country=id')).json()) as {
    items: Record<string, unknown>[];
    next_cursor: null;
  };
  expect(page.next_cursor).toBeNull();
  expect(page.items).toEqual([
    {
      service: 'telegram',
      country: 'ID',
      provider: 'fivesim',
      operator: 'a',
      price: '0.1125',
      currency: 'USD',
      stock: 0,
      success_rate: null,
      read_at: expect.any(String),
      age_seconds: expect.any(Number),
    },
    // 0.110001 × 1.25 = 0.13750125, rounded up.
    {
      service: 'telegram',
      country: 'ID',
      provider: 'fivesim',
      operator: 'b',
      price: '0.137502',
      currency: 'USD',
      stock: 3,
      success_rate: null,
      read_at: expect.any(String),
      age_seconds: expect.any(Number),
    },
    {
      service: 'telegram',
      country: 'ID',
      provider: 'herosms',
      operator: null,
      price: '0.15',
      currency: 'USD',
      stock: 50,
      success_rate: null,
      read_at: expect.any(String),
      age_seconds: expect.any(Number),
    },
  ]);
  const none = (await (await client.fetch('/v1/prices?service=google')).json()) as { items: unknown[] };
  expect(none.items).toEqual([]);
  // What is denied is not there, even when it is asked for.
  for (const query of ['service=denied', 'country=KP']) {
    expect([query, ((await (await client.fetch(`/v1/prices?${query}`)).json()) as { items: unknown[] }).items]).toEqual([query, []]);
  }
});

test('without a filter, pages go through all rows once', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = (await (await client.fetch(`/v1/prices?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).json()) as {
      items: { service: string; country: string; provider: string; operator: string | null }[];
      next_cursor: string | null;
    };
    seen.push(...page.items.map((item) => `${item.service} ${item.country} ${item.provider} ${item.operator ?? ''}`));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(['telegram ID fivesim a', 'telegram ID fivesim b', 'telegram ID herosms ', 'whatsapp UA herosms ']);
});

test.each(['service=Telegram', 'service=', 'country=I', 'cursor=abc', 'limit=0', `service=${'a'.repeat(100)}`])(
  'the query %s is refused',
  async (query) => {
    expect((await problemOf(await client.fetch(`/v1/prices?${query}`))).code).toBe('invalid_input');
  },
);

test('a broken blob leaves the last matrix in place', async () => {
  const etag = await publish();
  await world.database.run(`UPDATE price_blob SET etag = '"broken"', brotli = '\\x00'`);
  await world.database.rows("SELECT pg_notify('watchword_prices', 'x')");
  await expect.poll(() => world.logged.some((line) => line.includes('cannot be loaded'))).toBe(true);
  expect((await wire('/v1/prices/matrix')).headers['etag']).toBe(etag);
});

test('prices are those of providers that sell to the caller: beside real ones, simulators to who plays', async () => {
  const providersOf = async (account: TestClient) =>
    new Set(
      ((await (await account.fetch('/v1/prices?limit=200')).json()) as { items: { provider: string }[] }).items.map(
        ({ provider }) => provider,
      ),
    );
  const ordinary = await world.client();
  const player = await world.client();
  await world.database.run('DELETE FROM api_keys WHERE account_id = $1', [player.accountId]);
  const id = randomUUID();
  await world.database.run("INSERT INTO accounts (id, name, kind, sandbox) VALUES ($1, 'player', 'client', true)", [id]);
  await insertKey(world.database, { id: randomUUID(), accountId: id, role: 'client', key: player.key });

  const simulated = await providersOf(ordinary);
  expect(simulated.size).toBeGreaterThan(0);
  expect(await providersOf(player)).toEqual(simulated);
  await list('genuine', [row('telegram', 'ID', 300_000n)]);
  await world.database.run("UPDATE providers SET simulated = false WHERE id = 'genuine'");
  expect(await providersOf(ordinary)).toEqual(new Set(['genuine']));
  expect(await providersOf(player)).toEqual(simulated);
  await publish();
  const { body } = await wire('/v1/prices/matrix');
  const matrix = priceMatrix.parse(JSON.parse(body.toString('utf8')));
  expect(matrix.providers.map((one) => one.id)).toEqual(['genuine']);
  expect(matrix.services).toEqual(['telegram']);
});
