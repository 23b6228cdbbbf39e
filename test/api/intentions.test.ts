import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await createWorld();
  client = await world.client();
});
afterAll(() => world.close());
beforeEach(() => {
  world.commands.asks.length = 0;
});

function ask(
  id: string,
  intention: string,
  options: { json?: unknown; body?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return client.fetch(`/v1/activations/${id}/${intention}`, { method: 'POST', ...options });
}

test('what the workflow did at once is answered with 200 and the new state', async () => {
  const id = await world.putActivation(client.accountId);
  world.commands.onAsk = async () => {
    await world.setStatus(id, 'PROVIDER_REFUND_PENDING');
    return { kind: 'done' };
  };
  const response = await ask(id, 'cancel');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ id, status: 'PROVIDER_REFUND_PENDING' });
  expect(world.commands.asks).toEqual([`cancel ${id}`]);
});

test('what must wait is answered with 202 and when it is due', async () => {
  const id = await world.putActivation(client.accountId);
  const dueAt = '2026-03-01T12:02:00.000Z';
  world.commands.onAsk = () => Promise.resolve({ kind: 'accepted', dueAt });
  const response = await ask(id, 'cancel');
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ id, status: 'WAITING', cancel_due_at: dueAt });
});

test('what the workflow refuses is a conflict with its reason', async () => {
  const id = await world.putActivation(client.accountId);
  world.commands.onAsk = () => Promise.resolve({ kind: 'refused', reason: 'already_received' });
  expect(await problemOf(await ask(id, 'cancel'))).toMatchObject({ code: 'wrong_state', status: 409, reason: 'already_received' });
});

test.each([
  ['cancel', 'RECEIVED', 'already_received'],
  ['cancel', 'EXPIRED', 'ended'],
  ['cancel', 'REQUESTED', 'not_purchased'],
  ['finish', 'WAITING', 'no_sms_yet'],
  ['finish', 'FAILED', 'ended'],
  ['resend', 'WAITING', 'no_sms_yet'],
  ['resend', 'COMPLETED', 'ended'],
] as const)('%s of an activation that is %s is refused without asking anybody', async (intention, status, reason) => {
  const id = await world.putActivation(client.accountId, { status });
  expect(await problemOf(await ask(id, intention))).toMatchObject({ code: 'wrong_state', status: 409, reason, state: status });
  expect(world.commands.asks).toHaveLength(0);
});

test.each([
  ['cancel', 'CANCELLED'],
  ['cancel', 'REFUNDED'],
  ['finish', 'COMPLETED'],
] as const)('%s again when it is %s is answered with 200', async (intention, status) => {
  const id = await world.putActivation(client.accountId, { status });
  expect((await ask(id, intention)).status).toBe(200);
  expect(world.commands.asks).toHaveLength(0);
});

test('a workflow that ended meanwhile is answered from a fresh row', async () => {
  const done = await world.putActivation(client.accountId, { status: 'RECEIVED' });
  world.commands.onAsk = async (id) => {
    await world.setStatus(id, 'COMPLETED');
    return { kind: 'ended' };
  };
  expect((await ask(done, 'finish')).status).toBe(200);
  const late = await world.putActivation(client.accountId, { status: 'RECEIVED' });
  expect(await problemOf(await ask(late, 'resend'))).toMatchObject({ code: 'wrong_state', reason: 'ended' });
});

test('a body is not needed; one with members is refused', async () => {
  const id = await world.putActivation(client.accountId, { status: 'COMPLETED' });
  expect((await ask(id, 'finish', { json: {} })).status).toBe(200);
  expect((await problemOf(await ask(id, 'finish', { json: { a: 1 } }))).code).toBe('invalid_input');
  expect((await problemOf(await ask(id, 'finish', { body: '{', headers: { 'content-type': 'application/json' } }))).code).toBe(
    'bad_request',
  );
});
