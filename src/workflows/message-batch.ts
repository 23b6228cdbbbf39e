/**
 * A batch of messages: one long heartbeating activity that hands its items over within a window, each as a workflow of its own.
 * Eleven events whatever the size; where a worker dies, the next goes on at the first item that was not handed over.
 */
import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { BatchActivities } from '../activities/batch-activities.js';
import { MAIN_QUEUE } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';

export async function messageBatch({ batchId, size }: { readonly batchId: string; readonly size: number }): Promise<void> {
  const { runBatch } = proxyActivities<BatchActivities>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '6h',
    heartbeatTimeout: '8s',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
    summary: publicText(`hand over ${size} messages`),
  });
  setCurrentDetails(publicText(`Hands over **${size}** messages, a window at a time.`));
  await runBatch({ batchId });
}
