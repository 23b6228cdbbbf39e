import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { MAIN_QUEUE, MESSAGES, messageWorkflowId, WORKFLOWS } from '../domain/names.js';
import type { MessageAnswer, MessageCommands, StartMessage } from '../domain/message-request.js';
import { publicText } from '../domain/public-text.js';
import type { message } from '../workflows/message.js';
import { isEnded, isTimeout, unavailable } from './command-failures.js';
import { searchAttributes } from './search-attributes.js';

const START_UPDATE_ID = 'start';

/** Starts a message's workflow, or joins the one that runs, in one round trip. */
export function createMessageStart(client: Client): MessageCommands['start'] {
  return async (input: StartMessage, waitMs: number) => {
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
  };
}
