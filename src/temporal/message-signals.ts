import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { MESSAGES, messageWorkflowId } from '../domain/names.js';

/** Tells a message's workflow that a receipt of it is stored. Resolves to false when the workflow is over. */
export type TellMessage = (messageId: string) => Promise<boolean>;

/** Signals through a Temporal client. @throws the client's error when Temporal cannot be reached. */
export function createMessageSignal(client: Client): TellMessage {
  return async (messageId) => {
    try {
      await client.workflow.getHandle(messageWorkflowId(messageId)).signal(MESSAGES.receipt);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
}
