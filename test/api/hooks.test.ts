import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { receiveHook } from '../../src/db/hooks.js';
import { WAKE_CHANNEL } from '../../src/domain/names.js';
import { places } from '../../src/sealing/keyring.js';
import { HOOK_TOKEN, problemOf } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
const woken: string[] = [];
let stop: () => Promise<void>;
beforeAll(async () => {
  world = await createWorld();
  stop = await world.database.listen(WAKE_CHANNEL, (provider) => woken.push(provider));
});
afterAll(async () => {
  await stop();
  await world.close();
});
beforeEach(() => {
  woken.length = 0;
});

let serial = 0;
const newOrder = () => `order-${(serial += 1)}`;

function hook(body: unknown, path = `/hooks/providers/herosms/${HOOK_TOKEN}`): Promise<Response> {
  return world.fetch(path, { json: body });
}

interface Row {
  readonly id: string;
  readonly code_sealed: Buffer | null;
  readonly text_sealed: Buffer | null;
  readonly source: string;
  readonly confirmed_at: Date | null;
  readonly revealed_at: Date | null;
}

function rowsOf(order: string): Promise<Row[]> {
  return world.database.rows<Row>(
    'SELECT id, code_sealed, text_sealed, source, confirmed_at, revealed_at FROM inbox WHERE provider_order_id = $1',
    [order],
  );
}

test('a hook is stored sealed and unconfirmed, and wakes its provider’s watcher', async () => {
  const order = newOrder();
  const response = await hook({ activationId: order, code: '4711', text: 'Your code is 4711' });
  expect(response.status).toBe(200);
  const [row, ...others] = await rowsOf(order);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ source: 'hook', confirmed_at: null, revealed_at: null });
  expect(row!.code_sealed!.toString('latin1')).not.toContain('4711');
  expect(world.keyring.open(row!.code_sealed!, places.inboxCode(row!.id))).toBe('4711');
  expect(world.keyring.open(row!.text_sealed!, places.inboxText(row!.id))).toBe('Your code is 4711');
  await expect.poll(() => woken).toEqual(['herosms']);
});

test('the same hook many times, also at once, is one row', async () => {
  const order = newOrder();
  const answers = await Promise.all(Array.from({ length: 12 }, () => hook({ activationId: order, code: '1', text: 'one' })));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(await rowsOf(order)).toHaveLength(1);
});

test('forged codes for one order fill at most their share', async () => {
  const order = newOrder();
  for (let code = 0; code < 30; code += 1) expect((await hook({ activationId: order, code: String(code) })).status).toBe(200);
  expect(await rowsOf(order)).toHaveLength(20);
});

test('forged orders fill at most their share, and a known order is still heard', async () => {
  const limits = { perOrder: 20, unknownPerHour: 5 };
  const own = { ...world.database };
  const receive = (order: string) =>
    receiveHook(own, world.keyring, { provider: 'flooded', providerOrderId: order, code: '1', text: null }, limits);
  const results: string[] = [];
  for (let index = 0; index < 8; index += 1) results.push(await receive(`forged-${index}`));
  expect(results).toEqual(['stored', 'stored', 'stored', 'stored', 'stored', 'full', 'full', 'full']);
  await world.database.run(
    `INSERT INTO orders (id, provider, provider_order_id, origin, beneficiary, status, currency, money)
     VALUES (gen_random_uuid(), 'flooded', 'ours', 'reply', 'house', 'OPEN', 'USD', 'expected')`,
  );
  expect(await receive('ours')).toBe('stored');
  await world.database.run("UPDATE inbox SET received_at = now() - interval '2 hours' WHERE provider = 'flooded'");
  expect(await receive('forged-later')).toBe('stored');
  await expect.poll(() => woken.filter((provider) => provider === 'flooded')).toHaveLength(10);
});

test('a hook without code and text only wakes', async () => {
  const order = newOrder();
  expect((await hook({ activationId: order, code: null, text: null })).status).toBe(200);
  expect(await rowsOf(order)).toEqual([]);
  await expect.poll(() => woken).toEqual(['herosms']);
});

test.each([
  ['of another shape', { hello: 'world' }, 'invalid_input'],
  ['that is a list', [1], 'invalid_input'],
  ['with a NUL', { activationId: 'a\u0000b', code: '1' }, 'invalid_input'],
  ['with an endless code', { activationId: 'a', code: '1'.repeat(200) }, 'invalid_input'],
])('a hook %s is a clear problem and stores nothing', async (_what, body, code) => {
  const before = await world.database.row<{ count: bigint }>('SELECT count(*) FROM inbox');
  expect((await problemOf(await hook(body))).code).toBe(code);
  expect(await world.database.row('SELECT count(*) FROM inbox')).toEqual(before);
});

test('a wrong token is told nothing, whatever it sends', async () => {
  const path = `/hooks/providers/herosms/${'x'.repeat(HOOK_TOKEN.length)}`;
  expect((await problemOf(await hook({ activationId: 'forged', code: '1' }, path))).code).toBe('not_found');
  expect((await problemOf(await world.fetch(path, { body: '{', headers: { 'content-type': 'text/plain' } }))).code).toBe('not_found');
  expect(await rowsOf('forged')).toEqual([]);
});

test('a hook beyond the bound is refused', async () => {
  expect((await problemOf(await hook({ activationId: 'a', text: 'x'.repeat(70_000) }))).code).toBe('payload_too_large');
});
