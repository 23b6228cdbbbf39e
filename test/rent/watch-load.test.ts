import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { receiveHook } from '../../src/db/hooks.js';
import { watchedOrders } from '../../src/db/orders.js';
import { blockBudget, silenceOf, takeToken } from '../../src/db/request-budget.js';
import { createErrands } from '../../src/rent/watch/errands.js';
import { cancelOrphans, readEnded, readMissing } from '../../src/rent/watch/housekeeping.js';
import { CROWD, createCrowd, type Crowd } from './crowd.js';
import { until } from './world.js';

const QUICK = { pollMs: 300, slowPollMs: 300, sweepMs: 500, recheckMs: 400, orderGraceMs: 1_000 };
const WIDE = { perSecond: 200, burst: 200 };
let crowd: Crowd;

afterEach(async () => {
  await crowd.close();
});

const allSeen = (count: number, withinMs: number) =>
  until(
    async () => {
      const { seen, unseen } = await crowd.latencies();
      return unseen === 0 && seen.length === count;
    },
    withinMs,
    async () => `${JSON.stringify(await crowd.requests())}\n${crowd.logs.join('\n')}`,
  );
const watched = () => watchedOrders(crowd.database, CROWD);
const errands = () => createErrands(crowd.deps, CROWD, { signal: new AbortController().signal, alive: () => {}, now: () => 0 }, 1);
const orderOf = (providerOrderId: string) =>
  crowd.database.row<{ id: string; ended_at: Date | null; agreed_at: Date | null; missing_sweeps: number }>(
    'SELECT id, ended_at, agreed_at, missing_sweeps FROM orders WHERE provider_order_id = $1',
    [providerOrderId],
  );

describe.each(['handler_api', 'fivesim'] as const)('hundreds of open orders at %s', (kind) => {
  it('are all seen within a tight budget, and purchases do not wait for it', { timeout: 60_000 }, async () => {
    const budget = { perSecond: 15, burst: 5 };
    crowd = await createCrowd({
      kind,
      budget,
      policy: { ...QUICK, sweepMs: 1_000 },
      settings: { smsDelayMinMs: 2_000, smsDelayMaxMs: 4_000 },
    });
    await crowd.buy(290);
    await crowd.control('POST', '/traps', { name: 'order_missing' });
    await crowd.buy(10);
    const total = async () => Object.values(await crowd.requests()).reduce((sum, count) => sum + count, 0);
    const before = { calls: await total(), at: Date.now() };
    crowd.watch();
    const waits: number[] = [];
    const stopping = new AbortController();
    const buying = (async () => {
      while (!stopping.signal.aborted) {
        waits.push(await crowd.token('purchase'));
        await new Promise((next) => setTimeout(next, 200));
      }
    })();
    await allSeen(300, 30_000).finally(() => {
      stopping.abort();
    });
    await buying;
    const seconds = (Date.now() - before.at) / 1_000;
    expect(Math.max(...waits)).toBeLessThan(600);
    expect((await total()) - before.calls + waits.length).toBeLessThanOrEqual(budget.burst + budget.perSecond * seconds + 1);
    const { sweeps } = (await crowd.database.row<{ sweeps: bigint }>('SELECT sweeps FROM watcher_state'))!;
    const { getStatus = 0, check = 0 } = await crowd.requests();
    expect(getStatus + check).toBeGreaterThanOrEqual(10);
    // Two whole lists for each single read; an order that has its SMS is closed and read no more.
    expect(getStatus + check).toBeLessThanOrEqual(10 * Math.floor(Number(sweeps) / 2));
    expect(crowd.logs.filter((line) => !line.startsWith('info'))).toEqual([]);
  });
});

