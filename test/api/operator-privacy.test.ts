import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkLedger } from '../../src/ledger/check.js';
import { capture, hold, release } from '../../src/ledger/credit.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let operator: TestClient;
beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
});
afterAll(() => world.close());

const post = (path: string, json: object = { reason: 'asked for it' }) => operator.fetch(`/v1/operator${path}`, { method: 'POST', json });
interface Key {
  readonly id: string;
  readonly key: string;
}

/** A customer with a name, a key, credit and `count` activations that are over, each with its SMS and an order. */
async function customer(count = 1) {
  const tag = `Jane ${randomUUID()}`;
  const reference = `ref ${tag}`;
  const made = (await (await post('/accounts', { name: tag, reference })).json()) as { id: string };
  const { id } = made;
  const key = (await (await post(`/accounts/${id}/keys`, { label: `${tag}’s laptop` })).json()) as Key;
  await post(`/accounts/${id}/credit`, { amount: '5.00', reference: randomUUID(), reason: `${tag} paid` });
  const activations: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const activationId = await world.putActivation(id, {
      status: 'COMPLETED',
      metadata: { note: tag },
      createdAt: new Date(Date.now() - n * 1_000),
    });
    await world.database.transaction(async (sql) => {
      await hold(sql, { activationId, accountId: id, amount: 150_000n, currency: 'USD' });
      await capture(sql, activationId, 150_000n);
    });
    const orderId = randomUUID();
    await world.database.run(
      `INSERT INTO orders (id, provider, provider_order_id, activation_id, origin, beneficiary, status, currency, money, phone_sealed, ended_at)
       VALUES ($1::uuid, 'herosms', $1::text, $2, 'reply', 'activation', 'CLOSED_WITH_SMS', 'USD', 'sold', '\\x01', now())`,
      [orderId, activationId],
    );
    await world.database.run('UPDATE activations SET order_id = $2, ended_at = now() WHERE id = $1', [activationId, orderId]);
    const sms = await world.putMessage(id, activationId, { code: '515253', text: 'Your code is 515253' });
    await world.database.run('UPDATE inbox SET order_id = $2 WHERE id = $1', [sms, orderId]);
    activations.push(activationId);
  }
  return { id, key, tag, reference, activations };
}

interface Export {
  readonly account: object;
  readonly keys: readonly object[];
  readonly activations: readonly { id: string; messages: { code: string }[] }[];
  readonly postings: readonly { kind: string }[];
  readonly actions: readonly { action: string; body: object }[];
}

describe('an export', () => {
  test('is one document with all that is known, page after page, and is kept in the list of actions', async () => {
    const { id, key, tag, activations } = await customer(3);
    // More than a page.
    await world.database.run(
      `INSERT INTO activations (id, account_id, idempotency_key, request_hash, workflow_id, run_id, service, country, status, currency, ended_at)
       SELECT gen_random_uuid(), $1::uuid, 'k' || n, 'hash', 'w' || n || $1::text, 'r', 'telegram', 'ID', 'FAILED', 'USD', now() FROM generate_series(1, 450) AS n`,
      [id],
    );
    const response = await post(`/accounts/${id}/export`);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(response.headers.get('content-disposition')).toContain(id);
    const text = await response.text();
    const document = JSON.parse(text) as Export;
    expect(document.account).toMatchObject({ id, name: tag, available: '4.55' });
    expect(document.keys).toEqual([expect.objectContaining({ id: key.id, label: `${tag}’s laptop` })]);
    expect(text).not.toContain(key.key);
    expect(new Set(document.activations.map((one) => one.id)).size).toBe(453);
    expect(document.activations.filter((one) => activations.includes(one.id)).map((one) => one.messages[0]!.code)).toEqual([
      '515253',
      '515253',
      '515253',
    ]);
    expect(document.postings.map(({ kind }) => kind).toSorted()).toEqual([
      'capture',
      'capture',
      'capture',
      'grant',
      'hold',
      'hold',
      'hold',
    ]);
    expect(document.actions.map(({ action }) => action)).toEqual([
      'POST /v1/operator/accounts',
      'POST /v1/operator/accounts/:id/keys',
      'POST /v1/operator/accounts/:id/credit',
      'POST /v1/operator/accounts/:id/export',
    ]);
  });

  test('shows nothing of others, nor an SMS that was not paid for', async () => {
    const one = await customer();
    const other = await customer();
    await world.putMessage(one.id, one.activations[0]!, { code: '999888', text: 'withheld 999888', revealed: false });
    const text = await (await post(`/accounts/${one.id}/export`)).text();
    expect(text).toContain('515253');
    for (const foreign of ['999888', other.id, other.key.id, other.activations[0]!, other.reference]) expect(text).not.toContain(foreign);
    expect(await problemOf(await post(`/accounts/${randomUUID()}/export`))).toMatchObject({ status: 404 });
  });
});

