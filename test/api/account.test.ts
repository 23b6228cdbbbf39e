import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureKey, generateKey, KEY_PATTERN, type EnsureKeyDeps } from '../../src/db/keys.js';
import { capture, grant, hold } from '../../src/ledger/credit.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const deps = (): EnsureKeyDeps => ({
  database: world.database,
  ids: randomUUID,
  grant: async (sql, gift) => void (await grant(sql, { ...gift, currency: 'USD' })),
});

function balanceOf(key: string): Promise<unknown> {
  return world.fetch('/v1/balance', { headers: { authorization: `Bearer ${key}` } }).then((response) => response.json());
}

async function rent(client: TestClient, amount: bigint, price: bigint): Promise<string> {
  const id = await world.putActivation(client.accountId);
  await world.database.transaction((sql) => hold(sql, { activationId: id, accountId: client.accountId, amount, currency: 'USD' }));
  await world.database.transaction((sql) => capture(sql, id, price));
  return id;
}

test('a new account has nothing', async () => {
  const client = await world.client();
  expect(await balanceOf(client.key)).toEqual({ available: '0.00', held: '0.00', currency: 'USD' });
  expect(await (await client.fetch('/v1/statement')).json()).toEqual({ items: [], next_cursor: null });
});

test('what is held is not available', async () => {
  const client = await world.client(10_000_000n);
  const id = await world.putActivation(client.accountId);
  await world.database.transaction((sql) =>
    hold(sql, { activationId: id, accountId: client.accountId, amount: 155_000n, currency: 'USD' }),
  );
  expect(await balanceOf(client.key)).toEqual({ available: '9.845', held: '0.155', currency: 'USD' });
});

