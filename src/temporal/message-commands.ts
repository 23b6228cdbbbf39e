import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { MAIN_QUEUE, MESSAGES, messageWorkflowId, WORKFLOWS } from '../domain/names.js';
import type { MessageAnswer, MessageCancelReply, MessageCommands, StartMessage } from '../domain/message-request.js';
import { publicText } from '../domain/public-text.js';
import type { message } from '../workflows/message.js';
import { activationIdOf } from './activation-ids.js';
import { isEnded, isTimeout, unavailable } from './command-failures.js';
import { createMessageSignal } from './message-signals.js';
import { searchAttributes } from './search-attributes.js';

/** Route name under which idempotency keys of messages are kept apart from those of other routes. */
const ROUTE = 'messages';
const START_UPDATE_ID = 'start';
const CANCEL_TIMEOUT_MS = 10_000;

/** The API's way to messages' workflows. `secret` is the installation's, which keys the ids. */
export function createMessageCommands({ client, secret }: { readonly client: Client; readonly secret: Uint8Array }): MessageCommands {
  return {
    identify(accountId, idempotencyKey) {
      const messageId = activationIdOf(secret, accountId, ROUTE, idempotencyKey);
      return { messageId, workflowId: messageWorkflowId(messageId) };
    },
    async start(input: StartMessage, waitMs: number) {
      const operation = new WithStartWorkflowOperation<typeof message>(WORKFLOWS.message, {
        workflowId: messageWorkflowId(input.messageId),
        taskQueue: MAIN_QUEUE,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: searchAttributes({ account: input.accountId, country: input.country, phase: 'QUEUED' }),
        staticSummary: publicText(`send a message (${input.channel}) to ${input.country}`),
      });
      try {
        const answer = await client.withDeadline(Date.now() + waitMs, () =>
          client.workflow.executeUpdateWithStart<typeof message, MessageAnswer, []>(MESSAGES.start, {
            updateId: START_UPDATE_ID,
            startWorkflowOperation: operation,
          }),
        );
        return { kind: 'answered', answer } as const;
      } catch (error) {
        if (isEnded(error)) return { kind: 'ended' } as const;
        if (isTimeout(error)) return { kind: 'pending' } as const;
        throw unavailable(error, 'ask again with the same Idempotency-Key');
      }
    },
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
