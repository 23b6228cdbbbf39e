import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWatchActivities } from '../../src/activities/watch-activities.js';
import { receiveHook } from '../../src/db/hooks.js';
import { watchedOrders } from '../../src/db/orders.js';
import { blockBudget } from '../../src/db/request-budget.js';
import type { CallPriority } from '../../src/providers/provider.js';
import { createBudgetGate } from '../../src/rent/budget-gate.js';
import { enterRefundPending } from '../../src/rent/refund-pending.js';
import { isListDue } from '../../src/rent/watch/due.js';
import { forgetful, type Memory } from '../../src/rent/watch/memory.js';
import { repairSignals, tellWorkflows } from '../../src/rent/watch/tell.js';
import { createWakes } from '../../src/rent/watch/wakes.js';
import { watchProvider } from '../../src/rent/watch/watch.js';
import { createDesk, type Desk, readingOf, smsOf } from './desk.js';

let desk: Desk;

beforeEach(async () => {
  desk = await createDesk();
});
afterEach(async () => {
  await desk.close();
});

describe('the request budget', () => {
  /** Whether a call of that priority gets a token at once when so many of a hundred are left. */
  async function passes(priority: CallPriority, left: number): Promise<boolean> {
    await desk.database.run(
      "UPDATE request_budgets SET tokens = $1, per_second = 0.001, refilled_at = clock_timestamp() WHERE provider = 'a'",
      [left],
    );
    const gate = createBudgetGate(desk.database, 'a');
    return gate({ priority, signal: AbortSignal.timeout(400) }).then(
      () => true,
      () => false,
    );
  }

  test('leaves its last tokens to purchases and cancels, then to orders, and prices wait longest', async () => {
    const served = async (left: number) => {
      const all: CallPriority[] = [];
      for (const priority of ['purchase', 'cancel', 'order', 'watch', 'prices'] as const)
        if (await passes(priority, left)) all.push(priority);
      return all;
    };
    expect(await served(1)).toEqual(['purchase', 'cancel']);
    expect(await served(25)).toEqual(['purchase', 'cancel', 'order']);
    expect(await served(40)).toEqual(['purchase', 'cancel', 'order', 'watch']);
    expect(await served(60)).toEqual(['purchase', 'cancel', 'order', 'watch', 'prices']);
  });

  test('is empty when it is spent, and for as long as the provider asked for silence', async () => {
    expect(await passes('purchase', 0)).toBe(false);
    await blockBudget(desk.database, 'a', 60_000);
    expect(await passes('purchase', 100)).toBe(false);
  });
});

describe('the list of orders', () => {
  const NOW = 1_000_000;
  const justListed = (change: Partial<Memory> = {}): Memory => ({ ...forgetful(), listedAt: NOW - 100, sweptAt: NOW - 100, ...change });
  const due = async (memory: Memory) => isListDue(desk.deps, 'a', NOW, memory, await watchedOrders(desk.database, 'a'));
  const hook = (providerOrderId: string, code: string) =>
    receiveHook(desk.database, desk.deps.keyring, { provider: 'a', providerOrderId, code, text: null });

  test('is not read while nothing is open', async () => {
    expect(await due(forgetful())).toEqual({ extent: null, pause: desk.deps.policy.idleMs });
  });

  test('is read by its first page every 3 s while an order is young, every 10 s later, and whole every 30 s', async () => {
    const { orderId } = await desk.rent();
    expect(await due(justListed())).toEqual({ extent: null, pause: 2_900 });
    expect(await due(justListed({ listedAt: NOW - 3_000, sweptAt: NOW - 29_000 }))).toMatchObject({ extent: [0] });
    expect(await due(justListed({ listedAt: NOW - 3_000, sweptAt: NOW - 30_000 }))).toMatchObject({ extent: 'sweep' });
    await desk.database.run("UPDATE orders SET first_seen_at = first_seen_at - interval '3 minutes' WHERE id = $1", [orderId]);
    expect(await due(justListed())).toEqual({ extent: null, pause: 9_900 });
  });

  test('is read the less often the older the youngest number is, at least every 30 s', async () => {
    const { orderId } = await desk.rent();
    const pauseAt = async (minutes: number) => {
      await desk.database.run("UPDATE orders SET first_seen_at = now() - $2 * interval '1 minute' WHERE id = $1", [orderId, minutes]);
      const { pause } = await due(justListed());
      return Math.round((pause + 100) / 1_000);
    };
    expect([await pauseAt(2.5), await pauseAt(3), await pauseAt(5), await pauseAt(9), await pauseAt(10), await pauseAt(19)]).toEqual([
      10, 10, 15, 27, 30, 30,
    ]);
  });

  test('is read at once for hooks, once for all that come within a quarter of a second, and not again for the same', async () => {
    const { providerOrderId } = await desk.rent();
    await hook(providerOrderId, '111111');
    await hook(providerOrderId, '222222');
    expect(await due(justListed())).toEqual({ extent: null, pause: 150 });
    const memory = justListed({ listedAt: NOW - 250 });
    expect(await due(memory)).toMatchObject({ extent: [0] });
    memory.listedAt = NOW;
    expect(await due(memory)).toEqual({ extent: null, pause: 3_000 });
  });

  test('is not read for hooks of orders that nobody has', async () => {
    await hook('stranger', '111111');
    expect(await due(justListed({ listedAt: -Infinity }))).toMatchObject({ extent: null });
  });

  test('is read whole for a purchase whose reply is lost, although nothing is open', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = () => ({ kind: 'ambiguous', reason: 'timeout', raw: '' });
    await desk.buy(activationId);
    expect(await due(justListed({ listedAt: NOW - 3_000 }))).toMatchObject({ extent: null });
    await desk.age(60_000);
    expect(await due(justListed({ listedAt: NOW - 3_000 }))).toMatchObject({ extent: 'sweep' });
  });

  test('is read on after a purchase was given up, for as long as its number may live', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = () => ({ kind: 'ambiguous', reason: 'timeout', raw: '' });
    await desk.buy(activationId);
    await desk.database.run("UPDATE attempts SET status = 'ABANDONED', resolved_at = now()");
    expect(await due(justListed({ listedAt: NOW - 10_000, sweptAt: NOW - 30_000 }))).toMatchObject({ extent: 'sweep' });
    await desk.database.run("UPDATE attempts SET sent_at = sent_at - interval '1 day'");
    expect(await due(justListed({ listedAt: NOW - 10_000 }))).toEqual({ extent: null, pause: desk.deps.policy.idleMs });
  });
});

