import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ActivationCommands } from '../../src/domain/activation-request.js';
import { createKeyring } from '../../src/sealing/keyring.js';
import { activationIdOf } from '../../src/temporal/activation-ids.js';
import { createWorld as createRentWorld, type World as RentWorld } from '../rent/world.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { HOOK_TOKEN, problemOf, serveApi, type ServedApi, type TestClient } from './served-api.js';

/** The API over HTTP, in front of real workers, a real Temporal server and both providers' simulators. */
let rent: RentWorld;
let api: ServedApi;
beforeAll(async () => {
  rent = await createRentWorld();
  const { secret } = (await rent.database.row<{ secret: Buffer }>('SELECT secret FROM installation'))!;
  const commands: ActivationCommands = {
    identify: (accountId, route, key) => {
      const activationId = activationIdOf(secret, accountId, route, key);
      return { activationId, workflowId: `activation/${activationId}` };
    },
    async start(input, waitMs) {
      const { kind, answer } = await rent.start(input.accountId, input, waitMs);
      return kind === 'answered' ? { kind, answer: answer! } : { kind: kind as 'pending' | 'ended' };
    },
    ask: (id, intention) => rent.ask(id, intention),
    story: () => Promise.resolve(null),
  };
  api = await serveApi({ database: rent.database, keyring: createKeyring(TEST_KEYS), commands }, { startWaitMs: 20_000 });
});
beforeEach(async () => {
  await rent.settings({ smsDelayMinMs: 200, smsDelayMaxMs: 500, lifetimeMs: 60_000, cancelWindowMs: 0 });
});
afterEach(async () => {
  for (const simulator of [rent.herosms, rent.fivesim]) await rent.control(simulator, 'DELETE', '/traps');
  const problems = await rent.problems();
  if (problems.length > 0) throw new Error(`the ledger does not add up: ${JSON.stringify(problems)}`);
});
afterAll(async () => {
  await api.close();
  await rent.stop();
});

const BODY = { service: 'telegram', country: 'id' };

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly phone_number: string | null;
  readonly price: string | null;
  readonly messages: readonly { readonly code: string | null }[];
}

function post(client: TestClient, key: string = randomUUID(), body: object = BODY): Promise<Response> {
  return client.fetch('/v1/activations', { json: body, headers: { 'idempotency-key': key } });
}

/** Long-polls until the activation is in one of the statuses. */
async function waitFor(client: TestClient, id: string, ...statuses: readonly string[]): Promise<Shown> {
  let etag: string | null = null;
  for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
    const response = await client.fetch(`/v1/activations/${id}?wait=10`, { headers: etag === null ? {} : { 'if-none-match': etag } });
    etag = response.headers.get('etag');
    if (response.status === 304) continue;
    const shown = (await response.json()) as Shown;
    if (statuses.includes(shown.status)) return shown;
  }
  throw new Error(`the activation did not become ${statuses.join(' or ')}`);
}

test('a number is rented, its code arrives by long poll, and the money adds up', async () => {
  const client = await api.client(10_000_000n);
  const response = await post(client);
  expect(response.status).toBe(201);
  const bought = (await response.json()) as Shown;
  expect(bought).toMatchObject({ status: 'WAITING', phone_number: expect.stringMatching(/^\+62\d{6,12}$/), messages: [] });
  const received = await waitFor(client, bought.id, 'RECEIVED');
  expect(received.messages[0]?.code).toMatch(/^\d{4,8}$/);

  const finished = await client.fetch(`/v1/activations/${bought.id}/finish`, { method: 'POST' });
  expect([200, 202]).toContain(finished.status);
  await waitFor(client, bought.id, 'COMPLETED');

  const balance = (await (await client.fetch('/v1/balance')).json()) as { available: string; held: string };
  expect(balance.held).toBe('0.00');
  expect(Number(balance.available)).toBeCloseTo(10 - Number(bought.price), 6);
  const timeline = (await (await client.fetch(`/v1/activations/${bought.id}/timeline`)).json()) as {
    events: { type: string; to?: string; kind?: string }[];
  };
  expect(timeline.events.flatMap(({ to }) => to ?? [])).toEqual(expect.arrayContaining(['REQUESTED', 'WAITING', 'RECEIVED', 'COMPLETED']));
  expect(timeline.events.flatMap(({ kind }) => kind ?? [])).toEqual(expect.arrayContaining(['hold', 'capture']));
});

