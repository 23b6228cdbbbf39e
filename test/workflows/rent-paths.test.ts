import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, until, type World } from '../rent/world.js';

const NEVER = { smsDelayMinMs: 600_000, smsDelayMaxMs: 600_000 };
const SOON = { smsDelayMinMs: 200, smsDelayMaxMs: 500 };
let world: World;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  await world.settings({ ...SOON, lifetimeMs: 60_000, cancelWindowMs: 0 });
});
afterEach(async () => {
  for (const simulator of [world.herosms, world.fivesim]) await world.control(simulator, 'DELETE', '/traps');
  expect(await world.problems()).toEqual([]);
});
afterAll(async () => {
  await world.stop();
});

const priceOf = async (id: string) =>
  (await world.database.row<{ price: bigint }>('SELECT price FROM activations WHERE id = $1', [id]))!.price;
const providerOf = async (id: string) =>
  (await world.database.row<{ provider: string }>('SELECT provider FROM activations WHERE id = $1', [id]))!.provider;
const simulatorOf = async (id: string) => ((await providerOf(id)) === 'herosms' ? world.herosms : world.fivesim);
const orderOf = async (id: string) =>
  (await world.database.row<{ provider_order_id: string; status: string; origin: string }>(
    'SELECT o.provider_order_id, o.status, o.origin FROM activations a JOIN orders o ON o.id = a.order_id WHERE a.id = $1',
    [id],
  ))!;

describe('the happy path', () => {
  it('buys, delivers the code and is finished within its event budget, by type', async () => {
    const account = await world.account();
    const { activationId, answer } = await world.start(account);
    expect(answer).toMatchObject({ activationId, failure: null });
    expect(await world.status(activationId)).toBe('WAITING');
    await world.reaches(activationId, 'RECEIVED');
    expect((await world.codes(activationId)).map((code) => /^\d{4,8}$/.test(code))).toEqual([true]);
    await until(
      async () => (await world.events(activationId)).includes('timerCanceled'),
      5_000,
      async () => 'the delivery is not in the history',
    );
    expect((await world.events(activationId)).length).toBeLessThanOrEqual(25);

    expect(await world.ask(activationId, 'finish')).toEqual({ kind: 'accepted', dueAt: null });
    const history = await world.closed(activationId, 'finished');
    expect(await world.status(activationId)).toBe('COMPLETED');
    expect(history.byType).toEqual({
      workflowExecutionStarted: 1,
      workflowTaskScheduled: 5,
      workflowTaskStarted: 5,
      workflowTaskCompleted: 5,
      workflowExecutionUpdateAccepted: 2,
      workflowExecutionUpdateCompleted: 2,
      markerRecorded: 2,
      activityTaskScheduled: 2,
      activityTaskStarted: 2,
      activityTaskCompleted: 2,
      upsertWorkflowSearchAttributes: 1,
      timerStarted: 2,
      timerCanceled: 2,
      workflowExecutionSignaled: 1,
      workflowExecutionCompleted: 1,
    });
    expect(history.total).toBeLessThanOrEqual(36);
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n - (await priceOf(activationId)), held: 0n });
    expect((await orderOf(activationId)).status).toBe('CLOSED_WITH_SMS');
  });

  it('completes by itself after the quiet time, and tells the provider', async () => {
    const quick = await createWorld({ policy: { quietMs: 300 } });
    try {
      const { activationId } = await quick.start(await quick.account());
      await quick.reaches(activationId, 'COMPLETED');
      await quick.closed(activationId, 'quiet');
      const history = await quick.database.rows<{ reason: string }>(
        'SELECT reason FROM activation_history WHERE activation_id = $1 ORDER BY id',
        [activationId],
      );
      expect(history.map(({ reason }) => reason)).toEqual(['requested', 'reply', 'waiting_for_sms', 'sms_received', 'quiet']);
    } finally {
      await quick.stop();
    }
  });

  it('keeps several SMS of one order, each once, for one price', async () => {
    await world.trap(world.herosms, 'several_sms', { probability: 1, extra: 2 });
    await world.trap(world.fivesim, 'several_sms', { probability: 1, extra: 2 });
    const account = await world.account();
    const { activationId } = await world.start(account);
    await until(
      async () => (await world.codes(activationId)).length >= 2,
      15_000,
      async () => `only ${(await world.codes(activationId)).length} SMS came`,
    );
    expect((await world.wallet(account)).available).toBe(10_000_000n - (await priceOf(activationId)));
    expect(new Set(await world.codes(activationId)).size).toBe((await world.codes(activationId)).length);
    await world.ask(activationId, 'finish');
    await world.closed(activationId, 'several-sms');
  });

  it('asks for another SMS and receives it', async () => {
    const account = await world.account();
    const { activationId } = await world.start(account, { idempotencyKey: randomUUID() });
    await world.reaches(activationId, 'RECEIVED');
    const [first] = await world.codes(activationId);
    expect(await world.ask(activationId, 'resend')).toEqual({ kind: 'accepted', dueAt: null });
    const simulator = await simulatorOf(activationId);
    if (simulator === world.fivesim)
      await world.control(simulator, 'POST', `/orders/${(await orderOf(activationId)).provider_order_id}/sms`, { code: '77001' });
    await until(
      async () => (await world.codes(activationId)).length === 2,
      15_000,
      async () => 'no second SMS came',
    );
    expect((await world.codes(activationId))[0]).toBe(first);
    await world.ask(activationId, 'finish');
    await world.closed(activationId, 'another-sms');
  });
});

