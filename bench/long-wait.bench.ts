import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../src/domain/policy.js';
import { createWorld } from '../test/rent/world.js';

/**
 * One long wait, really waited: ten numbers that live as long as real ones (20 minutes) and of which three never receive a
 * code, under the policy of a real installation. Prints one line of JSON: events and provider calls, which must not grow
 * with how long an activation waits.
 */
it('waits out the life of a number', { timeout: 1_800_000 }, async () => {
  const lifetimeMs = 1_200_000;
  const world = await createWorld({
    policy: DEFAULT_POLICY,
    cancelAfterMs: 120_000,
    settings: { smsDelayMinMs: 3_000, smsDelayMaxMs: 240_000, lifetimeMs, cancelWindowMs: 120_000 },
  });
  try {
    const account = await world.account(100_000_000n);
    const before = await calls();
    const started = Date.now();
    const silent: string[] = [];
    const answered: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      const isSilent = index % 10 < 3;
      for (const simulator of [world.herosms, world.fivesim]) {
        if (isSilent) await world.trap(simulator, 'no_sms');
        else await world.control(simulator, 'DELETE', '/traps');
      }
      (isSilent ? silent : answered).push((await world.start(account)).activationId);
    }
    for (const id of answered) {
      await world.reaches(id, 'RECEIVED', 300_000);
      await world.ask(id, 'finish');
    }
    const finished = await Promise.all(answered.map((id) => world.closed(id)));
    const statuses = await Promise.all(
      silent.map(async (id) => {
        await world.reaches(id, 'REFUNDED', lifetimeMs + 120_000);
        return world.closed(id);
      }),
    );
    expect(Date.now() - started).toBeGreaterThan(lifetimeMs);
    expect(await world.problems()).toEqual([]);
    const after = await calls();
    const spent = Object.fromEntries(Object.entries(after).map(([action, count]) => [action, count - (before[action] ?? 0)]));
    const { prices = 0, getPrices = 0, ...rent } = spent;
    const total = Object.values(rent).reduce((sum, count) => sum + count, 0);
    console.log(
      JSON.stringify({
        bench: 'long-wait',
        activations: 10,
        never_answered: 3,
        minutes: Math.round((Date.now() - started) / 6_000) / 10,
        events_finished: finished.map(({ total: events }) => events),
        events_refunded: statuses.map(({ total: events }) => events),
        provider_calls: rent,
        price_reads: prices + getPrices,
        calls_an_activation: Math.round((total / 10) * 10) / 10,
        node: process.version,
        cores: cpus().length,
      }),
    );
    for (const { total: events } of [...finished, ...statuses]) expect(events).toBeLessThanOrEqual(36);
  } finally {
    await world.stop();
  }

  async function calls(): Promise<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const simulator of [world.herosms, world.fivesim]) {
      const { byAction } = await world.control<{ byAction: Record<string, number> }>(simulator, 'GET', '/requests');
      for (const [action, count] of Object.entries(byAction)) sums[action] = (sums[action] ?? 0) + count;
    }
    return sums;
  }
});
