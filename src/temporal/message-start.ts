import type { Client } from '@temporalio/client';
import { messageWorkflowId, WORKFLOWS } from '../domain/names.js';
import type { MessageAnswer, MessageCommands } from '../domain/message-request.js';
import type { message } from '../workflows/message.js';
import { startOrJoin } from './start-or-join.js';

/** Starts a message's workflow, or joins the one that runs, in one round trip. */
export function createMessageStart(client: Client): MessageCommands['start'] {
  return (input, waitMs) =>
    startOrJoin<typeof message, MessageAnswer>(
      client,
      {
        type: WORKFLOWS.message,
        id: messageWorkflowId(input.messageId),
        args: [input],
        attributes: { account: input.accountId, country: input.country, phase: 'QUEUED' },
        summary: `send a message (${input.channel}) to ${input.country}`,
      },
      waitMs,
    );
}
