import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { claimOrder, moveOrder } from '../../src/db/orders.js';
import { registerProviders } from '../../src/db/providers.js';
import { checkLedger } from '../../src/ledger/check.js';
import { grant, hold, walletOf } from '../../src/ledger/credit.js';
import { expectedBalance, postCharge } from '../../src/ledger/provider-money.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';
import { providerAccount } from '../stack/provider-account.js';

let world: World;
let operator: TestClient;

beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
  await world.database.transaction((sql) =>
    registerProviders(
      sql,
      ['herosms', 'euro'].map((id) =>
        providerAccount(id, { currency: id === 'euro' ? 'EUR' : 'USD', rateMicros: id === 'euro' ? 1_200_000n : 1_000_000n }),
      ),
    ),
  );
});
afterEach(async () => {
  expect(await checkLedger(world.database)).toMatchObject({ verdict: 'clean' });
});
afterAll(() => world.close());

const PRICE = 2_000_000n;

interface Put {
  readonly provider?: 'herosms' | 'euro';
  /** The client who waits for it; the house's without. */
  readonly client?: string;
  readonly endedMinutesAgo?: number;
  readonly cost?: bigint;
}

/** A pending refund: its order ended without an SMS. */
async function putRefund({ provider = 'herosms', client, endedMinutesAgo = 0, cost = PRICE }: Put = {}): Promise<string> {
  const id = randomUUID();
  const { database } = world;
  const activationId = client === undefined ? null : await world.putActivation(client, { status: 'WAITING', price: PRICE });
  await database.transaction(async (sql) => {
    const currency = provider === 'euro' ? 'EUR' : 'USD';
    const beneficiary = activationId === null ? 'house' : 'activation';
    await claimOrder(sql, {
      id,
      provider,
      providerOrderId: id,
      activationId,
      attemptId: null,
      origin: activationId === null ? 'foreign' : 'reply',
      beneficiary,
      service: 'telegram',
      country: 'ID',
      operator: null,
      phoneSealed: null,
      currency,
      cost,
      costKnown: cost > 0n,
      money: 'expected',
      rawStatus: 'STATUS_CANCEL',
      canGetAnother: null,
      lifetimeMs: null,
      cancelAllowedInMs: null,
    });
    await postCharge(sql, { orderId: id, activationId, provider, currency, cost });
    await moveOrder(sql, id, 'OPEN', 'EXPIRED', { reason: 'test' });
    await moveOrder(sql, id, 'EXPIRED', 'REFUND_PENDING', { reason: 'test' });
    await sql.run(
      `UPDATE orders SET ended_at = clock_timestamp() - $2::int * interval '1 minute', agreed_at = clock_timestamp() WHERE id = $1`,
      [id, endedMinutesAgo],
    );
    if (activationId === null || client === undefined) return;
    await grant(sql, { accountId: client, amount: PRICE, currency: 'USD', idempotencyKey: id });
    await hold(sql, { activationId, accountId: client, amount: PRICE, currency: 'USD' });
    await sql.run(`UPDATE activations SET status = 'PROVIDER_REFUND_PENDING', order_id = $2, provider = 'herosms' WHERE id = $1`, [
      activationId,
      id,
    ]);
  });
  return id;
}

const enter = (id: string, path: string, json: object = { reference: id, reason: 'ticket 1' }) =>
  operator.fetch(`/v1/operator/refunds/${id}/${path}`, { method: 'POST', json });
const read = async (query = '') => (await (await operator.fetch(`/v1/operator/refunds${query}`)).json()) as Page;
const expected = (provider: string, currency: string) => expectedBalance(world.database, provider, currency);
const epoch = async (provider = 'herosms') =>
  (await world.database.row<{ epoch: bigint }>('SELECT epoch FROM provider_proofs WHERE provider = $1', [provider]))!.epoch;
const balanceOf = async (account: string, currency: string) =>
  (await world.database.row<{ sum: bigint }>(
    'SELECT coalesce(sum(amount), 0)::bigint AS sum FROM ledger_balances WHERE account_id = $1 AND currency = $2',
    [account, currency],
  ))!.sum;

interface Page {
  readonly items: readonly { readonly id: string; readonly state: string }[];
  readonly next_cursor: string | null;
}

