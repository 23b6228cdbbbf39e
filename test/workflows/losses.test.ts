import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { payForLateSms } from '../../src/api/late-sms.js';
import { receiveHook } from '../../src/db/hooks.js';
import { enterFunding } from '../../src/ledger/operator-entries.js';
import { createKeyring } from '../../src/sealing/keyring.js';
import { createWorld, until, type World } from '../rent/world.js';
import { TEST_KEYS } from '../stack/namespace.js';

const NEVER = { smsDelayMinMs: 600_000, smsDelayMaxMs: 600_000 };
let world: World;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  await world.settings({ smsDelayMinMs: 200, smsDelayMaxMs: 500, lifetimeMs: 60_000, cancelWindowMs: 0 });
  // These are about one provider account; the other one sells nothing here.
  await world.trap(world.herosms, 'no_numbers');
});
afterEach(async () => {
  for (const simulator of [world.herosms, world.fivesim]) await world.control(simulator, 'DELETE', '/traps');
  expect(await world.problems()).toEqual([]);
});
afterAll(async () => {
  await world.stop();
});

interface Order {
  readonly id: string;
  readonly provider_order_id: string;
  readonly status: string;
  readonly origin: string;
  readonly cost: bigint;
}
const ordersOf = (activationId: string) =>
  world.database.rows<Order>('SELECT id, provider_order_id, status, origin, cost FROM orders WHERE activation_id = $1', [activationId]);
const attemptsOf = (activationId: string) =>
  world.database.rows<{ provider: string; status: string }>('SELECT provider, status FROM attempts WHERE activation_id = $1 ORDER BY seq', [
    activationId,
  ]);

describe('a purchase whose reply is lost', () => {
  it('is adopted when the provider lists its order: one number, one charge', async () => {
    await world.trap(world.fivesim, 'lost_reply', { count: 1, mode: 'reset' });
    const account = await world.account();
    const { activationId, answer } = await world.start(account);
    expect(answer?.failure).toBeNull();
    expect((await attemptsOf(activationId)).at(-1)?.status).toBe('ADOPTED');
    expect((await ordersOf(activationId)).map(({ origin }) => origin)).toEqual(['adopted']);
    await world.reaches(activationId, 'RECEIVED');
    await world.ask(activationId, 'finish');
    await world.closed(activationId, 'adopted');
  });

  it('is given up, and the next candidate bought, when two whole sweeps show nothing', async () => {
    await world.trap(world.fivesim, 'html_page', { count: 1, actions: ['buy'], status: 502 });
    await world.control(world.herosms, 'DELETE', '/traps');
    const { activationId } = await world.start(await world.account(), {}, 25_000);
    const attempts = await attemptsOf(activationId);
    if (attempts[0]!.provider === 'fivesim') expect(attempts[0]!.status).toBe('ABANDONED');
    expect(attempts.at(-1)!.status).toBe('BOUGHT');
    await world.reaches(activationId, 'RECEIVED');
    await world.ask(activationId, 'finish');
    await world.closed(activationId, 'given-up');
  });
});

describe("somebody else's use of the account", () => {
  it('is booked as foreign, never touched, and holds up nobody’s refund', async () => {
    await world.settings(NEVER);
    const foreign = await world.control<{ id: number }>(world.fivesim, 'POST', '/purchases', { service: 'whatsapp', country: 'GB' });
    const account = await world.account();
    const { activationId } = await world.start(account);
    const booked = () =>
      world.database.row<Order>(
        "SELECT id, provider_order_id, status, origin, cost FROM orders WHERE origin = 'foreign' AND provider_order_id = $1",
        [String(foreign.id)],
      );
    await until(
      async () => (await booked()) !== null,
      10_000,
      async () => 'the foreign order was not booked',
    );
    await world.ask(activationId, 'cancel');
    await world.reaches(activationId, 'REFUNDED');
    expect((await booked())?.status).toBe('OPEN');
    const books = await world.control<{ orders: { id: number; status: string }[] }>(world.fivesim, 'GET', '/books');
    expect(books.orders.find(({ id }) => id === foreign.id)?.status).not.toMatch(/cancel/i);
  });

  it('a top-up that the provider lists is booked and proves nothing', async () => {
    await world.settings(NEVER);
    await world.trap(world.fivesim, 'refund_never');
    const { activationId } = await world.start(await world.account());
    await world.control(world.fivesim, 'POST', '/top-up', { amount: '5.00' });
    await world.ask(activationId, 'cancel');
    await world.reaches(activationId, 'PROVIDER_REFUND_PENDING');
    await until(
      async () => (await world.database.row("SELECT 1 AS one FROM transfers WHERE kind = 'top_up' AND provider = 'fivesim'")) !== null,
      10_000,
      async () => 'the top-up was not booked',
    );
    await new Promise((done) => setTimeout(done, 800));
    expect(await world.status(activationId)).toBe('PROVIDER_REFUND_PENDING');
    expect(await world.database.row("SELECT frozen_at FROM provider_proofs WHERE provider = 'fivesim'")).toEqual({ frozen_at: null });
  });
});

