import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { RentDeps } from '../rent/deps.js';
import { repairSignals } from '../rent/watch/tell.js';
import type { Wakes } from '../rent/watch/wakes.js';
import { watchProvider } from '../rent/watch/watch.js';
import type { SendDeps } from '../send/deps.js';
import { repairBatches, repairReceipts } from '../send/repair.js';
import { asFailure } from './failures.js';

/** The watcher's long activity. */
export interface WatchActivities {
  /** Watches for `forMs`, then returns, so that the workflow can hand over. */
  watchProvider(request: { readonly provider: string; readonly forMs: number }): Promise<void>;
}

/** The repair schedule's activity. */
export interface RepairActivities {
  repairSignals(): Promise<{ readonly delivered: number; readonly receipts: number }>;
}

/** How often the watcher says that it is alive, also while a provider takes long to answer. */
const HEARTBEAT_MS = 2_000;

/** The watcher's activities; `now` is a monotonic clock in milliseconds. */
export function createWatchActivities(deps: RentDeps, wakes: Wakes, now: () => number): WatchActivities {
  return {
    watchProvider: ({ provider, forMs }) =>
      asFailure(async () => {
        const beat = setInterval(() => {
          heartbeat();
        }, HEARTBEAT_MS);
        try {
          await watchProvider(deps, provider, { wakes, now, signal: cancellationSignal(), until: now() + forMs, alive: () => {} });
        } finally {
          clearInterval(beat);
        }
        cancellationSignal().throwIfAborted();
      }),
  };
}

/** The repair schedule's activities. */
export function createRepairActivities(rent: RentDeps, send: SendDeps): RepairActivities {
  return {
    repairSignals: () =>
      asFailure(async () => {
        const { delivered } = await repairSignals(rent);
        await repairBatches(send);
        return { delivered, receipts: await repairReceipts(send) };
      }),
  };
}
