import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { activationWorkflowId, MESSAGES } from '../domain/names.js';

/** Tells activations' workflows what the watcher found. Each answers false when the workflow is over. */
export interface TemporalActivationSignals {
  smsReceived(activationId: string, inboxId: string): Promise<boolean>;
  orderEnded(activationId: string, orderId: string): Promise<boolean>;
  refunded(activationId: string): Promise<boolean>;
}

/** Signals through a Temporal client. @throws the client's error when Temporal cannot be reached. */
export function createActivationSignals(client: Client): TemporalActivationSignals {
  async function send(activationId: string, name: string, args: [object?]): Promise<boolean> {
    try {
      await client.workflow.getHandle(activationWorkflowId(activationId)).signal(name, ...args);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }
  return {
    smsReceived: (activationId, inboxId) => send(activationId, MESSAGES.smsReceived, [{ inboxId }]),
    orderEnded: (activationId, orderId) => send(activationId, MESSAGES.orderEnded, [{ orderId }]),
    refunded: (activationId) => send(activationId, MESSAGES.refunded, []),
  };
}
