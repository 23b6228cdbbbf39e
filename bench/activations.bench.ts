import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEMPORAL_SERVER_VERSION } from '../src/embedded/temporal-production.js';
import type { Cluster } from '../test/cluster/cluster.js';
import { until } from '../test/rent/world.js';
import { type Bare, startBare } from './bare/bare.js';
import { cpuMs, line, machine, round, spread } from './measure.js';
import { atOnce, finish, newClient, reaches, rentNow } from './renting.js';
import { startRentingCluster } from './renting-cluster.js';

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

/** Events of a history, counted by type. */
async function events(workflowId: string): Promise<Record<string, number>> {
  const history = await bare.client.workflow.getHandle(workflowId).fetchHistory();
  const types = (history.events ?? []).map((event) =>
    Object.keys(event)
      .find((key) => key.endsWith('EventAttributes'))!
      .slice(0, -15),
  );
  return Object.fromEntries([...new Set(types)].toSorted().map((type) => [type, types.filter((one) => one === type).length]));
}

type Processes = Readonly<Record<string, number>>;

function used(): Processes {
  const { user, system } = process.cpuUsage();
  return {
    client: (user + system) / 1_000,
    api: cpuMs([cluster.apis[0]!.pid()]),
    worker: cpuMs([cluster.workers[0]!.pid()]),
    bare_worker: cpuMs([bare.worker.pid]),
    temporal: cpuMs([cluster.servers.pidOf('temporal')]),
    postgres: cpuMs([cluster.servers.pidOf('postgres')], true),
    simulator: cpuMs([...cluster.simulators.values()].map(({ pid }) => pid)),
  };
}

/** As many as fit into a round; what is under way at its end is waited for and not counted. */
async function timed(work: (index: number) => Promise<unknown>): Promise<{ readonly perSecond: number; readonly cpu: Processes }> {
  const before = used();
  const started = performance.now();
  let done = 0;
  let counted = 0;
  let seconds = 0;
  let after: Processes | null = null;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_unused, lane) => {
      while (after === null) {
        await work(lane);
        done += 1;
        if (after === null && performance.now() - started >= ROUND_MS) {
          after = used();
          counted = done;
          seconds = (performance.now() - started) / 1_000;
        }
      }
    }),
  );
  const cpu = Object.fromEntries(Object.entries(after!).map(([name, ms]) => [name, (ms - before[name]!) / counted]));
  return { perSecond: counted / seconds, cpu };
}

it('activations a second over bare workflows of the same events', { timeout: 1_800_000 }, async () => {
  // The same events, or the comparison would mean nothing.
  const same = await events(await bareOne());
  await atOnce(24, AT_ONCE, async (index) => {
    const id = `activation/${await ours(index)}`;
    // The client is told before the workflow itself is over.
    await until(
      async () => 'workflowExecutionCompleted' in (await events(id)),
      30_000,
      async () => `${id} does not end`,
    );
    expect(await events(id)).toEqual(same);
  });
  await atOnce(24, AT_ONCE, async () => void (await bareOne()));

  const rounds: { readonly ours: number; readonly bare: number; readonly cpu: Processes; readonly bareCpu: Processes }[] = [];
  for (let index = 0; index < ROUNDS; index += 1) {
    const one = await timed(ours);
    const other = await timed(bareOne);
    rounds.push({ ours: one.perSecond, bare: other.perSecond, cpu: one.cpu, bareCpu: other.cpu });
  }
  const mean = (of: 'cpu' | 'bareCpu') =>
    Object.fromEntries(
      Object.keys(rounds[0]![of]).map((name) => [name, round(rounds.reduce((sum, one) => sum + one[of][name]!, 0) / ROUNDS)]),
    );
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
    cpu_ms_an_activation: mean('cpu'),
    cpu_ms_a_bare_workflow: mean('bareCpu'),
    at_once: AT_ONCE,
    rounds: ROUNDS,
    seconds_a_round: ROUND_MS / 1_000,
    ...machine(TEMPORAL_SERVER_VERSION),
  });
});
