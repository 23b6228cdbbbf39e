import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { StartActivation } from '../../src/domain/activation-request.js';
import { DomainError } from '../../src/domain/errors.js';
import { answered } from './scripted-commands.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  client = await world.client(10_000_000n);
  world.commands.starts.length = 0;
  world.commands.asks.length = 0;
});

const BODY = { service: 'telegram', country: 'id' };
let serial = 0;
const newKey = () => `key-${(serial += 1)}`;

function post(key: string, json: unknown = BODY, headers: Record<string, string> = {}): Promise<Response> {
  return client.fetch('/v1/activations', { json, headers: { 'idempotency-key': key, ...headers } });
}

/** Buys as the workflow would: the row is there when the answer comes. */
function buys(): void {
  world.commands.onStart = async (input) => {
    await world.putActivation(input.accountId, { id: input.activationId, requestHash: input.requestHash, metadata: input.metadata });
    return answered(input);
  };
}

async function fails(input: StartActivation, code: string, detail: object) {
  await world.putActivation(input.accountId, {
    id: input.activationId,
    requestHash: input.requestHash,
    status: 'FAILED',
    failureCode: code,
    price: null,
    phone: null,
  });
  await world.database.run(
    `INSERT INTO activation_history (activation_id, account_id, to_status, reason, detail) VALUES ($1, $2, 'FAILED', 'x', $3)`,
    [input.activationId, input.accountId, JSON.stringify(detail)],
  );
}

test('a bought number is answered with 201 and its whole object', async () => {
  buys();
  const response = await post(newKey(), { ...BODY, max_price: '0.5', operator: 'Telkomsel', metadata: { order: '7' } });
  expect(response.status).toBe(201);
  const activation = (await response.json()) as Record<string, unknown>;
  expect(activation).toEqual({
    id: expect.any(String),
    status: 'WAITING',
    phone_number: '+6281234567890',
    service: 'telegram',
    country: 'ID',
    operator: null,
    price: '0.15',
    currency: 'USD',
    expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    created_at: expect.any(String),
    metadata: { order: '7' },
    messages: [],
  });
  expect(response.headers.get('location')).toBe(`/v1/activations/${activation['id'] as string}`);
  expect(world.commands.starts[0]).toMatchObject({
    accountId: client.accountId,
    service: 'telegram',
    country: 'ID',
    operator: 'telkomsel',
    maxPrice: '0.50',
    onNoCode: 'refund',
    metadata: { order: '7' },
  });
  const read = await client.fetch(response.headers.get('location')!);
  expect(await read.json()).toEqual(activation);
});

test('the same key is answered from its row: same status, nothing started', async () => {
  buys();
  const key = newKey();
  const first = await post(key);
  const again = await post(key, { country: 'ID', service: 'telegram', max_price: null });
  expect(again.status).toBe(first.status);
  expect(await again.json()).toEqual(await first.json());
  expect(world.commands.starts).toHaveLength(1);
});

test('the same key with another body is a conflict, from the row and from the workflow’s answer', async () => {
  buys();
  const key = newKey();
  await post(key);
  expect((await problemOf(await post(key, { ...BODY, country: 'UA' }))).code).toBe('idempotency_key_reused');
  expect((await problemOf(await post(key, { ...BODY, metadata: { a: '1' } }))).code).toBe('idempotency_key_reused');
  expect(world.commands.starts).toHaveLength(1);

  world.commands.onStart = (input) =>
    Promise.resolve({ kind: 'answered', answer: { activationId: input.activationId, requestHash: 'another', failure: null } });
  expect((await problemOf(await post(newKey()))).code).toBe('idempotency_key_reused');
});

test('keys of two accounts have nothing to do with each other', async () => {
  buys();
  const key = newKey();
  const mine = (await (await post(key)).json()) as { id: string };
  client = await world.client();
  const other = (await (await post(key, { ...BODY, country: 'UA' })).json()) as { id: string };
  expect(other.id).not.toBe(mine.id);
});

test.each([
  ['insufficient_credit', 402, { needed: '0.20', available: '0.00', currency: 'USD' }],
  ['no_numbers', 503, { tried: [{ provider: 'herosms', answer: 'no_numbers' }] }],
] as const)('%s is answered with what is known, and the same again', async (code, status, detail) => {
  world.commands.onStart = async (input) => {
    await fails(input, code, detail);
    return answered(input, { code, detail });
  };
  const key = newKey();
  const first = await problemOf(await post(key));
  expect(first).toMatchObject({ code, status, ...detail });
  const again = await problemOf(await post(key));
  expect({ ...again, instance: '', trace_id: '' }).toEqual({ ...first, instance: '', trace_id: '' });
  expect(world.commands.starts).toHaveLength(1);
});

test('a failed activation can be read, and says why', async () => {
  world.commands.onStart = async (input) => {
    await fails(input, 'no_numbers', {});
    return answered(input, { code: 'no_numbers', detail: {} });
  };
  await post(newKey());
  const { activationId } = { activationId: world.commands.starts[0]!.activationId };
  expect(await (await client.fetch(`/v1/activations/${activationId}`)).json()).toMatchObject({
    status: 'FAILED',
    failure_code: 'no_numbers',
    phone_number: null,
  });
});

