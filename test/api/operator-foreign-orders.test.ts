import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimOrder, moveOrder } from '../../src/db/orders.js';
import { DomainError } from '../../src/domain/errors.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let operator: TestClient;
let refreshed = 0;
let engineAway = false;
beforeAll(async () => {
  world = await createWorld({
    deps: {
      refreshPrices: async () => {
        if (engineAway) throw new DomainError('unavailable', 'away');
        refreshed += 1;
      },
    },
  });
  operator = await world.operator();
});
afterAll(() => world.close());

async function book(provider: string, providerOrderId: string, origin: 'foreign' | 'orphan'): Promise<string> {
  const id = randomUUID();
  await claimOrder(world.database, {
    id,
    provider,
    providerOrderId,
    activationId: null,
    attemptId: null,
    origin,
    beneficiary: 'house',
    service: 'telegram',
    country: 'ID',
    operator: null,
    phoneSealed: Buffer.from('sealed'),
    currency: 'USD',
    cost: 210_000n,
    costKnown: true,
    money: 'expected',
    rawStatus: '4',
    canGetAnother: null,
    lifetimeMs: 60_000,
    cancelAllowedInMs: 0,
  });
  return id;
}

interface Page {
  readonly items: readonly { id: string }[];
  readonly next_cursor: string | null;
}
const list = async (query = '') => (await (await operator.fetch(`/v1/operator/foreign-orders${query}`)).json()) as Page;

test('foreign orders are listed, page by page, and no others; a number is not', async () => {
  const [first, second, third] = [
    await book('herosms', 'f1', 'foreign'),
    await book('fivesim', 'f2', 'foreign'),
    await book('herosms', 'f3', 'foreign'),
  ];
  await book('herosms', 'o1', 'orphan');
  await world.database.transaction((sql) => moveOrder(sql, third, 'OPEN', 'CLOSED_WITH_SMS', { reason: 'test' }));
  const all = await list();
  expect(all.items.map(({ id }) => id)).toEqual([third, second, first]);
  expect(all.items[2]).toEqual({
    id: first,
    provider: 'herosms',
    provider_order_id: 'f1',
    status: 'OPEN',
    money: 'expected',
    service: 'telegram',
    country: 'ID',
    operator: null,
    amount: '0.21',
    currency: 'USD',
    provider_status: '4',
    first_seen_at: expect.stringMatching(/Z$/) as string,
    expires_at: expect.stringMatching(/Z$/) as string,
    ended_at: null,
  });
  expect((await list('?provider=herosms')).items.map(({ id }) => id)).toEqual([third, first]);
  expect((await list('?open=true')).items.map(({ id }) => id)).toEqual([second, first]);
  expect((await list('?open=false')).items.map(({ id }) => id)).toEqual([third]);
  const page = await list('?limit=2');
  expect((await list(`?limit=2&cursor=${page.next_cursor}`)).items.map(({ id }) => id)).toEqual([first]);
  expect(await problemOf(await operator.fetch('/v1/operator/foreign-orders?open=maybe'))).toMatchObject({ status: 422 });
});

test('a refresh of prices is asked for, and kept; an engine that is away is said', async () => {
  const asked = await operator.fetch('/v1/operator/prices/refresh', { method: 'POST' });
  expect([asked.status, await asked.json(), refreshed]).toEqual([202, { built_at: null }, 1]);
  engineAway = true;
  expect(await problemOf(await operator.fetch('/v1/operator/prices/refresh', { method: 'POST' }))).toMatchObject({
    status: 503,
    code: 'unavailable',
  });
  const { items } = (await (await operator.fetch('/v1/operator/actions?limit=2')).json()) as { items: { status: number }[] };
  expect(items.map(({ status }) => status)).toEqual([503, 202]);
});
