import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { ensureSchedule, triggerSchedule } from '../../src/temporal/schedules.js';
import { createTestNamespace, TEST_KEYS } from '../stack/namespace.js';

let temporal: ReturnType<typeof createTemporalClient>;
beforeAll(async () => {
  temporal = createTemporalClient(await createTestNamespace(), createDataConverter(TEST_KEYS));
});
afterAll(() => temporal.close());

test('a schedule is started at once, and not again while it runs', async () => {
  const { client } = temporal;
  // Nobody polls this queue, so the workflow runs until it is ended by force.
  await ensureSchedule(client, {
    scheduleId: 'rare',
    workflowType: 'nothing',
    taskQueue: 'nobody',
    everyMs: 86_400_000,
    timeoutMs: 600_000,
    summary: 'x',
  });
  const runs = async () => (await client.schedule.getHandle('rare').describe()).info;
  expect((await runs()).numActionsTaken).toBe(0);
  await triggerSchedule(client, 'rare');
  await expect.poll(async () => (await runs()).numActionsTaken, { timeout: 10_000 }).toBe(1);
  await triggerSchedule(client, 'rare');
  await expect.poll(async () => (await runs()).numActionsSkippedOverlap, { timeout: 10_000 }).toBe(1);
  expect((await runs()).numActionsTaken).toBe(1);
});

test('a schedule that was never made is told', async () => {
  await expect(triggerSchedule(temporal.client, 'unknown')).rejects.toMatchObject({ code: 'unavailable' });
});
