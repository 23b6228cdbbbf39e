import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateKey } from '../../src/db/keys.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

interface Key {
  readonly id: string;
  readonly key: string;
  readonly prefix: string;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
}
interface Account {
  readonly id: string;
  readonly available: string;
}
interface Action {
  readonly action: string;
  readonly status: number | null;
  readonly problem: string | null;
  readonly body: unknown;
  readonly params: object;
  readonly account_id: string;
}

let world: World;
let operator: TestClient;
beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
});
afterAll(() => world.close());

const post = (path: string, json: object) => operator.fetch(`/v1/operator${path}`, { method: 'POST', json });
const get = async <T>(path: string) => (await (await operator.fetch(`/v1/operator${path}`)).json()) as T;
const made = async (name = 'Shop', reference: string = randomUUID()) =>
  (await (await post('/accounts', { name, reference })).json()) as Account;
const issued = async (accountId: string) => (await (await post(`/accounts/${accountId}/keys`, { label: 'server 1' })).json()) as Key;
const opens = async (key: string) => (await fetch(`${world.url}/v1/balance`, { headers: { authorization: `Bearer ${key}` } })).status;
const newestAction = async () => (await get<{ items: Action[] }>('/actions?limit=1')).items[0]!;

test('a customer is taken in: account, key, credit; each reference counts once', async () => {
  const body = { name: 'Shop', reference: 'customer-1' };
  const first = await post('/accounts', body);
  expect(first.status).toBe(201);
  const { id } = (await first.json()) as Account;
  const again = await post('/accounts', body);
  expect([again.status, ((await again.json()) as Account).id]).toEqual([200, id]);
  expect(await problemOf(await post('/accounts', { ...body, name: 'Other' }))).toMatchObject({
    status: 409,
    code: 'idempotency_key_reused',
  });

  const key = await issued(id);
  expect(key.key).toMatch(/^ww_live_/);
  expect(await opens(key.key)).toBe(200);

  const credit = { amount: '25.00', reference: 'invoice-1', reason: 'paid by bank' };
  expect((await post(`/accounts/${id}/credit`, credit)).status).toBe(201);
  expect((await post(`/accounts/${id}/credit`, credit)).status).toBe(200);
  expect(await problemOf(await post(`/accounts/${id}/credit`, { ...credit, amount: '26.00' }))).toMatchObject({ status: 409 });
  expect(await get<Account>(`/accounts/${id}`)).toMatchObject({ available: '25.00', held: '0.00', keys: 1, reference: 'customer-1' });
  expect((await get<{ items: Account[] }>('/accounts?kind=client')).items.map((one) => one.id)).toContain(id);
});

test('an account that plays is one for life, and is told so', async () => {
  const body = { name: 'Trial', reference: 'trial-1', sandbox: true };
  const first = await post('/accounts', body);
  expect(first.status).toBe(201);
  const { id } = (await first.json()) as Account;
  expect((await post('/accounts', body)).status).toBe(200);
  expect(await problemOf(await post('/accounts', { ...body, sandbox: false }))).toMatchObject({ status: 409 });
  expect(await problemOf(await post('/accounts', { ...body, reference: 'trial-2', kind: 'operator' }))).toMatchObject({ status: 422 });
  expect(await get<Account>(`/accounts/${id}`)).toMatchObject({ sandbox: true });
  expect(await get<Account>(`/accounts/${(await made()).id}`)).toMatchObject({ sandbox: false });
  await post(`/accounts/${id}/credit`, { amount: '5.00', reference: 'play', reason: 'trial' });
  const { key } = await issued(id);
  const me = await fetch(`${world.url}/v1/me`, { headers: { authorization: `Bearer ${key}` } });
  expect(await me.json()).toMatchObject({ id, sandbox: true });
  const source = await world.database.rows(
    'SELECT DISTINCT e.account_id FROM entries e JOIN transfers t ON t.id = e.transfer_id WHERE t.account_id = $1 AND e.owner IS NULL',
    [id],
  );
  expect(source).toEqual([{ account_id: 'sandbox:grants' }]);
});