describe('starting', () => {
  it('goes to the next candidate when one has no number, at seven events each', async () => {
    // What rests is asked last, so the other one is surely asked first.
    await world.database.run(
      "INSERT INTO route_rests (provider, service, country, strict, reason, until) VALUES ('herosms', 'telegram', 'ID', false, 'test', now() + interval '1 hour')",
    );
    await world.trap(world.fivesim, 'no_numbers');

    const { activationId, answer } = await world.start(await world.account());
    expect(answer?.failure).toBeNull();
    const attempts = await world.database.rows<{ provider: string; status: string; reason: string }>(
      'SELECT provider, status, reason FROM attempts WHERE activation_id = $1 ORDER BY seq',
      [activationId],
    );
    expect(attempts[0]).toEqual({ provider: 'fivesim', status: 'REFUSED', reason: 'no_numbers' });
    expect(attempts.at(-1)!.status).toBe('BOUGHT');
    await world.reaches(activationId, 'RECEIVED');
    await world.ask(activationId, 'finish');
    expect((await world.closed(activationId, 'next-candidate')).total).toBeLessThanOrEqual(36 + 7 * (attempts.length - 1));
  });

  it('fails with what was tried, and releases the hold, when nobody has a number', async () => {
    await world.trap(world.herosms, 'no_numbers');
    await world.trap(world.fivesim, 'no_numbers');
    const account = await world.account();
    const { activationId, answer } = await world.start(account);
    expect(answer?.failure?.code).toBe('no_numbers');
    expect(answer?.failure?.detail['tried']).toEqual(
      expect.arrayContaining([expect.objectContaining({ provider: 'herosms', reason: 'no_numbers' })]),
    );
    expect(await world.status(activationId)).toBe('FAILED');
    await world.closed(activationId, 'no-number');
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
  });

  it('refuses without credit, before any provider is asked', async () => {
    const account = await world.account(0n);
    const { activationId, answer } = await world.start(account);
    expect(answer?.failure).toMatchObject({ code: 'insufficient_credit', detail: { available: '0.00', currency: 'USD' } });
    expect(await world.database.rows('SELECT 1 FROM attempts WHERE activation_id = $1', [activationId])).toEqual([]);
    await world.closed(activationId, 'no-credit');
  });

  it('fails when no offer fits the ceiling', async () => {
    const { answer } = await world.start(await world.account(), { maxPrice: '0.000001' });
    expect(answer?.failure).toEqual({ code: 'no_numbers', detail: { tried: [] } });
  });

  it('buys once however often the same key is sent at once', async () => {
    const account = await world.account();
    const idempotencyKey = randomUUID();
    const replies = await Promise.all(Array.from({ length: 20 }, () => world.start(account, { idempotencyKey })));
    expect(new Set(replies.map(({ activationId }) => activationId)).size).toBe(1);
    expect(replies.every(({ answer }) => answer?.failure === null)).toBe(true);
    expect(await world.database.rows('SELECT 1 FROM orders WHERE activation_id = $1', [replies[0]!.activationId])).toHaveLength(1);
  });

  it('starts one of twenty at once on credit for one', async () => {
    const { activationId } = await world.start(await world.account());
    const account = await world.account(await priceOf(activationId));
    const replies = await Promise.all(Array.from({ length: 20 }, () => world.start(account)));
    expect(replies.filter(({ answer }) => answer?.failure === null)).toHaveLength(1);
    expect(replies.filter(({ answer }) => answer?.failure?.code === 'insufficient_credit')).toHaveLength(19);
  });

  it('answers from the row, without buying, when the workflow is over', async () => {
    const account = await world.account();
    const idempotencyKey = randomUUID();
    const first = await world.start(account, { idempotencyKey });
    await world.reaches(first.activationId, 'RECEIVED');
    await world.ask(first.activationId, 'finish');
    await world.closed(first.activationId);
    const again = await world.start(account, { idempotencyKey });
    expect(again.kind === 'ended' || again.answer?.failure === null).toBe(true);
    expect(await world.database.rows('SELECT 1 FROM orders WHERE activation_id = $1', [first.activationId])).toHaveLength(1);
  });
});

