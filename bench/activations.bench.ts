import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEMPORAL_SERVER_VERSION } from '../src/embedded/temporal-production.js';
import type { Cluster } from '../test/cluster/cluster.js';
import { until } from '../test/rent/world.js';
import { type Bare, startBare } from './bare/bare.js';
import { line, machine, spread } from './measure.js';
import { atOnce, finish, newClient, reaches, rentNow } from './renting.js';
import { startRentingCluster } from './renting-cluster.js';
import { inTurns, meanCpu } from './rounds.js';

const ROUNDS = 6;
const ROUND_MS = 12_000;
/** Enough that both cores are always busy. */
const AT_ONCE = 24;
/** The API lets one key buy ten numbers a second. */
const CLIENTS = 24;

let cluster: Cluster;
let bare: Bare;
let keys: readonly string[];

beforeAll(async () => {
  cluster = await startRentingCluster('herosms', { smsDelayMinMs: 50, smsDelayMaxMs: 100, hookDelayMs: 0 });
  bare = await startBare(cluster.servers);
  keys = await Promise.all(Array.from({ length: CLIENTS }, () => newClient(cluster.sql, 1_000_000_000n)));
}, 1_800_000);
afterAll(async () => {
  await bare?.close();
  await cluster?.close();
}, 120_000);

/** One activation from the purchase to its end: number, hook, code, finish. */
async function ours(index: number): Promise<string> {
  const key = keys[index % CLIENTS]!;
  const { id } = await rentNow(cluster, key, randomUUID());
  await reaches(cluster, key, id, 'RECEIVED');
  await finish(cluster, key, id);
  return id;
}

async function bareOne(): Promise<string> {
  const id = `bare/${randomUUID()}`;
  await bare.begin('bareActivation', id);
  await bare.signal(id);
  await bare.finish(id);
  return id;
}

it('activations a second over bare workflows of the same events', { timeout: 1_800_000 }, async () => {
  // The same events, or the comparison would mean nothing.
  const same = await bare.events(await bareOne());
  await atOnce(24, AT_ONCE, async (index) => {
    const id = `activation/${await ours(index)}`;
    // The client is told before the workflow itself is over.
    await until(
      async () => 'workflowExecutionCompleted' in (await bare.events(id)),
      30_000,
      async () => `${id} does not end`,
    );
    expect(await bare.events(id)).toEqual(same);
  });
  await atOnce(24, AT_ONCE, async () => void (await bareOne()));

  const rounds = await inTurns({ cluster, bare, atOnce: AT_ONCE, roundMs: ROUND_MS }, ROUNDS, ours, bareOne);
  line({
    bench: 'activations',
    ratio: spread(rounds.map((one) => one.ours / one.bare)),
    activations_a_second: spread(
      rounds.map((one) => one.ours),
      1,
    ),
    bare_workflows_a_second: spread(
      rounds.map((one) => one.bare),
      1,
    ),
    events: Object.values(same).reduce((sum, count) => sum + count, 0),
    cpu_ms_an_activation: meanCpu(rounds, 'cpu'),
    cpu_ms_a_bare_workflow: meanCpu(rounds, 'bareCpu'),
    at_once: AT_ONCE,
    rounds: ROUNDS,
    seconds_a_round: ROUND_MS / 1_000,
    ...machine(TEMPORAL_SERVER_VERSION),
  });
});
