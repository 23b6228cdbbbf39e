import { cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import { runBatch } from '../send/batch.js';
import type { SendDeps } from '../send/deps.js';
import { asFailure } from './failures.js';

/** A batch's long activity. */
export interface BatchActivities {
  /** Hands over all items that are left. Repeatable: it goes on where it was. */
  runBatch(request: { readonly batchId: string }): Promise<void>;
}

const HEARTBEAT_MS = 2_000;

/** The activity of batches of messages. */
export function createBatchActivities(deps: SendDeps): BatchActivities {
  return {
    runBatch: ({ batchId }) =>
      asFailure(async () => {
        const beat = setInterval(() => heartbeat(), HEARTBEAT_MS);
        try {
          await runBatch(deps, batchId, { signal: cancellationSignal(), pause: (ms) => sleep(ms) });
        } finally {
          clearInterval(beat);
        }
        cancellationSignal().throwIfAborted();
      }),
  };
}