describe('ending without a code', () => {
  it('cancels, and gives the money back once the balance proves it', async () => {
    await world.settings(NEVER);
    const account = await world.account();
    const { activationId } = await world.start(account);
    expect((await world.wallet(account)).held).toBe(await priceOf(activationId));
    expect(await world.ask(activationId, 'cancel')).toEqual({ kind: 'accepted', dueAt: null });
    await world.reaches(activationId, 'REFUNDED');
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
    const history = await world.closed(activationId, 'cancelled');
    expect(history.total).toBeLessThanOrEqual(36);
    expect(history.byType['activityTaskScheduled']).toBe(2);
    const evidence = await world.database.row<{ evidence: { observed: string } }>(
      "SELECT evidence FROM transfers WHERE activation_id = $1 AND kind = 'refund'",
      [activationId],
    );
    expect(evidence?.evidence).toMatchObject({ observed: expect.stringMatching(/^\d+\.\d+$/), surplus: expect.any(String) });
    expect(await world.ask(activationId, 'cancel')).toEqual({ kind: 'ended' });
  });

  it('gives the number back when an operator cancels the workflow in Temporal', async () => {
    await world.settings(NEVER);
    const account = await world.account();
    const { activationId } = await world.start(account);
    await world.handle(activationId).cancel();
    await world.reaches(activationId, 'REFUNDED');
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
    await world.closed(activationId);
  });

  it('waits with a cancel as long as the provider refuses it, eleven events more at most', async () => {
    await world.settings({ ...NEVER, cancelWindowMs: 1_500 });
    const { activationId } = await world.start(await world.account());
    expect(await world.ask(activationId, 'cancel')).toMatchObject({ kind: 'accepted' });
    await world.reaches(activationId, 'REFUNDED');
    expect((await world.closed(activationId, 'cancel-waits')).total).toBeLessThanOrEqual(36 + 11);
  });

  it('does not wait for the provider to accept a cancel of a number that it has ended itself', async () => {
    const strict = await createWorld({ cancelAfterMs: 30_000 });
    try {
      await strict.settings({ ...NEVER, cancelWindowMs: 30_000 });
      await strict.trap(strict.fivesim, 'no_numbers');
      const { activationId } = await strict.start(await strict.account());
      expect(await strict.ask(activationId, 'cancel')).toMatchObject({ kind: 'accepted', dueAt: expect.any(String) });
      const order = await strict.database.row<{ provider_order_id: string }>(
        'SELECT provider_order_id FROM orders WHERE activation_id = $1',
        [activationId],
      );
      await until(
        async () => (await strict.events(activationId)).filter((type) => type === 'timerStarted').length === 2,
        5_000,
        () => strict.tale(activationId),
      );
      // A purchase and its refund that fall between two looks at the balance prove nothing.
      await until(
        async () =>
          (await strict.database.row("SELECT 1 FROM provider_proofs WHERE provider = 'herosms' AND fall_observed IS NOT NULL")) !== null,
        20_000,
        () => strict.tale(activationId),
      );
      await strict.control(strict.herosms, 'POST', `/orders/${order!.provider_order_id}/expire`);
      await strict.reaches(activationId, 'REFUNDED');
      expect((await strict.closed(activationId, 'ended-before-cancel')).total).toBeLessThanOrEqual(36 + 11 + 2);
    } finally {
      await strict.stop();
    }
  });

  it('lets a code that comes before the cancel win', async () => {
    await world.settings({ smsDelayMinMs: 500, smsDelayMaxMs: 600, cancelWindowMs: 20_000 });
    const { activationId } = await world.start(await world.account());
    await world.ask(activationId, 'cancel');
    await world.reaches(activationId, 'RECEIVED');
    expect(await world.codes(activationId)).toHaveLength(1);
    await world.ask(activationId, 'finish');
    await world.closed(activationId, 'code-before-cancel');
  });

  it('expires, and gives the money back once the balance proves it', async () => {
    await world.settings({ ...NEVER, lifetimeMs: 1_500 });
    const account = await world.account();
    const { activationId } = await world.start(account);
    await world.reaches(activationId, 'REFUNDED');
    expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
    expect((await world.closed(activationId, 'expired')).total).toBeLessThanOrEqual(36);
    const statuses = await world.database.rows<{ to_status: string }>(
      'SELECT to_status FROM activation_history WHERE activation_id = $1 ORDER BY id',
      [activationId],
    );
    expect(statuses.map(({ to_status }) => to_status)).toEqual([
      'REQUESTED',
      'PURCHASED',
      'WAITING',
      'EXPIRED',
      'PROVIDER_REFUND_PENDING',
      'REFUNDED',
    ]);
  });

  it('does not believe a provider that says refunded and keeps the money', async () => {
    await world.settings(NEVER);
    await world.trap(world.herosms, 'refund_never');
    await world.trap(world.fivesim, 'refund_never');
    const account = await world.account();
    const { activationId } = await world.start(account);
    await world.ask(activationId, 'cancel');
    await world.reaches(activationId, 'PROVIDER_REFUND_PENDING');
    await new Promise((done) => setTimeout(done, 1_500));
    expect(await world.status(activationId)).toBe('PROVIDER_REFUND_PENDING');
    expect((await world.wallet(account)).held).toBe(await priceOf(activationId));
  });
});
