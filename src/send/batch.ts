import { batchById, endBatch, markBegun, markHanded, nextItems, queuedOf, refuseRest } from '../db/message-batches.js';
import type { PreparedMessage } from '../domain/message-request.js';
import { places } from '../sealing/keyring.js';
import type { SendDeps } from './deps.js';

/** Messages of one batch that wait for a carrier at once: enough to keep carriers busy, few enough that single messages are not behind them. */
export const BATCH_WINDOW = 50;

const PAUSE_MS = 150;
/** Milliseconds that a message's start may take until it is asked again. */
const START_WAIT_MS = 20_000;

/** What keeps a batch going and what stops it. */
export interface BatchHost {
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * Hands a batch's items over, each as a message of its own, and keeps at most {@link BATCH_WINDOW} of them waiting for a carrier.
 * Repeatable at any point: what was handed over is a row, and an item's message has the same id each time.
 */
export async function runBatch(deps: SendDeps, batchId: string, host: BatchHost): Promise<void> {
  await markBegun(deps.database, batchId);
  while (!host.signal.aborted) {
    const batch = await batchById(deps.database, batchId);
    if (batch === null || batch.ended_at !== null) return;
    if (batch.cancel_asked_at !== null) await refuseRest(deps.database, batchId, 'cancelled');
    const room = Math.max(0, BATCH_WINDOW - (await queuedOf(deps.database, batchId)));
    const items = room === 0 ? [] : await nextItems(deps.database, batchId, room);
    if (room > 0 && items.length === 0) {
      await endBatch(deps.database, batchId);
      return;
    }
    const handed = await Promise.all(
      items.map(async (item) => {
        const prepared = JSON.parse(deps.keyring.open(item.request_sealed, places.batchItem(item.message_id))) as PreparedMessage;
        const outcome = await deps.startMessage(
          {
            ...prepared,
            messageId: item.message_id,
            accountId: batch.account_id,
            idempotencyKey: `batch:${batchId}:${item.seq}`,
            batchId,
          },
          START_WAIT_MS,
        );
        if (outcome.kind === 'pending') return false;
        const failure = outcome.kind === 'answered' ? (outcome.answer.failure?.code ?? null) : null;
        await markHanded(deps.database, batchId, item.seq, failure);
        return true;
      }),
    );
    if (!handed.includes(true)) await host.pause(PAUSE_MS);
  }
}
