import type { Report } from '../embedded/progress.js';
import { type Running, type Supervised, supervise } from './supervisor.js';

/** The processes of a platform, to be ended in the opposite order of their layers. */
export interface StopStack {
  /**
   * Starts a process and keeps it running until {@link StopStack.stopAll}.
   *
   * @param layer processes of a higher layer are ended first; those of one layer together.
   */
  keep<Process extends Running>(layer: number, name: string, start: (before: Process | null) => Promise<Process>): Promise<Process>;
  /** Ends everything that was started, and waits for it. */
  stopAll(): Promise<void>;
}

/** @param signal once it aborts nothing more is started. */
export function createStopStack(signal: AbortSignal, report: Report): StopStack {
  const kept: { readonly layer: number; readonly name: string; readonly process: Promise<Supervised<Running>> }[] = [];
  return {
    async keep(layer, name, start) {
      signal.throwIfAborted();
      const process = supervise(name, start, report);
      kept.push({ layer, name, process });
      return (await process).first;
    },
    async stopAll() {
      const layers = [...new Set(kept.map(({ layer }) => layer))].toSorted((a, b) => b - a);
      for (const layer of layers) {
        const these = kept.filter((entry) => entry.layer === layer);
        const results = await Promise.allSettled(
          these.map(async ({ process }) => {
            // What never started has nothing to stop, and has said so where it was started.
            const supervised = await process.catch(() => null);
            await supervised?.stop();
          }),
        );
        for (const [index, result] of results.entries()) {
          if (result.status === 'rejected') report(`${these[index]?.name} could not be stopped in order: ${String(result.reason)}`);
        }
      }
    },
  };
}