test('a purchase that takes longer than the wait is answered with 202 and its Location', async () => {
  world.commands.onStart = async (input) => {
    await world.putActivation(input.accountId, {
      id: input.activationId,
      requestHash: input.requestHash,
      status: 'REQUESTED',
      price: null,
      phone: null,
    });
    return { kind: 'pending' };
  };
  const key = newKey();
  const response = await post(key);
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ status: 'REQUESTED', phone_number: null, price: null });
  expect((await client.fetch(response.headers.get('location')!)).status).toBe(200);

  // Repeated while it goes on: joined, not started anew.
  world.commands.onStart = async (input) => {
    await world.database.run("UPDATE activations SET status = 'WAITING' WHERE id = $1", [input.activationId]);
    return answered(input);
  };
  const again = await post(key);
  expect(again.status).toBe(201);
  expect(((await again.json()) as { id: string }).id).toBe(world.commands.starts[0]!.activationId);
});

test('a start that has not written its row yet is answered with what was asked', async () => {
  world.commands.onStart = () => Promise.resolve({ kind: 'pending' });
  const response = await post(newKey(), { ...BODY, metadata: { a: 'b' } });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({
    status: 'REQUESTED',
    service: 'telegram',
    country: 'ID',
    phone_number: null,
    metadata: { a: 'b' },
  });
});

test('a workflow that ended is answered from its row', async () => {
  world.commands.onStart = async (input) => {
    await world.putActivation(input.accountId, { id: input.activationId, requestHash: input.requestHash, status: 'COMPLETED' });
    return { kind: 'ended' };
  };
  const response = await post(newKey());
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ status: 'COMPLETED' });
  world.commands.onStart = () => Promise.resolve({ kind: 'ended' });
  expect((await problemOf(await post(newKey()))).code).toBe('internal');
});

test('when Temporal does not answer, nothing is bought and the client may try again', async () => {
  world.commands.onStart = () => Promise.reject(new DomainError('unavailable', 'Temporal does not answer.'));
  const response = await post(newKey());
  expect(response.headers.get('retry-after')).toBe('5');
  expect((await problemOf(response)).code).toBe('unavailable');
});

test.each([
  ['wait=5', 5_000, 'wait=5'],
  ['wait=0', 1_000, 'wait=1'],
  ['wait=600', 30_000, 'wait=30'],
  ['respond-async', 1_000, 'wait=1'],
  ['return=minimal', 2_000, null],
  ['wait=-1', 2_000, null],
  ['wait=soon', 2_000, null],
])('Prefer: %s', async (prefer, waitMs, applied) => {
  let waited = -1;
  world.commands.onStart = (_input, ms) => {
    waited = ms;
    return Promise.resolve({ kind: 'pending' });
  };
  const response = await post(newKey(), BODY, { prefer });
  expect(waited).toBe(waitMs);
  expect(response.headers.get('preference-applied')).toBe(applied);
});

const TOO_MANY = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, 'v']));

test.each([
  ['no service', { country: 'ID' }, 'service'],
  ['an empty service', { ...BODY, service: '' }, 'service'],
  ['an endless service', { ...BODY, service: 'a'.repeat(1_000) }, 'service'],
  ['a service with a NUL', { ...BODY, service: 'tele\u0000gram' }, 'service'],
  ['a country of three letters', { ...BODY, country: 'IDN' }, 'country'],
  ['a number as country', { ...BODY, country: 62 }, 'country'],
  ['a negative price', { ...BODY, max_price: '-1' }, 'max_price'],
  ['a price of nothing', { ...BODY, max_price: '0' }, 'max_price'],
  ['a price as number', { ...BODY, max_price: 0.5 }, 'max_price'],
  ['a huge price', { ...BODY, max_price: '1000.000001' }, 'max_price'],
  ['a price with an exponent', { ...BODY, max_price: '1e3' }, 'max_price'],
  ['a price with seven places', { ...BODY, max_price: '0.0000001' }, 'max_price'],
  ['an endless price', { ...BODY, max_price: '1'.repeat(5_000) }, 'max_price'],
  ['a strange operator', { ...BODY, operator: "'; DROP TABLE" }, 'operator'],
  ['an unknown end', { ...BODY, on_no_code: 'keep' }, 'on_no_code'],
  ['an unknown on_no_code', { ...BODY, on_no_code: 'cry' }, 'on_no_code'],
  ['an unknown member', { ...BODY, maxPrice: '1' }, 'body'],
  ['metadata that is no object', { ...BODY, metadata: [] }, 'metadata'],
  ['metadata with a number', { ...BODY, metadata: { a: 1 } }, 'metadata.a'],
  ['too much metadata', { ...BODY, metadata: TOO_MANY }, 'metadata'],
  ['long metadata', { ...BODY, metadata: { a: 'x'.repeat(501) } }, 'metadata.a'],
  ['metadata with a NUL', { ...BODY, metadata: { a: 'x\u0000' } }, 'metadata.a'],
  ['metadata with half a character', { ...BODY, metadata: { a: '\ud800' } }, 'metadata.a'],
  ['an array', [], 'body'],
  ['a string', 'telegram', 'body'],
  ['null', null, 'body'],
])('%s is refused with its field, and nothing is started', async (_what, body, field) => {
  const problem = await problemOf(await post(newKey(), body));
  expect(problem.code).toBe('invalid_input');
  expect((problem['errors'] as { field: string }[]).map((error) => error.field)).toContain(field);
  expect(world.commands.starts).toHaveLength(0);
});

