import { performance } from 'node:perf_hooks';
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

/** As many as fit into a round; what is under way at its end is waited for and not counted. */
async function timed(
  ring: Ring,
  work: (index: number) => Promise<unknown>,
): Promise<{ readonly perSecond: number; readonly cpu: Processes }> {
  const before = used(ring);
  const started = performance.now();
  let done = 0;
  let counted = 0;
  let seconds = 0;
  let after: Processes | null = null;
  await Promise.all(
    Array.from({ length: ring.atOnce }, async (_unused, lane) => {
      while (after === null) {
        await work(lane);
        done += 1;
        if (after === null && performance.now() - started >= ring.roundMs) {
          after = used(ring);
          counted = done;
          seconds = (performance.now() - started) / 1_000;
        }
      }
    }),
  );
  const cpu = Object.fromEntries(Object.entries(after!).map(([name, ms]) => [name, (ms - before[name]!) / counted]));
  return { perSecond: counted / seconds, cpu };
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
