import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack/stack.js';
import { settle } from './calm.js';
import { createDice } from './dice.js';
import { start, until } from './paths.js';
import { lookAfter, type Processes, type Victim } from './processes.js';
import { differences } from './reckoning.js';
import { type ChaosServers, startServers } from './servers.js';

const EVERYTHING: readonly Victim[] = ['postgres', 'temporal', 'worker', 'api'];
const CREDIT = '10';

/** The short form of `npm run chaos` that every `npm test` runs: everything dies in one moment, in the midst of it. */
describe('a machine that loses its power', () => {
  let servers: ChaosServers;
  let stack: Stack;
  let processes: Processes;

  beforeAll(async () => {
    servers = await startServers(createDice(process.pid));
    stack = await startStack({
      servers,
      credit: CREDIT,
      file: { policy: { quiet_ms: 1_000, order_grace_ms: 1_000 }, cancel_after_ms: { herosms: 0 } },
      providers: (['herosms', 'fivesim'] as const).map((id) => ({
        id,
        // In each country one provider sells.
        settings: {
          cancelWindowMs: 0,
          lifetimeMs: 9_000,
          offers: [{ service: 'telegram', country: id === 'herosms' ? 'GB' : 'ID', price: '1.00', stock: 0 }],
        },
      })),
    });
    processes = lookAfter(stack, servers);
    // A proof that has seen a purchase and its refund, as one has in any installation but the newest.
    await Promise.all((['herosms', 'fivesim'] as const).map(giveBack));
  });
  afterAll(async () => {
    await processes.stop();
    await stack.close();
    await servers.close();
  });

  const set = (provider: string, settings: object) => stack.control(provider, 'PUT', '/settings', settings);
  const numbersWithoutSms = (provider: string, count: number) =>
    stack.control(provider, 'POST', '/traps', { name: 'no_sms', probability: 1, count });

  const cancel = async (id: string) => (await stack.fetch(`/v1/activations/${id}/cancel`, { method: 'POST' })).status;
  async function giveBack(provider: 'herosms' | 'fivesim'): Promise<void> {
    await numbersWithoutSms(provider, 1);
    const id = await start(stack, `given-back-${provider}`, provider);
    await until(stack, id!, ['WAITING']);
    expect(await cancel(id!)).toBeLessThan(300);
    expect(await until(stack, id!, [])).toBe('REFUNDED');
  }

  it('brings every code, gives all other money back, and loses nothing', async () => {
    await set('herosms', { smsDelayMinMs: 2_500, smsDelayMaxMs: 3_000 });
    await set('fivesim', { smsDelayMinMs: 2_500, smsDelayMaxMs: 3_000 });
    const code = [await start(stack, 'code-herosms', 'herosms'), await start(stack, 'code-fivesim', 'fivesim')];
    await numbersWithoutSms('herosms', 1);
    await numbersWithoutSms('fivesim', 1);
    const none = [await start(stack, 'none-herosms', 'herosms'), await start(stack, 'none-fivesim', 'fivesim')];
    const started = start(stack, 'in-flight', 'herosms');

    await Promise.all(EVERYTHING.map((victim) => processes.kill(victim, 0)));
    expect(processes.kills).toEqual({ postgres: 1, temporal: 1, worker: 1, api: 1 });

    expect(await cancel(none[0]!)).toBeLessThan(300);
    for (const id of code) expect(await until(stack, id!, ['COMPLETED'])).toBe('COMPLETED');
    for (const id of none) expect(await until(stack, id!, ['REFUNDED'])).toBe('REFUNDED');
    const inFlight = await started;
    if (inFlight !== null) await until(stack, inFlight, ['COMPLETED']);
    const promised = [...code, ...none, inFlight].flatMap((id) => id ?? []);
    await settle(stack, promised, 60_000);
    expect(await differences(stack, { credit: CREDIT, keepsMoney: false, lossDailyCap: null, promised })).toEqual([]);
  }, 170_000);
});
