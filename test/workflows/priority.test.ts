import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PRIORITY } from '../../src/domain/names.js';
import { createTemporalClient, type TemporalClient } from '../../src/temporal/connection.js';
import { createWorkerConnection } from '../../src/temporal/worker-connection.js';
import { createTestNamespace } from '../stack/namespace.js';
import { installQuietRuntime } from '../stack/quiet-runtime.js';

let temporal: TemporalClient;
let namespace: Awaited<ReturnType<typeof createTestNamespace>>;

beforeAll(async () => {
  installQuietRuntime();
  namespace = await createTestNamespace();
  temporal = createTemporalClient(namespace, {});
});
afterAll(async () => {
  await temporal.close();
});

it('serves 5 urgent tasks before 20 that were queued earlier', async () => {
  const connection = await createWorkerConnection(namespace);
  const common = { connection, namespace: namespace.namespace };
  const starter = await Worker.create({
    ...common,
    taskQueue: 'starter',
    workflowsPath: new URL('./priority-workflows.ts', import.meta.url).pathname,
  });
  const starting = starter.run();
  const handles: WorkflowHandle[] = [];
  for (let index = 0; index < 20; index += 1) {
    handles.push(
      await temporal.client.workflow.start('callAtPriority', {
        workflowId: randomUUID(),
        taskQueue: 'starter',
        args: [`calm ${index}`, PRIORITY.background],
      }),
    );
  }
  await queued(handles);
  for (let index = 0; index < 5; index += 1) {
    handles.push(
      await temporal.client.workflow.start('callAtPriority', {
        workflowId: randomUUID(),
        taskQueue: 'starter',
        args: [`urgent ${index}`, PRIORITY.purchase],
      }),
    );
  }
  await queued(handles);

  const served: string[] = [];
  const server = await Worker.create({
    ...common,
    taskQueue: 'called',
    maxConcurrentActivityTaskExecutions: 1,
    activities: {
      call: async (name: string) => {
        served.push(name);
        await sleep(5);
      },
    },
  });
  await server.runUntil(Promise.all(handles.map((handle) => handle.result())));
  starter.shutdown();
  await starting;
  await connection.close();
  // One poll may have taken a calm task before the urgent ones were looked at.
  expect(served.slice(0, 6).filter((name) => name.startsWith('urgent'))).toHaveLength(5);
  expect(served).toHaveLength(25);
});

/** Waits until each of the workflows has its activity scheduled. */
async function queued(handles: readonly WorkflowHandle[]): Promise<void> {
  for (const handle of handles) {
    for (const deadline = Date.now() + 20_000; ; await sleep(20)) {
      const { raw } = await handle.describe();
      if ((raw.pendingActivities ?? []).length === 1) break;
      if (Date.now() > deadline) throw new Error(`${handle.workflowId} did not schedule its activity`);
    }
  }
}