describe('a watcher', () => {
  it(
    'reads an old order whose hook came on the page where it stands, and stores nothing again after a restart',
    { timeout: 60_000 },
    async () => {
      crowd = await createCrowd({
        kind: 'handler_api',
        budget: WIDE,
        policy: { ...QUICK, pollMs: 60_000, slowPollMs: 60_000, sweepMs: 600_000 },
        settings: { smsDelayMinMs: 600_000, smsDelayMaxMs: 600_000 },
      });
      const [oldest] = await crowd.buy(350);
      await crowd.database.run('UPDATE provider_proofs SET armed_at = now()');
      await crowd.database.run("UPDATE orders SET first_seen_at = first_seen_at - interval '10 min'");
      const listed = async () => (await crowd.requests())['getActiveActivations'] ?? 0;
      const first = crowd.watch();
      await until(
        async () => crowd.looks.length > 0,
        20_000,
        async () => crowd.logs.join('\n'),
      );
      await first.stop();
      const statements = crowd.statements();
      const before = await listed();
      crowd.looks.length = 0;
      crowd.watch();
      await until(
        async () => crowd.looks.length > 0,
        20_000,
        async () => crowd.logs.join('\n'),
      );
      expect(await listed()).toBe(before + 4);
      expect(crowd.statements() - statements).toBeLessThan(100);

      await crowd.control('POST', `/orders/${oldest}/sms`, { code: '24680' });
      await receiveHook(crowd.database, crowd.deps.keyring, { provider: CROWD, providerOrderId: oldest!, code: '24680', text: null });
      await allSeen(1, 10_000);
      expect(await listed()).toBe(before + 6);
    },
  );

  it('goes on to the next order where the provider knows one no longer', { timeout: 60_000 }, async () => {
    crowd = await createCrowd({ kind: 'fivesim', budget: WIDE, policy: QUICK, settings: { smsDelayMinMs: 100, smsDelayMaxMs: 100 } });
    await crowd.control('POST', '/traps', { name: 'order_missing' });
    const [forgotten, missing] = await crowd.buy(2);
    await crowd.database.run(
      "UPDATE orders SET provider_order_id = '1', last_seen_at = last_seen_at - interval '1 min' WHERE provider_order_id = $1",
      [forgotten],
    );
    crowd.watch();
    await until(
      async () => (await crowd.latencies()).seen.length === 1,
      10_000,
      async () => crowd.logs.join('\n'),
    );
    expect(await crowd.database.row('SELECT 1 FROM inbox WHERE provider_order_id = $1', [missing])).not.toBeNull();
    expect(crowd.logs.filter((line) => line.includes('could not finish'))).toEqual([]);
  });

  it('reads no order that is over to find those that are not', { timeout: 60_000 }, async () => {
    crowd = await createCrowd({ kind: 'fivesim', budget: WIDE });
    await crowd.database.run(
      `INSERT INTO orders (id, provider, provider_order_id, origin, beneficiary, status, currency, money, ended_at, grace_read_at, expires_at)
       SELECT gen_random_uuid(), $1, 'over-' || i, 'reply', 'house', CASE WHEN i % 2 = 0 THEN 'REFUNDED' ELSE 'CLOSED_WITH_SMS' END, 'USD', 'refunded',
         CASE WHEN i % 4 < 3 THEN now() END, CASE WHEN i % 2 = 0 THEN now() END, now() - interval '1 hour' FROM generate_series(1, 20000) i`,
      [CROWD],
    );
    await crowd.buy(1);
    const owner = new pg.Client({ connectionString: crowd.adminUrl });
    await owner.connect();
    await owner.query('ANALYZE orders');
    await owner.end();
    const plan: object[] = [];
    const explaining = {
      ...crowd.database,
      rows: async <Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
        plan.push(...(await crowd.database.rows<object>(`EXPLAIN ${text}`, values)));
        return [];
      },
    };
    await watchedOrders(explaining, CROWD);
    const lines = JSON.stringify(plan, null, 1);
    expect(lines).toContain('orders_unsettled');
    expect(lines).not.toContain('Seq Scan');
    expect(await watched()).toHaveLength(1);
  });

  it('attends to ten single orders in a look', { timeout: 60_000 }, async () => {
    crowd = await createCrowd({ kind: 'fivesim', budget: WIDE, policy: QUICK });
    await crowd.buy(25);
    await crowd.database.run('UPDATE orders SET missing_sweeps = 2');
    const look = errands();
    await readMissing(crowd.deps, look, await watched());
    expect((await crowd.requests())['check']).toBe(10);
    expect(look.left()).toBe(true);
    await readMissing(crowd.deps, errands(), await watched());
    await readMissing(crowd.deps, errands(), await watched());
    expect((await crowd.requests())['check']).toBe(25);
  });

  it('stops at once while the provider leaves a request hanging', { timeout: 60_000 }, async () => {
    crowd = await createCrowd({ kind: 'fivesim', budget: WIDE, policy: QUICK });
    await crowd.buy(1);
    await crowd.control('POST', '/outage', { mode: 'hang', durationMs: 60_000 });
    const watcher = crowd.watch();
    await new Promise((done) => setTimeout(done, 1_000));
    const from = Date.now();
    await watcher.stop();
    expect(Date.now() - from).toBeLessThan(1_000);
  });
});