describe('an operator', () => {
  it('writes off a refund that will never come: the house bears it, and nothing of it is expected any more', async () => {
    const id = await putRefund();
    const [loss, clearing, figure] = await Promise.all([
      balanceOf('loss', 'USD'),
      balanceOf('provider:herosms:refund_expected', 'USD'),
      expected('herosms', 'USD'),
    ]);
    const response = await enter(id, 'write-off');
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      id,
      state: 'written_off',
      amount: '2.00',
      postings: [{ kind: 'written_off', evidence: { reason: 'ticket 1', reference: id, operator: expect.any(String) as string } }],
    });
    expect(await balanceOf('loss', 'USD')).toBe(loss + PRICE);
    expect(await balanceOf('provider:herosms:refund_expected', 'USD')).toBe(clearing - PRICE);
    expect(await expected('herosms', 'USD')).toBe(figure);
  });

  it('pays a client who still waits when the refund is written off', async () => {
    const client = await world.client();
    const id = await putRefund({ client: client.accountId });
    expect((await enter(id, 'returned')).status).toBe(409);
    expect((await enter(id, 'write-off')).status).toBe(201);
    expect(await walletOf(world.database, client.accountId, 'USD')).toEqual({ available: PRICE, held: 0n });
    expect(await world.database.row('SELECT status FROM activations WHERE order_id = $1', [id])).toEqual({ status: 'REFUNDED' });
  });

  it('says that a refund came after its client was paid from loss: it is the house’s, and older readings are void', async () => {
    const id = await putRefund();
    await world.database.run('UPDATE orders SET paid_from_loss_at = now() WHERE id = $1', [id]);
    const [figure, loss, before] = [await expected('herosms', 'USD'), await balanceOf('loss', 'USD'), await epoch()];
    expect((await enter(id, 'returned')).status).toBe(201);
    expect(await expected('herosms', 'USD')).toBe(figure + PRICE);
    expect(await balanceOf('loss', 'USD')).toBe(loss);
    expect(await epoch()).toBe(before + 1n);
  });

  it('says that a written-off refund came after all: the loss is made good in the wallet’s currency', async () => {
    const id = await putRefund({ provider: 'euro' });
    const [figure, loss] = [await expected('euro', 'EUR'), await balanceOf('loss', 'USD')];
    expect((await enter(id, 'write-off')).status).toBe(201);
    expect(await balanceOf('loss', 'USD')).toBe(loss + 2_400_000n);
    const before = await epoch('euro');
    expect(await (await enter(id, 'returned')).json()).toMatchObject({
      state: 'refunded',
      postings: [{ kind: 'written_off' }, { kind: 'returned' }],
    });
    expect(await balanceOf('loss', 'USD')).toBe(loss);
    expect(await expected('euro', 'EUR')).toBe(figure + PRICE);
    expect(await epoch('euro')).toBe(before + 1n);
  });

  it('says that the provider charged again what it had returned: the house bears it', async () => {
    const id = await putRefund();
    expect((await enter(id, 'taken-back')).status).toBe(409);
    expect((await enter(id, 'returned')).status).toBe(201);
    const [figure, loss] = [await expected('herosms', 'USD'), await balanceOf('loss', 'USD')];
    expect(await (await enter(id, 'taken-back')).json()).toMatchObject({ state: 'taken_back' });
    expect(await expected('herosms', 'USD')).toBe(figure - PRICE);
    expect(await balanceOf('loss', 'USD')).toBe(loss + PRICE);
  });

  it.each(['write-off', 'returned'])('books %s once under its reference, and the reference once', async (path) => {
    const [id, other] = [await putRefund(), await putRefund()];
    expect((await enter(id, path)).status).toBe(201);
    const loss = await balanceOf('loss', 'USD');
    expect((await enter(id, path)).status).toBe(200);
    expect(await problemOf(await enter(other, path, { reference: id, reason: 'again' }))).toMatchObject({ code: 'idempotency_key_reused' });
    expect(await problemOf(await enter(id, path, { reference: 'another', reason: 'again' }))).toMatchObject({
      code: 'wrong_state',
      reason: 'wrong_status',
    });
    expect(await balanceOf('loss', 'USD')).toBe(loss);
    expect((await read()).items.find((item) => item.id === other)?.state).toBe('pending');
  });

  it('books nothing for two entries at once but one', async () => {
    const id = await putRefund();
    const loss = await balanceOf('loss', 'USD');
    const answers = await Promise.all([1, 2, 3, 4].map((n) => enter(id, 'write-off', { reference: `${id}-${n}`, reason: 'a race' })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
    expect(await balanceOf('loss', 'USD')).toBe(loss + PRICE);
  });

  it.each(['write-off', 'returned'])('cannot enter %s for an order that has an SMS, or no price', async (path) => {
    const [withSms, priceless] = [await putRefund(), await putRefund({ cost: 0n })];
    await world.database.run(
      "INSERT INTO inbox (id, provider, provider_order_id, order_id, source, confirmed_at) VALUES ($1, 'herosms', $2::text, $2::uuid, 'poll', now())",
      [randomUUID(), withSms],
    );
    expect(await problemOf(await enter(withSms, path))).toMatchObject({ code: 'wrong_state', reason: 'has_sms', status: 409 });
    expect(await problemOf(await enter(priceless, path))).toMatchObject({ code: 'wrong_state', reason: 'no_price' });
    for (const id of [withSms, priceless]) expect((await read()).items.find((item) => item.id === id)?.state).toBe('pending');
  });

  test.each([
    { reference: '', reason: 'b' },
    { reference: 'a' },
    { reference: 'a', reason: '' },
    { reference: 'a', reason: 'b', amount: '5' },
    { reference: 'a\0', reason: 'b' },
  ])('is told what is wrong with %j, and nothing is booked', async (json) => {
    const id = await putRefund();
    for (const path of ['write-off', 'returned', 'taken-back']) {
      const response = await enter(id, path, json);
      expect(response.status).toBe(422);
      expect(await problemOf(response)).toMatchObject({ code: 'invalid_input' });
    }
    expect((await read()).items.find((item) => item.id === id)?.state).toBe('pending');
  });

  it('finds no refund of an order that has none', async () => {
    expect((await enter(randomUUID(), 'write-off')).status).toBe(404);
    expect((await enter('what', 'write-off')).status).toBe(404);
  });
});

