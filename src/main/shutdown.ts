import { onParentGone } from './parent-watch.js';

/** How long a process goes on whose parent is gone. */
const ORPHANED_MS = 3_000;

/** The wish to end, whoever uttered it. */
export interface Shutdown {
  /** Settles when this process is to end: Ctrl-C, SIGTERM, SIGHUP, or the end of the process that started it. */
  readonly wanted: Promise<void>;
  /** Aborts at the same moment. */
  readonly signal: AbortSignal;
}

/**
 * Listens for the wish to end. A second Ctrl-C or SIGTERM calls `force` and ends this process at once.
 *
 * @param force last orders before that; it must not wait for anything.
 */
export function listenForShutdown(force: () => void = () => {}): Shutdown {
  const controller = new AbortController();
  const wanted = new Promise<void>((done) => {
    controller.signal.addEventListener('abort', () => done(), { once: true });
  });
  const ask = () => {
    if (controller.signal.aborted) {
      force();
      process.exit(1);
    }
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  onParentGone(() => {
    controller.abort();
    // Whoever killed it took database and Temporal along, so there is nothing left to end in order. Not process.exit: that
    // waits for the worker's native threads, which may wait for a server that is gone.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORPHANED_MS).unref();
  });
  return { wanted, signal: controller.signal };
}