test('a hook stores its row and wakes its provider’s watcher in the same moment', async () => {
  const wakes = await createWakes(desk.database);
  try {
    const woken = wakes.next('a', 20_000, new AbortController().signal);
    await receiveHook(desk.database, desk.deps.keyring, { provider: 'a', providerOrderId: 'n', code: '111111', text: null });
    expect(await woken).toBe('woken');
    expect(await desk.database.rows('SELECT confirmed_at FROM inbox')).toEqual([{ confirmed_at: null }]);
  } finally {
    await wakes.close();
  }
});

describe('a workflow', () => {
  const bring = async () => {
    const rented = await desk.rent();
    await desk.take(rented.orderId, readingOf(rented.providerOrderId, { condition: 'has_sms', sms: [smsOf('123456')] }));
    return rented;
  };

  test('is told of a confirmed SMS once, and of one that only a hook told of not at all', async () => {
    const { activationId, providerOrderId } = await bring();
    await receiveHook(desk.database, desk.deps.keyring, { provider: 'a', providerOrderId, code: '999999', text: null });
    for (let look = 0; look < 3; look += 1) await tellWorkflows(desk.deps, 'a');
    expect(desk.told).toEqual([`sms ${activationId}`]);
  });

  test('that is over needs no telling: its SMS is delivered', async () => {
    const { activationId } = await bring();
    desk.workflowsRun = false;
    await tellWorkflows(desk.deps, 'a');
    expect(await desk.status(activationId)).toBe('RECEIVED');
  });

  test('that did not hear is told again by the repair: an SMS, an end; and an SMS that it left is delivered', async () => {
    const unsent = await bring();
    const ended = await desk.rent();
    await desk.take(ended.orderId, readingOf(ended.providerOrderId, { condition: 'ended' }));
    const left = await bring();
    await desk.database.run(
      `UPDATE inbox SET confirmed_at = clock_timestamp() - $2::int * interval '1 second', signalled_at = CASE WHEN $3 THEN clock_timestamp() END
       WHERE activation_id = $1`,
      [left.activationId, 61, true],
    );
    await desk.database.run("UPDATE inbox SET confirmed_at = clock_timestamp() - interval '6 seconds' WHERE activation_id = $1", [
      unsent.activationId,
    ]);
    await desk.database.run("UPDATE orders SET ended_at = clock_timestamp() - interval '6 seconds' WHERE id = $1", [ended.orderId]);
    expect(await repairSignals(desk.deps)).toEqual({ delivered: 1 });
    expect(desk.told.toSorted()).toEqual([`ended ${ended.activationId}`, `sms ${unsent.activationId}`]);
    expect(await desk.status(left.activationId)).toBe('RECEIVED');
  });
});

