import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import type { ChaosServers, Server } from './servers.js';

export type Victim = 'worker' | 'api' | Server;

/** Keeps worker, API, Postgres and Temporal running as a supervisor would, while they are killed. */
export interface Processes {
  /** `kill -9`, and up again after `downMs`; settles when it runs again. */
  kill(victim: Victim, downMs: number): Promise<void>;
  /** Kills so far. */
  readonly kills: Readonly<Record<Victim, number>>;
  /** How often worker or API ended without having been killed, in order of time, with the last lines they said. */
  readonly endedByThemselves: readonly string[];
  /** Settles when everything runs that should. */
  settled(): Promise<void>;
  /** Stops looking after them. */
  stop(): Promise<void>;
}

const LOOK_MS = 100;
const RETRY_MS = 300;
const START_WITHIN_MS = 120_000;

/** Starts looking after a stack's processes. `servers` may be left out where only worker and API are killed. */
export function lookAfter(stack: Stack, servers: ChaosServers | null): Processes {
  const kills: Record<Victim, number> = { worker: 0, api: 0, postgres: 0, temporal: 0 };
  const endedByThemselves: string[] = [];
  const busy = new Map<Victim, Promise<void>>();
  const stopping = new AbortController();

  /** One thing at a time happens to each process. */
  function exclusively(victim: Victim, work: () => Promise<void>): Promise<void> {
    const done = (busy.get(victim) ?? Promise.resolve()).then(work);
    busy.set(
      victim,
      done.catch(() => {}),
    );
    return done;
  }
  const restart = async (victim: Victim) => {
    for (const deadline = Date.now() + START_WITHIN_MS; ; await sleep(RETRY_MS)) {
      try {
        await (isServer(victim) ? servers!.restart(victim) : stack.restart(victim));
        return;
      } catch (error) {
        // Worker and API do not start while Postgres or Temporal is down; a supervisor tries again.
        if (Date.now() > deadline) throw error;
      }
    }
  };
  const lookingAt = new Set<Victim>();
  const watching = (async () => {
    for (; !stopping.signal.aborted; await sleep(LOOK_MS)) {
      for (const name of ['worker', 'api'] as const) {
        if (stack.runs(name) || lookingAt.has(name)) continue;
        lookingAt.add(name);
        // A kill that is under way starts it again itself; then nothing is left to do here.
        void exclusively(name, async () => {
          if (stopping.signal.aborted || stack.runs(name)) return;
          endedByThemselves.push(lastWords(stack, name));
          await restart(name);
        }).finally(() => lookingAt.delete(name));
      }
    }
  })();

  return {
    kills,
    endedByThemselves,
    kill: (victim, downMs) =>
      exclusively(victim, async () => {
        await (isServer(victim) ? servers!.kill(victim) : stack.kill(victim));
        kills[victim] += 1;
        await sleep(downMs);
        await restart(victim);
      }),
    settled: async () => {
      await Promise.all(busy.values());
    },
    async stop() {
      stopping.abort();
      await watching;
      await Promise.all(busy.values());
    },
  };
}

function isServer(victim: Victim): victim is Server {
  return victim === 'postgres' || victim === 'temporal';
}

function lastWords(stack: Stack, name: string): string {
  return `${name}: ${stack.logged
    .filter((line) => line.startsWith(`${name}: `))
    .slice(-3)
    .join(' | ')
    .slice(0, 1_000)}`;
}
