import { fileURLToPath } from 'node:url';
import { DefaultLogger, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TemporalConfig } from '../../src/config/config.js';
import { createDataConverter, FAILURE_CONVERTER_PATH } from '../../src/temporal/data-converter.js';
import { createTemporalClient, type TemporalClient } from '../../src/temporal/connection.js';
import { ensureSchedule } from '../../src/temporal/schedules.js';
import { searchAttributes } from '../../src/temporal/search-attributes.js';
import { createWorkerConnection } from '../../src/temporal/worker-connection.js';
import { createTestNamespace, TEST_KEYS } from '../stack/namespace.js';
import { probeActivities } from './probe-activities.js';

const QUEUE = 'probe';
const PHONE = '+6281234567890';

describe('what Temporal keeps', () => {
  let config: TemporalConfig;
  let connection: NativeConnection;
  let worker: Worker;
  let running: Promise<void>;
  let temporal: TemporalClient;
  let client: Client;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    config = await createTestNamespace();
    connection = await createWorkerConnection(config);
    worker = await Worker.create({
      connection,
      namespace: config.namespace,
      taskQueue: QUEUE,
      workflowsPath: fileURLToPath(new URL('./probe-workflows.ts', import.meta.url)),
      activities: probeActivities,
      dataConverter: createDataConverter(TEST_KEYS),
    });
    running = worker.run();
    temporal = createTemporalClient(config, createDataConverter(TEST_KEYS));
    client = temporal.client;
  });

  afterAll(async () => {
    worker.shutdown();
    await running;
    await temporal.close();
    await connection.close();
  });

  /** The history as the server has it, with everything that is readable in it as text. */
  async function readableHistory(workflowId: string): Promise<string> {
    const json = historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory());
    const payloads = [...json.matchAll(/"data": "([^"]+)"/g)].map(([, data]) => Buffer.from(data!, 'base64').toString('utf8'));
    return `${json}\n${payloads.join('\n')}`;
  }

  it('holds no argument, result, signal, memo or unmarked summary in clear, but marked summaries and details', async () => {
    const handle = await client.workflow.start('carrySecrets', {
      workflowId: 'secrets',
      taskQueue: QUEUE,
      args: [{ phone: PHONE }],
      memo: { note: PHONE },
      typedSearchAttributes: searchAttributes({ service: 'telegram', phase: 'WAITING' }),
    });
    await handle.signal('told', { phone: PHONE });
    expect(await handle.result()).toEqual({ phone: PHONE });
    expect(await handle.query('asked')).toBe(PHONE);

    const seen = await readableHistory('secrets');
    expect(seen).not.toMatch(/6281234567890|15550001/);
    expect(seen).toContain('public activity');
    expect(seen).toContain('public timer');
    expect(seen).toContain('public local activity');
    expect(seen).not.toContain('\u2063');

    const described = await handle.describe();
    expect(described.memo).toEqual({ note: PHONE, remembered: PHONE });
    await expect
      .poll(async () => (await client.workflow.count(`WatchwordService = 'telegram' AND WatchwordPhase = 'WAITING'`)).count, {
        timeout: 10_000,
      })
      .toBe(1);
  });

  it('shows current details to a client without keys', async () => {
    const plain = createTemporalClient(config, {});
    const metadata = await plain.client.workflow.getHandle('secrets').query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toBe('public details');
    await plain.close();
  });

  it('holds no failure text in clear, and gives it back to whoever has the keys', async () => {
    const handle = await client.workflow.start('failWithSecret', { workflowId: 'failing', taskQueue: QUEUE, args: [{ phone: PHONE }] });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { message: `no SMS for ${PHONE}`, type: 'probe_failed', details: [{ phone: PHONE }] },
    });
    const seen = await readableHistory('failing');
    expect(seen).not.toContain('6281234567890');
    expect(seen).toContain('probe_failed');
  });

  it('keeps a schedule to its form, and its pause', async () => {
    const wanted = {
      scheduleId: 'probe-schedule',
      workflowType: 'carrySecrets',
      taskQueue: QUEUE,
      everyMs: 3_600_000,
      timeoutMs: 60_000,
      summary: 'probe',
    };
    await ensureSchedule(client, wanted);
    await client.schedule.getHandle('probe-schedule').pause('operator');
    await ensureSchedule(client, { ...wanted, everyMs: 60_000 });
    const described = await client.schedule.getHandle('probe-schedule').describe();
    expect(described.spec.intervals?.[0]?.every).toBe(60_000);
    expect(described.state.paused).toBe(true);
    await client.schedule.getHandle('probe-schedule').delete();
  });

  it('says what to do when no server answers', async () => {
    const nowhere: TemporalConfig = { address: '127.0.0.1:1', namespace: 'default', connection: { address: '127.0.0.1:1' } };
    await expect(createWorkerConnection(nowhere)).rejects.toThrow('no Temporal server answers at 127.0.0.1:1');
    const away = createTemporalClient(nowhere, {});
    expect(await away.isReachable(300)).toBe(false);
    await away.close();
    expect(await temporal.isReachable(2_000)).toBe(true);
  });

  it('has a failure converter where workers and bundles look for it', async () => {
    const module = (await import(FAILURE_CONVERTER_PATH)) as { failureConverter: { errorToFailure: unknown } };
    expect(module.failureConverter.errorToFailure).toBeTypeOf('function');
  });
});
