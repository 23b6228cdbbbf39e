import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../test/cluster/cluster.js';
import type { Bare } from './bare/bare.js';
import { cpuMs, round } from './measure.js';

/** CPU milliseconds by process. */
export type Processes = Readonly<Record<string, number>>;

/** Where both sides run, and how hard they are driven. */
export interface Ring {
  readonly cluster: Cluster;
  readonly bare: Bare;
  readonly atOnce: number;
  readonly roundMs: number;
}

/** A turn of each side. */
export interface Round {
  readonly ours: number;
  readonly bare: number;
  readonly cpu: Processes;
  readonly bareCpu: Processes;
}

function used({ cluster, bare }: Ring): Processes {
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

/**
 * What is finished a second, in the middle of a stream: as much is under way at the end of the round as at its begin. Counted
 * from an empty ring, the side whose work takes longer would lose all that it had begun.
 */
async function timed(
  ring: Ring,
  work: (index: number) => Promise<unknown>,
): Promise<{ readonly perSecond: number; readonly cpu: Processes }> {
  let done = 0;
  const round = { over: false };
  const lanes = Promise.all(
    Array.from({ length: ring.atOnce }, async (_unused, lane) => {
      while (!round.over) {
        await work(lane);
        done += 1;
      }
    }),
  );
  await Promise.race([sleep(ring.roundMs / 2), lanes]);
  const before = { done, cpu: used(ring), at: performance.now() };
  await Promise.race([sleep(ring.roundMs), lanes]);
  const after = { done, cpu: used(ring), at: performance.now() };
  round.over = true;
  await lanes;
  const counted = after.done - before.done;
  const cpu = Object.fromEntries(Object.entries(after.cpu).map(([name, ms]) => [name, (ms - before.cpu[name]!) / counted]));
  return { perSecond: (counted / (after.at - before.at)) * 1_000, cpu };
}

/** Short turns of the two sides, one after the other. */
export async function inTurns(
  ring: Ring,
  count: number,
  ours: (lane: number) => Promise<unknown>,
  bare: (lane: number) => Promise<unknown>,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let index = 0; index < count; index += 1) {
    const one = await timed(ring, ours);
    const other = await timed(ring, bare);
    rounds.push({ ours: one.perSecond, bare: other.perSecond, cpu: one.cpu, bareCpu: other.cpu });
  }
  return rounds;
}

/** CPU by process in the middle of all rounds. */
export function meanCpu(rounds: readonly Round[], of: 'cpu' | 'bareCpu'): Processes {
  return Object.fromEntries(
    Object.keys(rounds[0]![of]).map((name) => [name, round(rounds.reduce((sum, one) => sum + one[of][name]!, 0) / rounds.length)]),
  );
}
