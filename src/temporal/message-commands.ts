import type { Client } from '@temporalio/client';
import { batchWorkflowId, MESSAGES, messageWorkflowId } from '../domain/names.js';
import type { MessageCancelReply, MessageCommands } from '../domain/message-request.js';
import type { message } from '../workflows/message.js';
import { activationIdOf } from './activation-ids.js';
import { createBatchStart } from './batch-start.js';
import { isEnded, unavailable } from './command-failures.js';
import { createMessageSignal } from './message-signals.js';
import { createMessageStart } from './message-start.js';

/** Route name under which idempotency keys of messages are kept apart from those of other routes. */
const ROUTE = 'messages';
const BATCH_ROUTE = 'batches';
const CANCEL_TIMEOUT_MS = 10_000;

/** The API's way to messages' workflows. `secret` is the installation's, which keys the ids. */
export function createMessageCommands({ client, secret }: { readonly client: Client; readonly secret: Uint8Array }): MessageCommands {
  return {
    identify(accountId, idempotencyKey) {
      const messageId = activationIdOf(secret, accountId, ROUTE, idempotencyKey);
      return { messageId, workflowId: messageWorkflowId(messageId) };
    },
    identifyBatch(accountId, idempotencyKey) {
      const batchId = activationIdOf(secret, accountId, BATCH_ROUTE, idempotencyKey);
      return { batchId, workflowId: batchWorkflowId(batchId) };
    },
    identifyItem: (accountId, batchId, seq) => activationIdOf(secret, accountId, BATCH_ROUTE, `${batchId}:${seq}`),
    start: createMessageStart(client),
    startBatch: createBatchStart(client),
    async cancel(messageId) {
      try {
        return await client.withDeadline(Date.now() + CANCEL_TIMEOUT_MS, () =>
          client.workflow
            .getHandle<typeof message>(messageWorkflowId(messageId))
            .executeUpdate<MessageCancelReply, []>(MESSAGES.cancelMessage, { args: [] }),
        );
      } catch (error) {
        if (isEnded(error)) return { kind: 'ended' };
        throw unavailable(error, 'ask again, what was accepted is not done twice');
      }
    },
    receiptArrived: createMessageSignal(client),
  };
}