describe('the list of refunds', () => {
  beforeEach(async () => {
    await putRefund({ provider: 'euro', endedMinutesAgo: 21 });
    await putRefund({ provider: 'euro' });
  });

  it('is an operator’s only', async () => {
    const client = await world.client();
    expect((await client.fetch('/v1/operator/refunds')).status).toBe(403);
  });

  it('is narrowed by provider, state and age, and goes on at its cursor', async () => {
    const all = (await read('?limit=200')).items;
    const euro = (await read('?limit=200&provider=euro')).items;
    expect(euro.length).toBeGreaterThan(2);
    expect(euro.length).toBeLessThan(all.length);
    const pending = (await read('?limit=200&provider=euro&state=pending')).items;
    expect(pending.length).toBeLessThan(euro.length);
    const overdue = (await read('?limit=200&provider=euro&overdue=true')).items;
    expect(overdue.length).toBeGreaterThan(0);
    expect((await read('?limit=200&provider=euro&state=pending&overdue=false')).items.length).toBe(pending.length - overdue.length);
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await read(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(all.map(({ id }) => id));
  });

  it.each(['state=nonsense', 'overdue=1', 'limit=0', 'cursor=x'])('refuses %s', async (query) => {
    expect((await operator.fetch(`/v1/operator/refunds?${query}`)).status).toBe(422);
  });

  it('adds up to what a provider owes, and since when', async () => {
    const since = (await world.database.row<{ at: Date }>(
      "SELECT min(ended_at) AS at FROM orders WHERE provider = 'euro' AND status = 'REFUND_PENDING' AND ended_at < now() - interval '20 minutes'",
    ))!.at;
    const sums = (await world.database.row<{ pending: bigint; overdue: bigint }>(
      `SELECT sum(cost)::bigint AS pending, sum(cost) FILTER (WHERE ended_at < now() - interval '20 minutes')::bigint AS overdue
       FROM orders WHERE provider = 'euro' AND status = 'REFUND_PENDING'`,
    ))!;
    await world.database.run(
      `UPDATE provider_proofs SET observed = 110, expected = 100, unclaimed = '{"at": 0, "lots": [{"amount": "500000", "since": 0}]}' WHERE provider = 'euro'`,
    );
    const { items } = (await (await operator.fetch('/v1/operator/providers')).json()) as { items: { id: string }[] };
    const usd = (micros: bigint) => `${Number(micros) / 1_000_000}`.replace(/^(\d+)$/, '$1.00').replace(/(\.\d)$/, '$10');
    expect(items.find(({ id }) => id === 'euro')).toMatchObject({
      refunds_pending: usd(sums.pending),
      refunds_overdue: usd(sums.overdue),
      owed_low: usd(sums.overdue - 500_000n),
      owed_high: usd(sums.pending - 500_000n),
      owed_since: since.toISOString(),
      drift_high: '0.50',
    });
  });
});