describe('SMS that come late', () => {
  it('win over a refund that is not proven yet, and are paid for', async () => {
    await world.settings({ ...NEVER, lifetimeMs: 1_200 });
    await world.trap(world.fivesim, 'refund_late', { probability: 1, delayMs: 60_000 });
    await world.trap(world.fivesim, 'sms_after_end', { probability: 1, delayMs: 2_500, charge: true });
    const account = await world.account();
    const { activationId } = await world.start(account);
    await world.reaches(activationId, 'PROVIDER_REFUND_PENDING');
    await until(
      async () => ['RECEIVED', 'COMPLETED'].includes(await world.status(activationId)),
      30_000,
      async () => world.status(activationId),
    );
    expect(await world.codes(activationId)).toHaveLength(1);
    expect((await ordersOf(activationId))[0]?.status).toBe('CLOSED_WITH_SMS');
    expect((await world.wallet(account)).held).toBe(0n);
    await world.closed(activationId, 'late-sms');
  });

  it('are withheld after the money went back, and readable once they are paid for', async () => {
    await world.settings(NEVER);
    const account = await world.account();
    const { activationId } = await world.start(account);
    const [order] = await ordersOf(activationId);
    await world.trap(world.fivesim, 'sms_after_end', { probability: 1, delayMs: 2_500, charge: true, count: 1 });
    await world.ask(activationId, 'cancel');
    await world.reaches(activationId, 'REFUNDED');
    await expect(payForLateSms(world.database, account, activationId)).rejects.toMatchObject({
      code: 'wrong_state',
      detail: { reason: 'no_late_sms', state: 'REFUNDED' },
    });
    const shown = () =>
      world.database.row<{ late_sms: number; late_sms_price: bigint | null; price: bigint }>(
        'SELECT late_sms, late_sms_price, price FROM activations WHERE id = $1',
        [activationId],
      );
    await until(
      async () => (await shown())?.late_sms === 1,
      20_000,
      () => world.tale(activationId),
    );
    expect(await world.codes(activationId)).toEqual([]);
    const { late_sms_price: price } = (await shown())!;
    expect(price).toBe((await shown())!.price);
    const poor = await world.account(0n);
    await world.database.run('UPDATE activations SET account_id = $2 WHERE id = $1', [activationId, poor]);
    await expect(payForLateSms(world.database, poor, activationId)).rejects.toMatchObject({ code: 'insufficient_credit' });
    await world.database.run('UPDATE activations SET account_id = $2 WHERE id = $1', [activationId, account]);
    expect(await world.codes(activationId)).toEqual([]);

    await payForLateSms(world.database, account, activationId);
    expect(await world.codes(activationId)).toHaveLength(1);
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n - price!, held: 0n });
    expect(await shown()).toMatchObject({ late_sms: 0, late_sms_price: null });
    expect(await world.status(activationId)).toBe('REFUNDED');
    expect(order!.origin).toBe('reply');
  });
});

describe('an SMS that is the order’s and nobody’s', () => {
  it('lets the end wait instead of being asked for again and again', async () => {
    await world.settings(NEVER);
    const { activationId } = await world.start(await world.account());
    const [order] = await ordersOf(activationId);
    await world.database.run(
      `INSERT INTO inbox (id, provider, provider_order_id, order_id, source, code_sealed, confirmed_at, signalled_at)
       VALUES (gen_random_uuid(), 'fivesim', $1, $2, 'poll', '\\x00', now(), now())`,
      [order!.provider_order_id, order!.id],
    );
    await world.ask(activationId, 'cancel');
    await new Promise((done) => setTimeout(done, 4_000));
    const asked = (await world.events(activationId)).filter((type) => type === 'activityTaskScheduled').length;
    expect(asked).toBeLessThanOrEqual(3);
    expect(await world.status(activationId)).toBe('WAITING');
    // Bound after all, as the repair binds it, it is delivered.
    await world.database.run('UPDATE inbox SET activation_id = $2, signalled_at = NULL WHERE order_id = $1', [order!.id, activationId]);
    await world.reaches(activationId, 'RECEIVED', 40_000);
    await world.ask(activationId, 'finish');
    await world.closed(activationId, 'nothing-to-deliver');
  });
});

describe('hooks', () => {
  it('are hints: a forged one reveals nothing, a true one is confirmed by the provider once', async () => {
    await world.settings(NEVER);
    const keyring = createKeyring(TEST_KEYS);
    const { activationId } = await world.start(await world.account());
    const [order] = await ordersOf(activationId);
    const hook = (code: string) =>
      receiveHook(world.database, keyring, { provider: 'fivesim', providerOrderId: order!.provider_order_id, code, text: null });
    await hook('666666');
    await new Promise((done) => setTimeout(done, 700));
    expect(await world.codes(activationId)).toEqual([]);
    expect(await world.status(activationId)).toBe('WAITING');

    await world.control(world.fivesim, 'POST', `/orders/${order!.provider_order_id}/sms`, { code: '424242', text: 'Your code is 424242' });
    await Promise.all([hook('424242'), hook('424242'), hook('424242')]);
    await world.reaches(activationId, 'RECEIVED');
    expect(await world.codes(activationId)).toEqual(['424242']);
    await world.ask(activationId, 'finish');
    const { byType } = await world.closed(activationId);
    expect(byType['workflowExecutionSignaled']).toBe(1);
  });
});

