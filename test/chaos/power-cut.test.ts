import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack/stack.js';
import { settle, settleMessages, settleVerifications } from './calm.js';
import { createDice } from './dice.js';
import { messageDifferences } from './message-reckoning.js';
import { start, until } from './paths.js';
import { lookAfter, type Processes, type Victim } from './processes.js';
import { differences } from './reckoning.js';
import { runSenders } from './senders.js';
import { type ChaosServers, startServers } from './servers.js';
import { verificationDifferences } from './verification-reckoning.js';
import { repeatChecks, runVerifiers, verifyingFile } from './verifiers.js';

const EVERYTHING: readonly Victim[] = ['postgres', 'temporal', 'worker', 'api'];
const CREDIT = '50';
const SEED = process.pid;

/** What goes wrong at each carrier, each so many times; silence is left to the storms, for it takes a minute. */
const CARRIER_TRAPS: Readonly<
  Record<string, readonly { readonly name: string; readonly count: number; readonly [param: string]: unknown }[]>
> = {
  // It cannot be asked by our reference: what its receipts do not tell is never known.
  'simulated-text': [
    { name: 'lost_reply', count: 3 },
    { name: 'undelivered', count: 2 },
    { name: 'doubled_receipt', count: 3 },
    { name: 'refuse', count: 2, reason: 'throttled' },
  ],
  'simulated-xml': [
    { name: 'cut_reply', count: 1 },
    { name: 'backwards', count: 2 },
    { name: 'refuse', count: 2, reason: 'content' },
  ],
  'simulated-json': [
    { name: 'lost_reply', count: 2 },
    { name: 'hang', count: 1 },
    { name: 'fake_receipt', count: 1 },
    { name: 'late_receipt', count: 2, delayMs: 5_000 },
    { name: 'doubled_receipt', count: 2 },
  ],
};

/** The short form of `npm run chaos` that every `npm test` runs: everything dies in one moment, in the midst of it. */
describe('a machine that loses its power', () => {
  let servers: ChaosServers;
  let stack: Stack;
  let processes: Processes;

  beforeAll(async () => {
    servers = await startServers();
    stack = await startStack({
      servers,
      credit: CREDIT,
      file: { policy: { quiet_ms: 1_000, order_grace_ms: 1_000 }, cancel_after_ms: { herosms: 0 }, ...verifyingFile(45) },
      // Slow enough that the cut meets sends on their way.
      carriers: (['text', 'xml', 'json'] as const).map((dialect) => ({ dialect, settings: { retries: 30, latencyMs: 800 } })),
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

  it('sends no text twice without need, takes its price once, and accepts each code once', async () => {
    for (const [carrier, traps] of Object.entries(CARRIER_TRAPS))
      for (const trap of traps) await stack.control(carrier, 'POST', '/traps', trap);
    const dice = createDice(SEED);
    const patience = () => Date.now() + 100_000;
    const senders = runSenders(stack, dice, { key: 'cut', single: 24, scheduled: 4, batch: 20, spanMs: 3_000, patience });
    const verifying = runVerifiers(stack, dice.of('verifiers'), { key: 'verify', count: 21, floods: 1, spanMs: 3_000, patience });
    const beside = [start(stack, 'beside-herosms', 'herosms'), start(stack, 'beside-fivesim', 'fivesim')];
    await sleep(1_500);

    await Promise.all(EVERYTHING.map((victim) => processes.kill(victim, 0)));
    // Once more ours alone, while carriers are asked for what was sent when the power went.
    await sleep(2_000);
    await Promise.all([processes.kill('worker', 0), processes.kill('api', 0)]);

    const [sent, verified] = await Promise.all([senders, verifying]);
    expect(sent.unanswered).toEqual([]);
    expect([...sent.messages, ...sent.batches]).toHaveLength(29);
    const promised = (await Promise.all(beside)).flatMap((id) => id ?? []);
    await settleVerifications(stack, 100_000);
    await Promise.all([settleMessages(stack, sent, 100_000), settle(stack, promised, 100_000)]);
    const repeated = await repeatChecks(stack, verified, () => Date.now() + 30_000);
    const verifications = await verificationDifferences(stack, verified);
    const { problems, copies } = await messageDifferences(stack, sent);
    process.stdout.write(`${JSON.stringify({ chaos: 'power-cut', ...copies, ...verifications.counts })}\n`);
    expect([...problems, ...verifications.problems, ...repeated]).toEqual([]);
    expect(verified.flatMap(({ unanswered }) => unanswered)).toEqual([]);
    expect(await differences(stack, { credit: CREDIT, keepsMoney: false, lossDailyCap: null, promised })).toEqual([]);
    // What was not sent at all could not go wrong.
    expect(copies.messages).toBeGreaterThan(45);
    expect(verifications.counts.accepted).toBeGreaterThan(5);
  }, 300_000);
});
