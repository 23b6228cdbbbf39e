import type { Report } from '../embedded/progress.js';

/** A process that runs. */
export interface Running {
  /** Settles when it has ended, however it did. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/** A process that is kept running. */
export interface Supervised<Process extends Running> {
  /** As it was started first; later ones answer at the same addresses. */
  readonly first: Process;
  /** Ends it and does not start it again. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A process that ran this long starts anew with the shortest pause. */
const STEADY_MS = 60_000;

/**
 * Starts a process and starts it again whenever it ends by itself, with pauses that double up to half a minute.
 *
 * @param start starts it; given the first one when it is started again, whose addresses it must take over or fail.
 * @throws what the first start throws.
 */
export async function supervise<Process extends Running>(
  name: string,
  start: (before: Process | null) => Promise<Process>,
  report: Report,
): Promise<Supervised<Process>> {
  const first = await start(null);
  const stopping = new AbortController();
  let current: Process | null = first;
  const done = keepRunning();

  async function keepRunning(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    let startedAt = Date.now();
    while (!stopping.signal.aborted) {
      if (current !== null) {
        await current.exited;
        current = null;
        if (stopping.signal.aborted) return;
        if (Date.now() - startedAt > STEADY_MS) pause = FIRST_PAUSE_MS;
        report(`${name} ended unexpectedly; starting it again`);
      }
      await sleep(pause, stopping.signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      if (stopping.signal.aborted) return;
      try {
        startedAt = Date.now();
        current = await start(first);
        report(`${name} runs again`);
      } catch (error) {
        report(`${name} could not be started again: ${(error as Error).message}`);
      }
    }
  }

  return {
    first,
    stop: async () => {
      stopping.abort();
      // A start that is under way cannot be interrupted: what it brings is stopped once it is there.
      await current?.stop();
      await done;
      await current?.stop();
    },
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) {
      done();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