describe('the watcher', () => {
  /** Loops with ten minutes between them by the watcher's clock; what happens in between is the test's. */
  async function watch(loops: number, between: (loop: number) => Promise<void> = async () => {}): Promise<void> {
    const stop = new AbortController();
    let loop = 0;
    await watchProvider(desk.deps, 'a', {
      wakes: {
        async next() {
          loop += 1;
          if (loop >= loops) stop.abort();
          else await between(loop);
          return 'woken';
        },
        close: async () => {},
      },
      now: () => loop * 600_000,
      until: Infinity,
      signal: stop.signal,
      alive: () => {},
    });
  }

  test('finds in Postgres what is to be done, in each loop, whatever was there when it began', async () => {
    let open!: { orderId: string; providerOrderId: string; activationId: string };
    let pending!: typeof open;
    let attempt!: string;
    let orphan!: string;
    await watch(4, async (loop) => {
      if (loop > 1) return;
      expect(desk.a.calls).toEqual([]);
      // Nothing of this was there in the first loop.
      pending = await desk.rent();
      await desk.take(pending.orderId, readingOf(pending.providerOrderId, { condition: 'ended' }));
      await enterRefundPending(desk.deps, { ...pending, why: 'expire' });
      orphan = (await desk.rent()).orderId;
      await desk.database.run("UPDATE orders SET beneficiary = 'house', origin = 'late_claim' WHERE id = $1", [orphan]);
      open = await desk.rent();
      const { activationId } = await desk.open();
      attempt = activationId;
      desk.a.purchase = () => ({ kind: 'ambiguous', reason: 'timeout', raw: '' });
      await desk.buy(activationId);
      await desk.age(60_000);
      desk.a.page = () => ({
        orders: [readingOf(open.providerOrderId, { condition: 'has_sms', sms: [smsOf('123456')] })],
        more: false,
      });
      desk.a.calls.length = 0;
    });
    const { provider_order_id: orphanAtProvider } = await desk.order(orphan);
    expect(new Set(desk.a.calls)).toEqual(
      new Set(['openOrders', `cancel ${orphanAtProvider}`, `readOrder ${orphanAtProvider}`, `readOrder ${pending.providerOrderId}`]),
    );
    expect(desk.told).toEqual([`sms ${open.activationId}`]);
    expect(await desk.database.row('SELECT status FROM attempts WHERE activation_id = $1', [attempt])).toEqual({ status: 'ABANDONED' });
  });

  test('keeps an ended order until its grace is over, and none that is settled', async () => {
    const { orderId } = await desk.rent();
    const ids = async () => (await watchedOrders(desk.database, 'a')).map(({ id }) => id);
    const is = (status: string, grace: string | null) =>
      desk.database.run('UPDATE orders SET status = $2, ended_at = now(), grace_read_at = $3::timestamptz WHERE id = $1', [
        orderId,
        status,
        grace,
      ]);
    for (const status of ['OPEN', 'CANCEL_ASKED', 'EXPIRED', 'REFUND_PENDING', 'REFUNDED']) {
      await is(status, null);
      expect(await ids()).toEqual([orderId]);
    }
    await is('REFUNDED', '2026-01-01T00:00:00Z');
    expect(await ids()).toEqual([]);
    await is('CLOSED_WITH_SMS', null);
    expect(await ids()).toEqual([]);
  });

  test('reads an ended order once more at the end of its grace, though its money is back, and then no more', async () => {
    const { orderId, providerOrderId } = await desk.rent();
    const endedFor = (seconds: number) =>
      desk.database.run(
        "UPDATE orders SET status = 'REFUNDED', money = 'refunded', ended_at = now() - $2::int * interval '1 second' WHERE id = $1",
        [orderId, seconds],
      );
    desk.a.record = (id) => readingOf(id, { condition: 'ended', sms: [smsOf('123456')] });
    await endedFor(110);
    await watch(2);
    expect(desk.a.calls).not.toContain(`readOrder ${providerOrderId}`);
    await endedFor(121);
    await watch(3);
    expect(desk.a.calls.filter((call) => call === `readOrder ${providerOrderId}`)).toHaveLength(1);
    expect(await desk.database.rows('SELECT confirmed_at IS NOT NULL AS kept FROM inbox')).toEqual([{ kept: true }]);
  });

  test('goes on after a failure, whatever failed', async () => {
    await desk.rent();
    let failures = 0;
    desk.a.page = () => {
      failures += 1;
      throw new Error('no reply');
    };
    await watch(3);
    expect(failures).toBe(3);
  });

  test('says that it is alive while it waits, and stops when it is cancelled', async () => {
    const environment = new MockActivityEnvironment();
    const beat = new Promise<void>((heard) => {
      environment.on('heartbeat', () => {
        heard();
      });
    });
    const wakes = await createWakes(desk.database);
    try {
      const activities = createWatchActivities(desk.deps, wakes, () => performance.now());
      const watching = (): Promise<void> => activities.watchProvider({ provider: 'a', forMs: 12_000 });
      const began = performance.now();
      const ended = environment.run(watching).then(
        () => 'went on',
        (error: unknown) => (error instanceof CancelledFailure ? 'stopped' : error),
      );
      expect(await Promise.race([beat.then(() => 'alive'), ended])).toBe('alive');
      environment.cancel();
      expect(await ended).toBe('stopped');
      expect(performance.now() - began).toBeLessThan(10_000);
    } finally {
      await wakes.close();
    }
  });
});
