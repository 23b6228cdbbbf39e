import { afterAll, beforeAll, expect, test } from 'vitest';
import { storePrices } from '../../src/db/price-rows.js';
import { createPriceBook } from '../../src/prices/price-book.js';
import { decodeMatrix, priceMatrix } from '../../src/prices/price-matrix.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let operator: TestClient;
beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
  await world.database.run(
    `INSERT INTO providers (id, kind, currency, rate_micros, simulated, fingerprint) VALUES ('herosms', 'x', 'USD', 1000000, true, 'x')`,
  );
  const rows = ['telegram', 'whatsapp'].flatMap((service) =>
    ['ID', 'UA'].map((country) => ({ service, country, operator: '', price: 100_001n, stock: 9, rate: null })),
  );
  await world.database.transaction((sql) => storePrices(sql, 'herosms', rows, new Date()));
});
afterAll(() => world.close());

const post = (path: string, json: object) => operator.fetch(`/v1/operator${path}`, { method: 'POST', json });
const items = async (response: Response) => ((await response.json()) as { items: object[] }).items;

/** Prices by pair, as a client is told them now. */
async function exact(): Promise<Record<string, string>> {
  const client = await world.client();
  const { items: rows } = (await (await client.fetch('/v1/prices')).json()) as {
    items: { service: string; country: string; price: string }[];
  };
  return Object.fromEntries(rows.map((row) => [`${row.service} ${row.country}`, row.price]));
}
const CONFIGURED = '0.125002';

test('counts at once in exact prices and in the next matrix, and is listed with who set it', async () => {
  expect(new Set(Object.values(await exact()))).toEqual(new Set([CONFIGURED]));
  expect((await post('/markups', { service: 'telegram', basis_points: 10_000, reason: 'demand' })).status).toBe(200);
  await post('/markups', { country: 'ua', basis_points: 0, fixed: '0.01', reason: 'cheap' });
  const all = await items(await post('/markups', { service: 'telegram', country: 'ID', basis_points: 1, reason: 'promised' }));
  expect(all).toEqual([
    {
      service: null,
      country: 'UA',
      basis_points: 0,
      fixed: '0.01',
      reason: 'cheap',
      set_by: operator.accountId,
      set_at: expect.any(String) as string,
    },
    expect.objectContaining({ service: 'telegram', country: null, basis_points: 10_000, fixed: '0.00' }),
    expect.objectContaining({ service: 'telegram', country: 'ID', basis_points: 1 }),
  ]);
  const expected = { 'telegram ID': '0.100012', 'telegram UA': '0.200002', 'whatsapp ID': CONFIGURED, 'whatsapp UA': '0.110001' };
  expect(await exact()).toEqual(expected);

  const book = createPriceBook({
    database: world.database,
    currency: 'USD',
    markupFor: () => ({ basisPoints: 2_500, fixed: 0n }),
    denied: { services: new Set(), countries: new Set() },
    posterior: () => 0.5,
    clock: () => new Date(),
  });
  const { etag } = await book.buildBlob();
  await expect.poll(async () => (await world.fetch('/v1/prices/matrix')).headers.get('etag')).toContain(etag.slice(0, -1));
  const matrix = priceMatrix.parse(await (await world.fetch('/v1/prices/matrix')).json());
  expect(Object.fromEntries([...decodeMatrix(matrix)].map((cell) => [`${cell.service} ${cell.country}`, cell.price]))).toEqual(expected);
});

test('is replaced by the next of its place, and taken away once or twice', async () => {
  await post('/markups', { service: 'telegram', basis_points: 0, reason: 'none' });
  expect((await exact())['telegram UA']).toBe('0.100001');
  for (let time = 0; time < 2; time += 1) expect((await post('/markups/remove', { service: 'telegram', reason: 'back' })).status).toBe(200);
  expect((await exact())['telegram UA']).toBe('0.110001');
  const { items: actions } = (await (await operator.fetch('/v1/operator/actions?limit=1')).json()) as { items: object[] };
  expect(actions[0]).toMatchObject({
    action: 'POST /v1/operator/markups/remove',
    body: { service: 'telegram', reason: 'back' },
    status: 200,
  });
});

test.each([
  [{ basis_points: 1 }],
  [{ service: 'nothing', basis_points: 1 }],
  [{ country: 'XX', basis_points: 1 }],
  [{ service: 'telegram', basis_points: -1 }],
  [{ service: 'telegram', basis_points: 0.5 }],
  [{ service: 'telegram', basis_points: 1_000_001 }],
  [{ service: 'telegram', basis_points: 1, fixed: '-0.01' }],
  [{ service: 'telegram', basis_points: 1, fixed: '0.0000001' }],
  [{ service: 'telegram', basis_points: 1, fixed: 0.01 }],
  [{ service: 'telegram', basis_points: 1, percent: 3 }],
])('%j is refused and changes nothing', async (body) => {
  const before = await items(await operator.fetch('/v1/operator/markups'));
  expect(await problemOf(await post('/markups', { ...body, reason: 'x' }))).toMatchObject({ status: 422, code: 'invalid_input' });
  expect(await items(await operator.fetch('/v1/operator/markups'))).toEqual(before);
});
