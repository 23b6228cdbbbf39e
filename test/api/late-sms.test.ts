import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countLateSms } from '../../src/db/late-sms.js';
import { grant } from '../../src/ledger/credit.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await createWorld();
  client = await world.client();
});
afterAll(() => world.close());

const pay = (id: string, as: TestClient = client) => as.fetch(`/v1/activations/${id}/late-sms`, { method: 'POST' });

/** A refunded activation with an SMS that was withheld. */
async function withheld(): Promise<string> {
  const id = await world.putActivation(client.accountId, { status: 'REFUNDED' });
  const orderId = randomUUID();
  const sms = await world.putMessage(client.accountId, id, { code: '515253', text: 'Your code is 515253', revealed: false });
  await world.database.run(
    `INSERT INTO orders (id, provider, provider_order_id, activation_id, origin, beneficiary, status, currency, money, client_price)
     VALUES ($1::uuid, 'herosms', $1::text, $2, 'reply', 'activation', 'REFUNDED', 'USD', 'refunded', 150000)`,
    [orderId, id],
  );
  await world.database.run('UPDATE inbox SET order_id = $2, withheld_at = now() WHERE id = $1', [sms, orderId]);
  await countLateSms(world.database, id);
  return id;
}

test('a withheld SMS is announced, not shown; credit buys it, once', async () => {
  const id = await withheld();
  const before = await (await client.fetch(`/v1/activations/${id}`)).json();
  expect(before).toMatchObject({ status: 'REFUNDED', messages: [], late_sms: { count: 1, price: '0.15' } });

  expect(await problemOf(await pay(id))).toMatchObject({ status: 402, code: 'insufficient_credit', needed: '0.15', available: '0.00' });
  expect(await (await client.fetch(`/v1/activations/${id}`)).json()).toEqual(before);

  await world.database.transaction((sql) =>
    grant(sql, { accountId: client.accountId, amount: 1_000_000n, currency: 'USD', idempotencyKey: randomUUID() }),
  );
  for (let time = 0; time < 2; time += 1) {
    const paid = await pay(id);
    expect(paid.status).toBe(200);
    const shown = (await paid.json()) as { messages: { code: string }[]; late_sms?: unknown };
    expect(shown.messages.map(({ code }) => code)).toEqual(['515253']);
    expect(shown.late_sms).toBeUndefined();
  }
  expect(await (await client.fetch('/v1/balance')).json()).toMatchObject({ available: '0.85', held: '0.00' });
  const statement = (await (await client.fetch('/v1/statement')).json()) as { items: { kind: string; available: string }[] };
  expect(statement.items.filter(({ kind }) => kind === 'late_capture').map(({ available }) => available)).toEqual(['-0.15']);
});

test('nothing withheld is a conflict, and another account’s is not there', async () => {
  const id = await world.putActivation(client.accountId, { status: 'REFUNDED' });
  expect(await problemOf(await pay(id))).toMatchObject({ status: 409, code: 'wrong_state', reason: 'no_late_sms' });
  expect(await problemOf(await pay(await withheld(), await world.client()))).toMatchObject({ status: 404, code: 'not_found' });
});
