import { unheardMessages } from '../db/receipts.js';
import { unbegunBatches } from '../db/message-batches.js';
import { hearReceipts } from './after.js';
import type { SendDeps } from './deps.js';

/** Younger receipts are on their way to the workflow. */
const UNHEARD_MS = 5_000;
const AT_ONCE = 500;

/**
 * The repair schedule's step for messages: a signal that was lost is sent again, and a receipt that came after its workflow's
 * end is heard here. Repeatable.
 *
 * @returns how many messages without a workflow were heard.
 */
export async function repairReceipts(deps: SendDeps): Promise<number> {
  let heard = 0;
  for (const messageId of await unheardMessages(deps.database, UNHEARD_MS, AT_ONCE)) {
    if (await deps.tellMessage(messageId)) continue;
    await hearReceipts(deps, { messageId, lastTry: true });
    heard += 1;
  }
  return heard;
}

/** The repair schedule's step for batches: one that was stored, and whose workflow nobody could start, is started. Repeatable. */
export async function repairBatches(deps: SendDeps): Promise<void> {
  for (const batch of await unbegunBatches(deps.database, UNHEARD_MS, AT_ONCE)) await deps.startBatch(batch);
}
