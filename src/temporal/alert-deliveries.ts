import type { Client } from '@temporalio/client';
import { alertWorkflowId, MAIN_QUEUE, WORKFLOWS } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';

/** Starts the workflow that brings a message to the receiver; one that runs is left to run. */
export function createAlertDeliveries(client: Client, deliverMs: number): { start(messageId: string): Promise<void> } {
  return {
    async start(messageId) {
      await client.workflow.start(WORKFLOWS.deliverAlert, {
        workflowId: alertWorkflowId(messageId),
        taskQueue: MAIN_QUEUE,
        args: [{ messageId, deliverMs }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        staticSummary: publicText('tell operators of an alert'),
      });
    },
  };
}
