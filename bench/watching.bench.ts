import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { createCrowd } from '../test/rent/crowd.js';

const ORDERS = 2_000;
const MINUTE = 60_000;

/**
 * One watcher with 2,000 open orders at one account, under the policy and the budget of a real installation: SMS come at
 * random over a minute and a half to all of them, old and new. Prints one line of JSON. Takes about two minutes an account.
 */
it.each(['handler_api', 'fivesim'] as const)('%s', { timeout: 10 * MINUTE }, async (kind) => {
  const crowd = await createCrowd({
    kind,
    budget: { perSecond: 5, burst: 5 },
    settings: { smsDelayMinMs: 50_000, smsDelayMaxMs: 110_000, lifetimeMs: 20 * MINUTE },
  });
  try {
    await crowd.buy(ORDERS);
    // They were bought within seconds; real ones over their life, and few of them are young.
    await crowd.database.run(
      `UPDATE orders o SET first_seen_at = o.first_seen_at - random_age FROM
         (SELECT id, (row_number() OVER (ORDER BY provider_order_id DESC) * 0.6) * interval '1 second' AS random_age FROM orders) a WHERE a.id = o.id`,
    );
    await crowd.database.run('UPDATE provider_proofs SET armed_at = now()');
    // The first look at an order stores what its record says.
    crowd.watch();
    while (crowd.looks.length < 2) await new Promise((done) => setTimeout(done, 200));
    crowd.looks.length = 0;
    const before = await crowd.requests();
    const statements = crowd.statements();
    const cpu = process.cpuUsage();
    const started = Date.now();
    const waits: number[] = [];
    for (let seen = { unseen: 1, seen: [] as readonly number[] }; seen.unseen > 0 || seen.seen.length < ORDERS;) {
      await new Promise((done) => setTimeout(done, 500));
      waits.push(await crowd.token('purchase'));
      if (Date.now() - started > 3 * MINUTE) throw new Error(`${seen.seen.length} of ${ORDERS} SMS were seen\n${crowd.logs.join('\n')}`);
      if (waits.length % 4 === 0) seen = await crowd.latencies();
    }
    const seconds = (Date.now() - started) / 1_000;
    const used = process.cpuUsage(cpu);
    const after = await crowd.requests();
    const calls = Object.fromEntries(Object.entries(after).map(([action, count]) => [action, count - (before[action] ?? 0)]));
    const { seen } = await crowd.latencies();
    const looks = crowd.looks.toSorted((a, b) => a - b);
    waits.sort((a, b) => a - b);
    console.log(
      JSON.stringify({
        bench: 'watching',
        kind,
        open_orders: ORDERS,
        seconds: Math.round(seconds),
        calls,
        calls_a_second: round(Object.values(calls).reduce((sum, count) => sum + count, 0) / seconds),
        sms_seen_after_s: { p50: round(at(seen, 0.5) / 1_000), p99: round(at(seen, 0.99) / 1_000), most: round(at(seen, 1) / 1_000) },
        purchase_waits_ms: { p50: Math.round(at(waits, 0.5)), p99: Math.round(at(waits, 0.99)), most: Math.round(at(waits, 1)) },
        looks: looks.length,
        look_ms: { p50: Math.round(at(looks, 0.5)), most: Math.round(at(looks, 1)) },
        statements_a_look: Math.round((crowd.statements() - statements) / looks.length),
        cpu_ms_a_second: Math.round((used.user + used.system) / 1_000 / seconds),
        rss_mb: Math.round(process.memoryUsage().rss / 1_048_576),
        node: process.version,
        cores: cpus().length,
      }),
    );
    expect(at(waits, 0.99)).toBeLessThan(2_000);
  } finally {
    await crowd.close();
  }
});

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
