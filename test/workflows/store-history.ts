import { writeFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** With STORE_HISTORIES set, keeps a workflow's history for replay.test.ts under the name of its path. */
export async function storeHistory(handle: Pick<WorkflowHandle, 'fetchHistory'>, path: string): Promise<void> {
  if (process.env['STORE_HISTORIES'] === undefined) return;
  writeFileSync(new URL(`histories/${path}.json`, import.meta.url), historyToJSON(await handle.fetchHistory()));
}
