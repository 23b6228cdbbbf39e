import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { batchWorkflowId, MAIN_QUEUE, WORKFLOWS } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import type { messageBatch } from '../workflows/message-batch.js';
import { unavailable } from './command-failures.js';

/** Sees to it that a batch's workflow runs, or has run. @throws DomainError `unavailable` */
export function createBatchStart(client: Client): (batch: { readonly batchId: string; readonly size: number }) => Promise<void> {
  return async (batch) => {
    try {
      await client.workflow.start<typeof messageBatch>(WORKFLOWS.messageBatch, {
        workflowId: batchWorkflowId(batch.batchId),
        taskQueue: MAIN_QUEUE,
        args: [batch],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: publicText(`send a batch of ${batch.size} messages`),
      });
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      throw unavailable(error, 'ask again with the same Idempotency-Key');
    }
  };
}