test('the statement tells every movement once, newest first, and adds up to the balance', async () => {
  const client = await world.client(10_000_000n);
  const ids = [await rent(client, 300_000n, 250_000n), await rent(client, 300_000n, 300_000n), await rent(client, 120_000n, 100_000n)];
  const lines: { available: string; held: string; at: string; id: string; activation_id: string | null; kind: string }[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = (await (await client.fetch(`/v1/statement?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).json()) as {
      items: typeof lines;
      next_cursor: string | null;
    };
    lines.push(...page.items);
    cursor = page.next_cursor;
  }
  expect(new Set(lines.map((line) => line.id)).size).toBe(lines.length);
  expect(lines.map((line) => line.at)).toEqual(
    lines
      .map((line) => line.at)
      .toSorted()
      .toReversed(),
  );
  const sum = (name: 'available' | 'held') => lines.reduce((total, line) => total + Math.round(Number(line[name]) * 1e6), 0);
  expect({ available: sum('available'), held: sum('held') }).toEqual({ available: 9_350_000, held: 0 });
  expect(lines.at(-1)).toMatchObject({ kind: 'grant', available: '10.00', held: '0.00', activation_id: null });
  expect(new Set(lines.map((line) => line.activation_id))).toEqual(new Set([null, ...ids]));
});

test('/v1/me says whose key it is', async () => {
  const client = await world.client();
  expect(await (await client.fetch('/v1/me')).json()).toMatchObject({ id: client.accountId, currency: 'USD' });
});

test('the timeline tells what happened and what it did to the money, in order', async () => {
  const client = await world.client(1_000_000n);
  const id = await rent(client, 300_000n, 250_000n);
  await world.database.run(
    `INSERT INTO activation_history (activation_id, account_id, to_status, reason, provider, cost, raw_status, detail)
     VALUES ($1, $2, 'REQUESTED', 'requested', NULL, NULL, NULL, '{"held":"0.30"}'), ($1, $2, 'WAITING', 'bought', 'herosms', 123456, 'ACCESS_NUMBER', '{}')`,
    [id, client.accountId],
  );
  world.commands.onStory = () =>
    Promise.resolve({ phase: 'waiting', waitingFor: 'the first SMS', until: '2026-03-01T12:00:00.000Z', provider: 'herosms' });
  const text = await (await client.fetch(`/v1/activations/${id}/timeline`)).text();
  const timeline = JSON.parse(text) as { events: { type: string; at: string }[]; now: object };
  expect(timeline.now).toEqual({ phase: 'waiting', waiting_for: 'the first SMS', until: '2026-03-01T12:00:00.000Z', provider: 'herosms' });
  expect(timeline.events.map(({ at }) => at)).toEqual(timeline.events.map(({ at }) => at).toSorted());
  expect(timeline.events).toContainEqual(expect.objectContaining({ type: 'status', to: 'WAITING', reason: 'bought', provider: 'herosms' }));
  expect(timeline.events).toContainEqual(expect.objectContaining({ type: 'money', kind: 'hold', available: '-0.30', held: '0.30' }));
  expect(timeline.events).toContainEqual(expect.objectContaining({ type: 'money', kind: 'capture', held: '-0.25' }));
  // What the number cost us, and the provider's own words, are no client's business.
  expect(text).not.toContain('123456');
  expect(text).not.toContain('ACCESS_NUMBER');
  world.commands.onStory = () => Promise.resolve(null);
  expect(((await (await client.fetch(`/v1/activations/${id}/timeline`)).json()) as { now: unknown }).now).toBeNull();
});

test('ensureKey makes a key once, however many processes start together', async () => {
  const key = generateKey('client');
  const made = await Promise.all(
    Array.from({ length: 6 }, () => ensureKey(deps(), { role: 'client', key, name: 'first', credit: 10_000_000n })),
  );
  expect(made.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(made.map(({ accountId }) => accountId)).size).toBe(1);
  expect(await balanceOf(key)).toEqual({ available: '10.00', held: '0.00', currency: 'USD' });
  // A later start with more credit changes nothing: it was granted to the new account, once.
  await ensureKey(deps(), { role: 'client', key, name: 'first', credit: 50_000_000n });
  expect(await balanceOf(key)).toMatchObject({ available: '10.00' });
});

test('a first credit that cannot be granted leaves no account behind', async () => {
  const key = generateKey('client');
  const failing = { ...deps(), grant: () => Promise.reject(new Error('no ledger')) };
  await expect(ensureKey(failing, { role: 'client', key, name: 'x', credit: 1n })).rejects.toThrow('no ledger');
  expect((await world.fetch('/v1/balance', { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
  expect((await ensureKey(deps(), { role: 'client', key, name: 'x', credit: 1n })).created).toBe(true);
});

test('ensureKey refuses malformed keys, revoked keys and another role', async () => {
  const ensure = (role: 'client' | 'operator', key: string) => ensureKey(deps(), { role, key, name: 'x', credit: 0n });
  for (const key of ['short', 'x'.repeat(129), `${'x'.repeat(30)} `, `${'x'.repeat(30)}é`])
    await expect(ensure('client', key)).rejects.toThrow(/24 to 128/);
  const key = generateKey('operator');
  await ensure('operator', key);
  await expect(ensure('client', key)).rejects.toThrow(/role operator/);
  await world.database.run("UPDATE api_keys SET revoked_at = now() - interval '1 second' WHERE role = 'operator'");
  await expect(ensure('operator', key)).rejects.toThrow(/revoked/);
});

test('any key of the agreed characters works, and only its hash is stored', async () => {
  const key = `${'A'.repeat(20)}-_az`;
  const { accountId } = await ensureKey(deps(), { role: 'client', key, name: 'plain', credit: 0n });
  expect(await balanceOf(key)).toMatchObject({ available: '0.00' });
  const row = await world.database.row<{ text: string }>('SELECT k::text AS text FROM api_keys k WHERE account_id = $1', [accountId]);
  expect(row!.text).not.toContain(key);
  expect(generateKey('client')).toMatch(KEY_PATTERN);
  expect(generateKey('client')).toMatch(/^ww_live_/);
});

test('a cursor of another list is refused', async () => {
  const client = await world.client();
  expect((await problemOf(await client.fetch('/v1/statement?cursor=WyJhIl0'))).code).toBe('invalid_input');
});