describe('a provider that wants fewer requests', () => {
  it('gets none but purchases until then, is complained of once, and is watched again', { timeout: 60_000 }, async () => {
    crowd = await createCrowd({ kind: 'fivesim', budget: WIDE, policy: QUICK, settings: { smsDelayMinMs: 100, smsDelayMaxMs: 100 } });
    await crowd.buy(5);
    await crowd.control('POST', '/traps', { name: 'rate_limited', count: 2, retryAfterS: 2 });
    const before = (await crowd.requests())['orders'] ?? 0;
    const from = Date.now();
    crowd.watch();
    await until(
      async () => crowd.logs.length > 1,
      5_000,
      async () => 'nothing was said',
    );
    await new Promise((done) => setTimeout(done, 300));
    expect(await crowd.token('purchase')).toBeLessThan(300);
    const prices = crowd.token('prices').then(() => Date.now());
    await allSeen(5, 20_000);
    expect(Date.now() - from).toBeGreaterThanOrEqual(4_000);
    expect((await prices) - from).toBeGreaterThanOrEqual(1_800);
    // Each refused request was the only one of its silence.
    expect(((await crowd.requests())['orders'] ?? 0) - before).toBeLessThan(8);
    const said = () => crowd.logs.slice(1);
    await until(
      async () => said().length === 2,
      5_000,
      async () => crowd.logs.join('\n'),
    );
    expect(said()[0]).toMatch(/^warn .*"errorCode":"rate_limited"/u);
    expect(said()[1]).toMatch(/^info the watcher finishes its looks again/u);
  });

  it('is left alone by purchases too when it bans the account, a quarter of an hour at a time', async () => {
    crowd = await createCrowd({ kind: 'fivesim', budget: WIDE });
    const { database } = crowd;
    expect(await silenceOf(database, CROWD)).toBe(0);
    await blockBudget(database, CROWD, 5_000);
    expect(await silenceOf(database, CROWD)).toBeLessThanOrEqual(5_000);
    await blockBudget(database, CROWD, 86_400_000);
    expect(await silenceOf(database, CROWD)).toBeGreaterThan(890_000);
    expect(await silenceOf(database, CROWD)).toBeLessThanOrEqual(900_000);
    expect(await takeToken(database, CROWD, 0, false)).toBeGreaterThan(890_000);
    // The clock was put back by a day.
    await database.run(
      "UPDATE request_budgets SET blocked_until = blocked_until + interval '1 day', refilled_at = now() + interval '1 day'",
    );
    expect(await takeToken(database, CROWD, 0, false)).toBe(0);
    expect(await silenceOf(database, CROWD)).toBe(0);
    await blockBudget(database, CROWD, 60_000);
    expect(await silenceOf(database, CROWD)).toBeLessThanOrEqual(60_000);
  });
});

describe('two watchers of one account', () => {
  it('become one: the later goes on', { timeout: 60_000 }, async () => {
    crowd = await createCrowd({ kind: 'fivesim', budget: WIDE, policy: QUICK, settings: { smsDelayMinMs: 3_000, smsDelayMaxMs: 3_000 } });
    await crowd.buy(3);
    const old = crowd.watch();
    await until(
      async () => crowd.looks.length > 1,
      5_000,
      async () => 'nothing was looked at',
    );
    const gaveWay = () => crowd.logs.filter((line) => line.includes('another run watches')).length;
    expect(gaveWay()).toBe(0);
    crowd.watch();
    await until(
      async () => gaveWay() === 1,
      2_000,
      async () => crowd.logs.join('\n'),
    );
    await allSeen(3, 10_000);
    expect(gaveWay()).toBe(1);
    await old.stop();
  });

  it('with the same orders before them cancel and read each of them once', { timeout: 60_000 }, async () => {
    crowd = await createCrowd({ kind: 'fivesim', budget: WIDE, policy: QUICK, settings: { smsDelayMinMs: 60_000, smsDelayMaxMs: 60_000 } });
    const [orphan, missing, ended] = await crowd.buy(3);
    await crowd.database.run("UPDATE orders SET beneficiary = 'house', origin = 'orphan' WHERE provider_order_id = $1", [orphan]);
    await crowd.database.run('UPDATE orders SET missing_sweeps = 2 WHERE provider_order_id = $1', [missing]);
    await crowd.database.run("UPDATE orders SET ended_at = now(), status = 'REFUND_PENDING' WHERE provider_order_id = $1", [ended]);
    const same = await watched();
    const both = (walk: () => Promise<unknown>) => Promise.all([walk(), walk()]);
    await both(() => readMissing(crowd.deps, errands(), same));
    expect((await crowd.requests())['check']).toBe(1);
    await both(() => readEnded(crowd.deps, errands(), same));
    expect((await crowd.requests())['check']).toBe(2);
    await both(() => cancelOrphans(crowd.deps, errands(), same));
    expect(await crowd.requests()).toMatchObject({ cancel: 1, check: 3 });
  });
});

describe.each([-6, 6])('a provider whose clock is %i hours off', (hours) => {
  it('has its SMS seen, its ends believed and nothing ended early', { timeout: 60_000 }, async () => {
    crowd = await createCrowd({
      kind: 'handler_api',
      budget: WIDE,
      policy: QUICK,
      settings: { clockSkewMs: hours * 3_600_000, smsDelayMinMs: 500, smsDelayMaxMs: 500 },
    });
    await crowd.buy(2);
    await crowd.control('POST', '/traps', { name: 'no_sms' });
    const [silent] = await crowd.buy(1);
    crowd.watch();
    await allSeen(2, 10_000);
    expect((await orderOf(silent!))!.ended_at).toBeNull();
    await crowd.control('POST', `/orders/${silent}/expire`);
    await until(
      async () => (await orderOf(silent!))!.ended_at !== null,
      10_000,
      async () => crowd.logs.join('\n'),
    );
    // Its workflow would end it now; this one has none.
    await crowd.database.run("UPDATE orders SET status = 'REFUND_PENDING' WHERE provider_order_id = $1", [silent]);
    await until(
      async () => (await orderOf(silent!))!.agreed_at !== null,
      10_000,
      async () => crowd.logs.join('\n'),
    );
  });
});
