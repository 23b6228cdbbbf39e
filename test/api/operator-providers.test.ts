import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerProviders } from '../../src/db/providers.js';
import { expectedBalance } from '../../src/ledger/provider-money.js';
import { HOOK_TOKEN, problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';
import { providerAccount } from '../stack/provider-account.js';

let world: World;
let operator: TestClient;

beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
  await world.database.transaction((sql) => registerProviders(sql, [providerAccount('herosms')]));
});
afterAll(() => world.close());

const enter = (path: string, json: object) => operator.fetch(`/v1/operator/providers/herosms/${path}`, { method: 'POST', json });
const expected = () => expectedBalance(world.database, 'herosms', 'USD');

test('an operator sees every provider account, a client does not', async () => {
  const { items } = (await (await operator.fetch('/v1/operator/providers')).json()) as { items: object[] };
  expect(items).toEqual([
    expect.objectContaining({
      id: 'herosms',
      proof: 'opening',
      balance_expected: '0.00',
      balance_observed: null,
      refunds_pending: '0.00',
      paused: false,
      hook_url: `https://api.example/hooks/providers/herosms/${HOOK_TOKEN}`,
    }),
  ]);
  const client = await world.client();
  expect((await client.fetch('/v1/operator/providers')).status).toBe(403);
});

test('a top-up is booked once under its reference', async () => {
  const topUp = { amount: '50.00', reference: 'invoice-1', reason: 'monthly' };
  const first = await enter('top-ups', topUp);
  expect(first.status).toBe(201);
  expect(await first.json()).toMatchObject({ balance_expected: '50.00' });
  expect((await enter('top-ups', topUp)).status).toBe(200);
  expect(await expected()).toBe(50_000_000n);
  const other = await enter('top-ups', { ...topUp, amount: '60.00' });
  expect(other.status).toBe(409);
  expect(await problemOf(other)).toMatchObject({ code: 'idempotency_key_reused' });
  expect(await expected()).toBe(50_000_000n);
});

test('an adjustment lets a frozen proof go on, and older readings prove nothing any more', async () => {
  await world.database.run("UPDATE provider_proofs SET opened_at = now(), frozen_at = now(), frozen_reason = 'too much'");
  const before = await world.database.row<{ epoch: bigint }>('SELECT epoch FROM provider_proofs');
  const { items } = (await (await operator.fetch('/v1/operator/providers')).json()) as { items: object[] };
  expect(items[0]).toMatchObject({ proof: 'frozen', frozen_reason: 'too much' });
  expect((await enter('adjustments', { amount: '-1.5', reference: 'fee', reason: 'transfer fee' })).status).toBe(201);
  const after = await world.database.row<{ epoch: bigint; frozen_at: Date | null }>('SELECT epoch, frozen_at FROM provider_proofs');
  expect(after).toEqual({ epoch: before!.epoch + 1n, frozen_at: null });
  expect(await expected()).toBe(48_500_000n);
});

test.each([
  ['top-ups', { amount: '0', reference: 'a', reason: 'b' }],
  ['top-ups', { amount: '-5', reference: 'a', reason: 'b' }],
  ['top-ups', { amount: '1e3', reference: 'a', reason: 'b' }],
  ['top-ups', { amount: '5.0000001', reference: 'a', reason: 'b' }],
  ['top-ups', { amount: '5', reference: '', reason: 'b' }],
  ['top-ups', { amount: '5', reference: 'a' }],
  ['adjustments', { amount: '0.00', reference: 'a', reason: 'b' }],
])('%s refuses %j and books nothing', async (path, json) => {
  const before = await expected();
  const response = await enter(path, json);
  expect(response.status).toBe(422);
  expect(await problemOf(response)).toMatchObject({ code: 'invalid_input' });
  expect(await expected()).toBe(before);
});

test('a provider that does not exist is not found', async () => {
  const response = await operator.fetch('/v1/operator/providers/nobody/top-ups', {
    method: 'POST',
    json: { amount: '5', reference: 'a', reason: 'b' },
  });
  expect(response.status).toBe(404);
});

test('an account is paused and resumed, with the reason; the sweep of orphans is stopped and started', async () => {
  const turn = async (path: string) => (await enter(path, { reason: 'price war' })).json();
  expect(await turn('pause')).toMatchObject({ paused: true, paused_reason: 'price war' });
  expect(await turn('pause')).toMatchObject({ paused: true });
  expect(await turn('resume')).toMatchObject({ paused: false, paused_reason: null });
  expect(await turn('orphan-sweep/stop')).toMatchObject({ orphan_sweep: false });
  expect(await turn('orphan-sweep/start')).toMatchObject({ orphan_sweep: true });
  expect(await problemOf(await enter('pause', {}))).toMatchObject({ code: 'invalid_input' });
  const nowhere = await operator.fetch('/v1/operator/providers/nobody/pause', { method: 'POST', json: { reason: 'x' } });
  expect(nowhere.status).toBe(404);
});