describe('an erasure', () => {
  /** All rows of an account as text; the ledger's own are not among them. */
  async function everything({ id, tag }: { readonly id: string; readonly tag: string }): Promise<string> {
    const tables = [
      'accounts WHERE id = $1',
      'api_keys WHERE account_id = $1',
      'activations WHERE account_id = $1',
      'activation_history WHERE account_id = $1',
    ];
    const rows = await Promise.all(
      tables.map((from) => world.database.rows(`SELECT row_to_json(t)::text AS row FROM (SELECT * FROM ${from}) t`, [id])),
    );
    const actions = await world.database.rows(
      `SELECT row_to_json(t)::text AS row FROM operator_actions t WHERE params ->> 'id' = $1 OR body::text LIKE '%' || $2 || '%'`,
      [id, tag],
    );
    return JSON.stringify([rows, actions]);
  }

  test('takes all that tells who it was, ends the keys, and leaves the books under the id', async () => {
    const { id, key, tag, reference, activations } = await customer(2);
    const books = await world.database.rows(
      'SELECT t.id, e.account_id, e.amount::text FROM transfers t JOIN entries e ON e.transfer_id = t.id WHERE t.account_id = $1 ORDER BY 1, 2',
      [id],
    );
    const answer = await post(`/accounts/${id}/erase`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      id,
      name: 'erased',
      reference: null,
      keys: 0,
      available: '4.70',
      erased_at: expect.stringMatching(/Z$/) as string,
    });
    expect(await everything({ id, tag })).not.toContain(tag);
    const left = await world.database.row(
      `SELECT (SELECT count(phone_sealed)::int FROM activations WHERE account_id = $1) AS phones, (SELECT count(phone_sealed)::int FROM orders WHERE activation_id = ANY ($2)) AS numbers,
         (SELECT count(code_sealed)::int + count(text_sealed)::int FROM inbox WHERE account_id = $1) AS messages`,
      [id, activations],
    );
    expect(left).toEqual({ phones: 0, numbers: 0, messages: 0 });
    expect((await fetch(`${world.url}/v1/balance`, { headers: { authorization: `Bearer ${key.key}` } })).status).toBe(401);
    expect(
      await world.database.rows(
        'SELECT t.id, e.account_id, e.amount::text FROM transfers t JOIN entries e ON e.transfer_id = t.id WHERE t.account_id = $1 ORDER BY 1, 2',
        [id],
      ),
    ).toEqual(books);
    expect((await checkLedger(world.database)).problems).toEqual([]);

    const action = await world.database.row(
      `SELECT body, status FROM operator_actions WHERE params ->> 'id' = $1 AND action LIKE '%erase'`,
      [id],
    );
    expect(action).toEqual({ body: { reason: 'asked for it' }, status: 200 });
    expect((await post(`/accounts/${id}/erase`)).status).toBe(200);
    for (const [path, json] of [
      [`/accounts/${id}/keys`, {}],
      [`/accounts/${id}/resume`, { reason: 'x' }],
      [`/accounts/${id}/credit`, { amount: '1.00', reference: 'late', reason: 'x' }],
    ] as const)
      expect(await problemOf(await post(path, json))).toMatchObject({ status: 409, reason: 'erased' });
    // The reference is free again.
    expect((await post('/accounts', { name: 'Somebody', reference })).status).toBe(201);
  });

  test.each<[string, (activationId: string, accountId: string) => Promise<unknown>]>([
    ['an activation that waits', (id) => world.setStatus(id, 'WAITING')],
    [
      'an order whose refund is expected',
      (id) => world.database.run("UPDATE orders SET status = 'REFUND_PENDING' WHERE activation_id = $1", [id]),
    ],
    [
      'a purchase that nobody knows the end of',
      (id) =>
        world.database.run(
          `INSERT INTO attempts (id, activation_id, seq, provider, service, country, max_price, client_price, status, deadline_at) VALUES (gen_random_uuid(), $1, 0, 'a', 's', 'ID', 1, 1, 'AMBIGUOUS', now())`,
          [id],
        ),
    ],
    ['an SMS that is not delivered', (id) => world.database.run('UPDATE inbox SET revealed_at = NULL WHERE activation_id = $1', [id])],
  ])('is refused over %s, and changes nothing', async (_, open) => {
    const { id, key, tag, activations } = await customer();
    await open(activations[0]!, id);
    expect(await problemOf(await post(`/accounts/${id}/erase`))).toMatchObject({
      status: 409,
      code: 'wrong_state',
      reason: 'open',
      open: 1,
      activations,
      held: '0.00',
    });
    expect(await everything({ id, tag })).toContain(tag);
    expect((await fetch(`${world.url}/v1/balance`, { headers: { authorization: `Bearer ${key.key}` } })).status).toBe(200);
    expect((await (await operator.fetch(`/v1/operator/accounts/${id}`)).json()) as object).toMatchObject({
      name: tag,
      suspended_at: null,
      erased_at: null,
    });
  });

  test('is refused while credit is held', async () => {
    const { id } = await customer(0);
    const activationId = randomUUID();
    await world.database.transaction((sql) => hold(sql, { activationId, accountId: id, amount: 1_000_000n, currency: 'USD' }));
    expect(await problemOf(await post(`/accounts/${id}/erase`))).toMatchObject({ status: 409, open: 0, held: '1.00' });
    await world.database.transaction((sql) => release(sql, activationId, 'failed'));
    expect((await post(`/accounts/${id}/erase`)).status).toBe(200);
  });

  test('is not of who asks, nor of nobody', async () => {
    expect(await problemOf(await post(`/accounts/${operator.accountId}/erase`))).toMatchObject({ status: 403 });
    expect(await problemOf(await post(`/accounts/${randomUUID()}/erase`))).toMatchObject({ status: 404 });
  });
});
