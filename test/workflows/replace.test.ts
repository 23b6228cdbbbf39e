import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { payForLateSms } from '../../src/api/late-sms.js';
import type { Simulator } from '../../src/simulators/kernel.js';
import { createWorld, until, type World } from '../rent/world.js';

const NEVER = { smsDelayMinMs: 600_000, smsDelayMaxMs: 600_000 };
const REPLACE = { onNoCode: 'replace' } as const;
let world: World;

beforeAll(async () => {
  // Long enough that a busy machine brings an SMS before the next number is asked for.
  world = await createWorld({ policy: { replaceAfterMs: 3_500 } });
});
beforeEach(async () => {
  await world.settings({ ...NEVER, lifetimeMs: 60_000, cancelWindowMs: 0 });
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
  readonly provider: string;
  readonly provider_order_id: string;
  readonly status: string;
  readonly beneficiary: string;
  readonly money: string;
  readonly client_price: bigint;
}
const ordersOf = (activationId: string) =>
  world.database.rows<Order>(
    'SELECT id, provider, provider_order_id, status, beneficiary, money, client_price FROM orders WHERE activation_id = $1 ORDER BY first_seen_at',
    [activationId],
  );
const servingOf = async (activationId: string) =>
  (await world.database.row<{ order_id: string; price: bigint; provider: string }>(
    'SELECT order_id, price, provider FROM activations WHERE id = $1',
    [activationId],
  ))!;
const simulatorOf = (order: Order): Simulator => (order.provider === 'herosms' ? world.herosms : world.fivesim);
const bringSms = (order: Order, code: string) =>
  world.control(simulatorOf(order), 'POST', `/orders/${order.provider_order_id}/sms`, { code, text: `Your code is ${code}` });
const reasonsOf = async (activationId: string) =>
  (
    await world.database.rows<{ reason: string }>('SELECT reason FROM activation_history WHERE activation_id = $1 ORDER BY id', [
      activationId,
    ])
  ).map(({ reason }) => reason);
async function numbers(activationId: string, count: number): Promise<readonly Order[]> {
  await until(
    async () =>
      (await ordersOf(activationId)).length >= count &&
      (await servingOf(activationId)).order_id === (await ordersOf(activationId))[count - 1]!.id,
    20_000,
    async () => `number ${count} was not bought\n${await world.tale(activationId)}`,
  );
  return ordersOf(activationId);
}

describe('failover while waiting', () => {
  it('gives a silent number back and gets the next, elsewhere first; the first SMS is paid once', async () => {
    const account = await world.account();
    const { activationId } = await world.start(account, REPLACE);
    const [first, second] = await numbers(activationId, 2);
    expect(second!.provider).not.toBe(first!.provider);
    expect(await world.status(activationId)).toBe('WAITING');
    expect(first).toMatchObject({ beneficiary: 'house' });
    await bringSms(second!, '515151');
    await world.reaches(activationId, 'RECEIVED');
    expect(await world.codes(activationId)).toEqual(['515151']);
    await world.ask(activationId, 'finish');
    const { total } = await world.closed(activationId, 'replaced');
    // One workflow task more where a busy machine hears two things one after the other.
    expect(total).toBeLessThanOrEqual(36 + 21 + 3);
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n - second!.client_price, held: 0n });
    await until(
      async () => (await ordersOf(activationId))[0]!.status === 'REFUNDED',
      15_000,
      async () => `the house did not get its refund\n${await world.tale(activationId)}`,
    );
    expect(await reasonsOf(activationId)).toEqual([
      'requested',
      'reply',
      'waiting_for_sms',
      'given_up_for_another',
      'replaced',
      'sms_received',
      'finished_by_client',
    ]);
  });

  it('ends with the code where the provider refuses the cancel because one is there', async () => {
    for (const simulator of [world.herosms, world.fivesim]) await world.trap(simulator, 'sms_on_cancel');
    const { activationId } = await world.start(await world.account(), REPLACE);
    await world.reaches(activationId, 'RECEIVED');
    expect(await world.codes(activationId)).toHaveLength(1);
    expect(await ordersOf(activationId)).toHaveLength(1);
    await world.ask(activationId, 'finish');
    await world.closed(activationId, 'code-before-replacement');
  });

  it('keeps a silent number while nothing else fits what is held', async () => {
    const { activationId } = await world.start(await world.account(), REPLACE);
    const [only] = await ordersOf(activationId);
    await world.database.run('UPDATE providers SET paused_at = now()');
    try {
      await new Promise((done) => setTimeout(done, 2_500));
      expect(await ordersOf(activationId)).toMatchObject([{ id: only!.id, status: 'OPEN', beneficiary: 'activation' }]);
    } finally {
      await world.database.run('UPDATE providers SET paused_at = NULL');
    }
    await world.ask(activationId, 'cancel');
    await world.reaches(activationId, 'REFUNDED');
    await world.closed(activationId, 'kept-without-replacement');
  });

  it('refunds by the proof of the last number alone when all stay silent', async () => {
    const short = await createWorld({ policy: { maxReplacements: 1, replaceAfterMs: 600 } });
    try {
      await short.settings({ ...NEVER, lifetimeMs: 4_000 });
      const account = await short.account();
      const { activationId } = await short.start(account, REPLACE);
      await until(
        async () => (await short.database.rows('SELECT 1 FROM orders WHERE activation_id = $1', [activationId])).length === 2,
        15_000,
        async () => `no second number\n${await short.tale(activationId)}`,
      );
      const [first, second] = await short.database.rows<Order>(
        'SELECT id, provider, beneficiary FROM orders WHERE activation_id = $1 ORDER BY first_seen_at',
        [activationId],
      );
      // The first number's refund never comes, which is no matter of the client's.
      await short.database.run('UPDATE providers SET paused_at = now() WHERE id = $1', [first!.provider]);
      expect(second!.provider).not.toBe(first!.provider);
      await short.reaches(activationId, 'REFUNDED', 25_000);
      expect(await short.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
      await short.closed(activationId, 'replaced-in-vain');
      expect(await short.problems()).toEqual([]);
    } finally {
      await short.stop();
    }
  });

  it('ends with the number that it gave up when nobody has another after all', async () => {
    const account = await world.account();
    const { activationId } = await world.start(account, REPLACE);
    for (const simulator of [world.herosms, world.fivesim]) await world.trap(simulator, 'no_numbers');
    await world.reaches(activationId, 'REFUNDED', 30_000);
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
    expect(await reasonsOf(activationId)).toContain('given_up_for_another');
    expect(await ordersOf(activationId)).toMatchObject([{ status: 'REFUNDED', beneficiary: 'activation' }]);
    await world.closed(activationId, 'given-up-in-vain');
  });

  it('returns to an earlier number that gets the first SMS, at its price, and gives the later one back', async () => {
    const account = await world.account();
    const { activationId } = await world.start(account, REPLACE);
    const seller = simulatorOf((await ordersOf(activationId))[0]!);
    await world.trap(seller, 'refund_late', { probability: 1, delayMs: 60_000 });
    await world.trap(seller, 'sms_after_end', { probability: 1, delayMs: 700, charge: true, count: 1 });
    const [first] = await numbers(activationId, 2);
    await until(
      async () => ['RECEIVED', 'COMPLETED'].includes(await world.status(activationId)),
      20_000,
      () => world.tale(activationId),
    );
    expect(await servingOf(activationId)).toMatchObject({ order_id: first!.id, price: first!.client_price, provider: first!.provider });
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n - first!.client_price, held: 0n });
    expect(await world.codes(activationId)).toHaveLength(1);
    await world.reaches(activationId, 'COMPLETED');
    await until(
      async () =>
        (await ordersOf(activationId))
          .slice(1)
          .every(({ beneficiary, status }) => beneficiary === 'house' && (status === 'REFUND_PENDING' || status === 'REFUNDED')),
      15_000,
      async () => `the later numbers were not given back\n${await world.tale(activationId)}`,
    );
    expect(await reasonsOf(activationId)).toContain('sms_to_replaced_number');
    await world.closed(activationId, 'sms-to-replaced');
  });

  it('withholds the SMS of the other number, whose cost is the house’s loss', async () => {
    const account = await world.account();
    const { activationId } = await world.start(account, REPLACE);
    for (const simulator of [world.herosms, world.fivesim]) {
      await world.trap(simulator, 'refund_late', { probability: 1, delayMs: 60_000 });
      await world.trap(simulator, 'sms_after_end', { probability: 1, delayMs: 2_500, charge: true, count: 1 });
    }
    const [first, second] = await numbers(activationId, 2);
    await bringSms(second!, '626262');
    await world.reaches(activationId, 'RECEIVED');
    await until(
      async () => (await ordersOf(activationId))[0]!.status === 'CLOSED_WITH_SMS',
      20_000,
      async () => `the other SMS was not noticed\n${await world.tale(activationId)}`,
    );
    expect(await world.codes(activationId)).toEqual(['626262']);
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n - second!.client_price, held: 0n });
    const borne = await world.database.rows<{ account_id: string }>(
      "SELECT e.account_id FROM entries e JOIN transfers t ON t.id = e.transfer_id WHERE t.order_id = $1 AND t.kind = 'sold'",
      [first!.id],
    );
    expect(borne.map(({ account_id }) => account_id)).toContain('loss');
    const { late_sms: count } = (await world.database.row<{ late_sms: number }>('SELECT late_sms FROM activations WHERE id = $1', [
      activationId,
    ]))!;
    expect(count).toBe(1);

    // A further capture makes it readable, once.
    await Promise.all([1, 2, 3].map(() => payForLateSms(world.database, account, activationId)));
    expect(await world.codes(activationId)).toHaveLength(2);
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n - second!.client_price - first!.client_price, held: 0n });
    await expect(payForLateSms(world.database, await world.account(), activationId)).rejects.toMatchObject({ code: 'not_found' });
    await world.ask(activationId, 'finish');
    await world.closed(activationId, 'other-number-sold');
  });
});