test.each(['0', '-1', '1000000.01', '1e3', 'ten'])('credit of %s is refused and changes nothing', async (amount) => {
  const { id } = await made();
  expect((await post(`/accounts/${id}/credit`, { amount, reference: 'r', reason: 'x' })).status).toBe(422);
  expect((await get<Account>(`/accounts/${id}`)).available).toBe('0.00');
});

test('a key is shown once, rotated with a grace, and revoked at once', async () => {
  const { id } = await made();
  const first = await issued(id);
  const listed = JSON.stringify(await get(`/accounts/${id}/keys`));
  expect(listed).toContain(first.prefix);
  expect(listed).not.toContain(first.key);

  const second = (await (await post(`/keys/${first.id}/rotate`, { grace_hours: 1 })).json()) as Key;
  expect(await Promise.all([first.key, second.key].map(opens))).toEqual([200, 200]);
  await world.database.run("UPDATE api_keys SET revoked_at = now() - interval '1 second' WHERE id = $1", [first.id]);
  expect(await Promise.all([first.key, second.key].map(opens))).toEqual([401, 200]);
  expect(await problemOf(await post(`/keys/${first.id}/rotate`, {}))).toMatchObject({ status: 403 });

  const revoked = await post(`/keys/${second.id}/revoke`, {});
  expect(((await revoked.json()) as Key).revoked_at).not.toBeNull();
  expect(await opens(second.key)).toBe(401);
  expect((await post(`/keys/${second.id}/revoke`, {})).status).toBe(200);
});

test('a suspended account’s keys open nothing until it goes on', async () => {
  const { id } = await made();
  const { key } = await issued(id);
  expect((await post(`/accounts/${id}/suspend`, { reason: 'fraud' })).status).toBe(200);
  expect(await opens(key)).toBe(403);
  expect((await post(`/accounts/${id}/resume`, { reason: 'mistake' })).status).toBe(200);
  expect(await opens(key)).toBe(200);
});

test('nobody locks out who asks', async () => {
  expect(await problemOf(await post(`/accounts/${operator.accountId}/suspend`, { reason: 'x' }))).toMatchObject({ status: 403 });
  const own = (await get<{ items: Key[] }>(`/accounts/${operator.accountId}/keys`)).items[0]!;
  expect(await problemOf(await post(`/keys/${own.id}/revoke`, {}))).toMatchObject({ status: 403 });
  expect((await get<{ items: Key[] }>(`/accounts/${operator.accountId}/keys`)).items[0]!.revoked_at).toBeNull();
});

test('every change is kept: who asked for what, and how it ended; no key is', async () => {
  const { id } = await made();
  await post(`/accounts/${id}/suspend`, { reason: 'chargeback' });
  expect(await newestAction()).toMatchObject({
    action: 'POST /v1/operator/accounts/:id/suspend',
    account_id: operator.accountId,
    params: { id },
    body: { reason: 'chargeback' },
    status: 200,
    problem: null,
  });
  await post(`/accounts/${randomUUID()}/suspend`, { reason: 'chargeback' });
  expect(await newestAction()).toMatchObject({ status: 404, problem: 'not_found' });
  const { key } = await issued(id);
  const rows = await world.database.rows('SELECT * FROM operator_actions');
  expect(JSON.stringify(rows, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(key);
  const before = rows.length;
  await operator.fetch('/v1/operator/accounts');
  expect((await world.database.rows('SELECT 1 FROM operator_actions')).length).toBe(before);
});

test('clients do none of it', async () => {
  const client = await world.client();
  for (const path of ['/accounts', `/accounts/${client.accountId}/credit`, `/keys/${randomUUID()}/revoke`])
    expect((await client.fetch(`/v1/operator${path}`, { method: 'POST', json: { key: generateKey('client') } })).status).toBe(403);
});