describe('an order that vanishes from the list', () => {
  it('earns one single read, so that its SMS is found', async () => {
    await world.trap(world.fivesim, 'order_missing');
    const { activationId } = await world.start(await world.account());
    await world.reaches(activationId, 'RECEIVED');
    expect(await world.codes(activationId)).toHaveLength(1);
    await world.ask(activationId, 'finish');
    await world.closed(activationId);
  });
});

describe('undeclared money', () => {
  // The last test of this file: nobody is refunded by this account any more.
  it('freezes the proof instead of paying somebody a refund that never came', async () => {
    await world.control(world.herosms, 'DELETE', '/traps');
    await world.trap(world.fivesim, 'no_numbers');
    await world.settings(NEVER);
    const { activationId, answer } = await world.start(await world.account());
    expect(answer?.failure).toBeNull();
    await until(
      async () =>
        (await world.database.row("SELECT 1 AS one FROM provider_proofs WHERE provider = 'herosms' AND observed IS NOT NULL")) !== null,
      10_000,
      async () => 'the balance was never read',
    );
    await world.trap(world.herosms, 'refund_never');
    await world.control(world.herosms, 'POST', '/top-up', { amount: '7.00' });
    await world.database.run("UPDATE provider_proofs SET armed_at = now() WHERE provider = 'herosms'");
    const [order] = await ordersOf(activationId);
    await world.control(world.herosms, 'POST', `/orders/${order!.provider_order_id}/expire`);
    await until(
      async () =>
        (await world.database.row<{ frozen_at: Date | null }>("SELECT frozen_at FROM provider_proofs WHERE provider = 'herosms'"))
          ?.frozen_at !== null,
      20_000,
      async () =>
        `not frozen: ${JSON.stringify(await world.database.row('SELECT status, agreed_at, ended_at, raw_status, settlement FROM orders WHERE id = $1', [order!.id]))}\n${world.logs.slice(-10).join('\n')}`,
    );
    expect(await world.status(activationId)).toBe('PROVIDER_REFUND_PENDING');

    // An operator says what it was; the proof goes on, and still nobody is paid with money that did not come back.
    const entry = {
      kind: 'adjustment',
      provider: 'herosms',
      currency: 'USD',
      amount: 7_000_000n,
      idempotencyKey: 'found',
      operatorAccountId: 'op',
      reason: 'bonus',
    } as const;
    expect(await world.database.transaction((sql) => enterFunding(sql, entry))).toBe(true);
    expect(await world.database.transaction((sql) => enterFunding(sql, entry))).toBe(false);
    await new Promise((done) => setTimeout(done, 1_200));
    expect(await world.database.row("SELECT frozen_at FROM provider_proofs WHERE provider = 'herosms'")).toEqual({ frozen_at: null });
    expect(await world.status(activationId)).toBe('PROVIDER_REFUND_PENDING');
  });
});

describe('a refund that never comes', () => {
  it('is paid from loss after the grace, within the cap of a day, and stays expected as the house’s', async () => {
    const poor = await createWorld({ policy: { refundGraceMs: 600 }, lossDailyCap: 300_000n });
    try {
      await poor.settings(NEVER);
      await poor.trap(poor.herosms, 'no_numbers');
      await poor.trap(poor.fivesim, 'refund_never');
      const account = await poor.account();
      const first = await poor.start(account);
      const second = await poor.start(account);
      for (const { activationId } of [first, second]) await poor.ask(activationId, 'cancel');
      const statuses = async () => (await Promise.all([first, second].map(({ activationId }) => poor.status(activationId)))).toSorted();
      await until(
        async () => (await statuses()).includes('REFUNDED') && !(await statuses()).includes('WAITING'),
        30_000,
        async () => (await statuses()).join(),
      );
      await new Promise((done) => setTimeout(done, 1_500));
      // A second would exceed the cap: late, not wrong.
      expect(await statuses()).toEqual(['PROVIDER_REFUND_PENDING', 'REFUNDED']);
      const house = await poor.database.rows<{ status: string; beneficiary: string; money: string }>(
        'SELECT status, beneficiary, money FROM orders WHERE paid_from_loss_at IS NOT NULL',
      );
      expect(house).toEqual([{ status: 'REFUND_PENDING', beneficiary: 'house', money: 'expected' }]);
      expect((await poor.wallet(account)).held).toBeGreaterThan(0n);
      expect(await poor.problems()).toEqual([]);
    } finally {
      await poor.stop();
    }
  });
});