test.each([
  ['missing', undefined],
  ['too long', 'x'.repeat(256)],
  ['with a space', 'a b'],
  ['not ASCII', 'caf\u00e9'],
])('an Idempotency-Key that is %s is refused', async (_what, key) => {
  const problem = await problemOf(
    await client.fetch('/v1/activations', { json: BODY, headers: key === undefined ? {} : { 'idempotency-key': key } }),
  );
  expect(problem.code).toBe('invalid_input');
  expect((problem['errors'] as { field: string }[])[0]!.field).toBe('idempotency-key');
  expect(world.commands.starts).toHaveLength(0);
});

test.each([
  ['an unknown service', { ...BODY, service: 'nosuchservice' }],
  ['an unknown country', { ...BODY, country: 'ZZ' }],
  ['a denied service', { ...BODY, service: 'denied' }],
  ['a denied country', { ...BODY, country: 'KP' }],
])('%s is not for sale', async (_what, body) => {
  expect((await problemOf(await post(newKey(), body))).code).toBe('not_for_sale');
  expect(world.commands.starts).toHaveLength(0);
});

test('another account’s activation is nobody’s, on every route', async () => {
  const id = await world.putActivation(client.accountId);
  const stranger = await world.client();
  for (const path of ['', '/timeline', '/events', '?wait=1']) {
    expect([path, (await problemOf(await stranger.fetch(`/v1/activations/${id}${path}`))).code]).toEqual([path, 'not_found']);
  }
  for (const path of ['cancel', 'finish', 'resend']) {
    expect([path, (await problemOf(await stranger.fetch(`/v1/activations/${id}/${path}`, { method: 'POST' }))).code]).toEqual([
      path,
      'not_found',
    ]);
  }
  expect(world.commands.asks).toHaveLength(0);
  expect(await (await stranger.fetch('/v1/activations')).json()).toEqual({ items: [], next_cursor: null });
});

test('pages follow each other without a gap, also where times are equal', async () => {
  const at = new Date('2026-03-01T12:00:00.000Z');
  const ids = new Set<string>();
  for (let index = 0; index < 7; index += 1)
    ids.add(await world.putActivation(client.accountId, { createdAt: index < 4 ? at : new Date(at.getTime() + index) }));
  await world.database.run("UPDATE activations SET created_at = created_at + interval '1 microsecond' WHERE id = $1", [[...ids][0]]);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = (await (await client.fetch(`/v1/activations?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).json()) as {
      items: { id: string }[];
      next_cursor: string | null;
    };
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  expect(seen).toHaveLength(7);
  expect(new Set(seen)).toEqual(ids);
});

test('a list is narrowed by status, service and country', async () => {
  const wanted = await world.putActivation(client.accountId, { status: 'COMPLETED', service: 'whatsapp', country: 'UA' });
  await world.putActivation(client.accountId, { status: 'WAITING' });
  for (const query of ['status=COMPLETED', 'service=whatsapp', 'country=ua', 'status=COMPLETED&service=whatsapp&country=UA']) {
    const page = (await (await client.fetch(`/v1/activations?${query}`)).json()) as { items: { id: string }[] };
    expect([query, ...page.items.map(({ id }) => id)]).toEqual([query, wanted]);
  }
});

test.each([
  'limit=0',
  'limit=201',
  'limit=x',
  'limit=1&limit=2',
  'status=waiting',
  'country=IDN',
  'cursor=!!',
  'cursor=e30',
  `cursor=${'a'.repeat(600)}`,
])('the query %s is refused', async (query) => {
  expect((await problemOf(await client.fetch(`/v1/activations?${query}`))).code).toBe('invalid_input');
});

test('messages appear once they are revealed, and not before', async () => {
  const id = await world.putActivation(client.accountId, { status: 'RECEIVED' });
  await world.putMessage(client.accountId, id, { code: '111', text: 'hidden', revealed: false });
  const shown = await world.putMessage(client.accountId, id, { code: '222', text: 'Your code is 222' });
  const read = (await (await client.fetch(`/v1/activations/${id}`)).json()) as { messages: unknown[] };
  expect(read.messages).toEqual([{ id: shown, code: '222', text: 'Your code is 222', received_at: expect.any(String) }]);
});
