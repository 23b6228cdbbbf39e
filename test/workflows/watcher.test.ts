import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAIN_QUEUE, SCHEDULES, watcherWorkflowId, WATCH_QUEUE } from '../../src/domain/names.js';
import { DEFAULT_ALERT_POLICY } from '../../src/domain/alert-policy.js';
import { DEFAULT_POLICY } from '../../src/domain/policy.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { createWorkerConnection } from '../../src/temporal/worker-connection.js';
import { startBackgroundWork } from '../../src/worker/background-work.js';
import { until } from '../rent/world.js';
import { createTestNamespace, TEST_KEYS } from '../stack/namespace.js';
import { installQuietRuntime } from '../stack/quiet-runtime.js';

installQuietRuntime();

let temporal: ReturnType<typeof createTemporalClient>;
let worker: Worker;
let running: Promise<void>;
let connection: Awaited<ReturnType<typeof createWorkerConnection>>;

beforeAll(async () => {
  const config = await createTestNamespace();
  const dataConverter = createDataConverter(TEST_KEYS);
  temporal = createTemporalClient(config, dataConverter);
  connection = await createWorkerConnection(config);
  worker = await Worker.create({
    connection,
    namespace: config.namespace,
    taskQueue: MAIN_QUEUE,
    dataConverter,
    workflowBundle: { codePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname },
  });
  running = worker.run();
  await startBackgroundWork(temporal.client, ['acme'], DEFAULT_POLICY, DEFAULT_ALERT_POLICY);
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await temporal.close();
  await connection.close();
});

it('has its provider watched by an activity whose death is noticed within ten seconds, on a queue of its own', async () => {
  const scheduled = async () => {
    const { events } = await temporal.client.workflow.getHandle(watcherWorkflowId('acme')).fetchHistory();
    return events?.find((event) => event.activityTaskScheduledEventAttributes)?.activityTaskScheduledEventAttributes;
  };
  await until(
    async () => (await scheduled()) !== undefined,
    20_000,
    async () => 'the watcher scheduled nothing',
  );
  const activity = (await scheduled())!;
  expect(activity.taskQueue?.name).toBe(WATCH_QUEUE);
  expect(Number(activity.heartbeatTimeout?.seconds)).toBeGreaterThan(0);
  expect(Number(activity.heartbeatTimeout?.seconds)).toBeLessThanOrEqual(10);
  // For as long as it takes: nobody else watches.
  expect(activity.retryPolicy?.maximumAttempts ?? 0).toBe(0);
});

it('has unsignalled SMS swept by a schedule of its own', async () => {
  const { spec, policies } = await temporal.client.schedule.getHandle(SCHEDULES.repair).describe();
  expect(spec.intervals?.map(({ every }) => every)).toEqual([30_000]);
  expect(policies.overlap).toBe('SKIP');
});
