import type { Client } from '@temporalio/client';

/** Temporal keeps closed workflows for no less than this. */
const LEAST_MS = 86_400_000;

/**
 * How long the namespace keeps closed workflows, with their encrypted payloads, where that is longer than the retention time
 * allows; null where it is not.
 */
export async function excessRetentionMs(client: Client, retentionMs: number): Promise<number | null> {
  const { config } = await client.workflowService.describeNamespace({ namespace: client.options.namespace });
  const keptMs = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
  return keptMs > Math.max(LEAST_MS, retentionMs) ? keptMs : null;
}