test('the same key, many times at once, buys one number', async () => {
  const client = await api.client(10_000_000n);
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(client, key)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  const shown = await Promise.all(answers.map(async (answer) => (await answer.json()) as Shown));
  expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
  expect(new Set(shown.map(({ phone_number }) => phone_number)).size).toBe(1);
  const orders = await rent.database.rows('SELECT id FROM orders WHERE activation_id = $1', [shown[0]!.id]);
  expect(orders).toHaveLength(1);
  expect((await problemOf(await post(client, key, { ...BODY, max_price: '1' }))).code).toBe('idempotency_key_reused');
});

test('too little credit is 402 with the figures, and stays so for its key', async () => {
  const client = await api.client(1n);
  const key = randomUUID();
  const first = await problemOf(await post(client, key));
  expect(first).toMatchObject({ code: 'insufficient_credit', status: 402, available: '0.000001', currency: 'USD' });
  const again = await problemOf(await post(client, key));
  expect({ ...again, instance: '', trace_id: '' }).toEqual({ ...first, instance: '', trace_id: '' });
});

test('no number anywhere is 503 with what was tried, and stays so for its key', async () => {
  const client = await api.client(10_000_000n);
  for (const simulator of [rent.herosms, rent.fivesim]) await rent.trap(simulator, 'no_numbers');
  const key = randomUUID();
  const first = await problemOf(await post(client, key));
  expect(first).toMatchObject({ code: 'no_numbers', status: 503 });
  expect((first['tried'] as { provider: string }[]).map(({ provider }) => provider)).toEqual(
    expect.arrayContaining(['herosms', 'fivesim']),
  );
  for (const simulator of [rent.herosms, rent.fivesim]) await rent.control(simulator, 'DELETE', '/traps');
  // Numbers are there again, but the key has had its answer.
  const again = await problemOf(await post(client, key));
  expect({ ...again, instance: '', trace_id: '' }).toEqual({ ...first, instance: '', trace_id: '' });
  expect(await (await client.fetch('/v1/balance')).json()).toMatchObject({ available: '10.00', held: '0.00' });
  expect((await post(client)).status).toBe(201);
});

test('a price that nobody sells at is 503 with nothing tried', async () => {
  const client = await api.client(10_000_000n);
  const key = randomUUID();
  const first = await problemOf(await post(client, key, { ...BODY, max_price: '0.000001' }));
  expect(first).toMatchObject({ code: 'no_numbers', status: 503, tried: [] });
  const again = await problemOf(await post(client, key, { ...BODY, max_price: '0.000001' }));
  expect({ ...again, instance: '', trace_id: '' }).toEqual({ ...first, instance: '', trace_id: '' });
  expect(await (await client.fetch('/v1/balance')).json()).toMatchObject({ available: '10.00', held: '0.00' });
});

test('a cancelled activation is refunded, and its stream says so and ends', async () => {
  await rent.settings({ smsDelayMinMs: 600_000, smsDelayMaxMs: 600_000 });
  const client = await api.client(10_000_000n);
  const bought = (await (await post(client)).json()) as Shown;
  const stream = await client.fetch(`/v1/activations/${bought.id}/events`);
  const reading = stream.text();
  const cancelled = await client.fetch(`/v1/activations/${bought.id}/cancel`, { method: 'POST' });
  expect([200, 202]).toContain(cancelled.status);
  const statuses = [...(await reading).matchAll(/^data: (.*)$/gm)].map(([, data]) => (JSON.parse(data!) as Shown).status);
  expect(statuses[0]).toBe('WAITING');
  expect(statuses.at(-1)).toBe('REFUNDED');
  expect(await (await client.fetch('/v1/balance')).json()).toMatchObject({ available: '10.00', held: '0.00' });
});

test('a forged hook shows nobody a code; the true one comes from the provider', async () => {
  await rent.settings({ smsDelayMinMs: 2_500, smsDelayMaxMs: 2_500 });
  const client = await api.client(10_000_000n);
  const bought = (await (await post(client)).json()) as Shown;
  const order = (await rent.database.row<{ provider: string; provider_order_id: string }>(
    'SELECT provider, provider_order_id FROM orders WHERE activation_id = $1',
    [bought.id],
  ))!;
  const forged = { activationId: order.provider_order_id, code: '666666', text: 'forged 666666' };
  const hook = await api.fetch(`/hooks/providers/herosms/${HOOK_TOKEN}`, { json: forged });
  expect(hook.status).toBe(200);
  const received = await waitFor(client, bought.id, 'RECEIVED');
  expect(received.messages.map(({ code }) => code)).not.toContain('666666');
  expect(received.messages[0]?.code).toMatch(/^\d{4,8}$/);
});
