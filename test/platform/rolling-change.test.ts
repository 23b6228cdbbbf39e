import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activationWorkflowId, watcherWorkflowId } from '../../src/domain/names.js';
import { createTemporalClient, type TemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { deployedVersions } from '../../src/temporal/deployment.js';
import { until } from '../rent/world.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { startStack, type Stack } from '../stack/stack.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'dist');
let stack: Stack;
let temporal: TemporalClient;
let next: string;

beforeAll(async () => {
  stack = await startStack({
    env: { WATCHWORD_BUILD_ID: 'v1' },
    providers: [{ id: 'fivesim', settings: { smsDelayMinMs: 600_000, smsDelayMaxMs: 600_000 } }],
  });
  temporal = createTemporalClient(stack.temporal, createDataConverter(TEST_KEYS));
  // Modules are found from the real path of a file, so the next build lies inside the project.
  mkdirSync(join(ROOT, 'node_modules', '.cache'), { recursive: true });
  next = join(mkdtempSync(join(ROOT, 'node_modules', '.cache', 'rolling-')), 'dist');
  cpSync(DIST, next, { recursive: true });
  writeFileSync(join(next, '..', 'package.json'), '{"type":"module","version":"0.0.0"}');
  // A change that no history of v1 would replay with: a timer before the first step.
  const bundle = join(next, 'workflow-bundle.js');
  const code = readFileSync(bundle, 'utf8');
  const first = "tell('REQUESTED', 'a number');";
  expect(code.split(first)).toHaveLength(2);
  const condition = /\(0,\w+\.condition\)/.exec(code)![0];
  writeFileSync(bundle, code.replace(first, `${first} await ${condition}(() => false, 1);`));
});
afterAll(async () => {
  await temporal?.close();
  await stack?.close();
  if (next !== undefined) rmSync(join(next, '..'), { recursive: true, force: true });
});

async function start(): Promise<string> {
  const reply = await stack.fetch('/v1/activations', {
    json: { service: 'telegram', country: 'ID' },
    headers: { 'idempotency-key': crypto.randomUUID() },
  });
  const started = { ...((await reply.json()) as { id: string }), status: reply.status };
  expect(started).toMatchObject({ status: 201 });
  return started.id;
}

const described = async (workflowId: string) => {
  const { raw } = await temporal.client.workflow.getHandle(workflowId).describe();
  return raw.workflowExecutionInfo?.versioningInfo;
};
const versionOf = async (workflowId: string) => (await described(workflowId))?.deploymentVersion?.buildId;

async function bringSms(activationId: string): Promise<void> {
  const order = await stack.sql.row<{ provider_order_id: string }>('SELECT provider_order_id FROM orders WHERE activation_id = $1', [
    activationId,
  ]);
  await stack.control('fivesim', 'POST', `/orders/${order!.provider_order_id}/sms`, { code: '123456', text: 'Your code is 123456' });
}

describe('a rolling change of the workers', () => {
  it('leaves running activations with the version that started them, and moves everything else', async () => {
    const before = await Promise.all([start(), start(), start()]);
    expect(await Promise.all(before.map((id) => versionOf(activationWorkflowId(id))))).toEqual(['v1', 'v1', 'v1']);

    const worker = await stack.startWorker({ dist: next, env: { WATCHWORD_BUILD_ID: 'v2' } });
    // Started, and not promoted: nothing runs on it yet.
    expect(await versionOf(activationWorkflowId(await start()))).toBe('v1');
    const { stdout } = await promisify(execFile)(process.execPath, [join(DIST, 'main', 'promote.js')], {
      env: {
        PATH: process.env['PATH'],
        TEMPORAL_ADDRESS: stack.temporal.address,
        TEMPORAL_NAMESPACE: stack.temporal.namespace,
        WATCHWORD_BUILD_ID: 'v2',
      },
    });
    expect(stdout).toMatch(/^v2 {2}current\nv1 {2}draining$/m);

    await until(
      async () => (await versionOf(activationWorkflowId(await start()))) === 'v2',
      20_000,
      async () => JSON.stringify(await deployedVersions(temporal.client)),
    );
    const all = await stack.sql.rows<{ id: string }>("SELECT id FROM activations WHERE status = 'WAITING'");
    expect(all.length).toBeGreaterThanOrEqual(5);
    for (const { id } of all) await bringSms(id);
    for (const { id } of all) {
      await until(
        async () => {
          const shown = (await (await stack.fetch(`/v1/activations/${id}`)).json()) as { status: string; messages: unknown[] };
          return shown.messages.length === 1 && shown.status !== 'WAITING';
        },
        20_000,
        async () => `${id} did not get its code\n${stack.logged.slice(-20).join('\n')}`,
      );
      expect((await stack.fetch(`/v1/activations/${id}/finish`, { method: 'POST' })).status).toBeLessThan(300);
    }
    for (const { id } of all) {
      const handle = temporal.client.workflow.getHandle(activationWorkflowId(id));
      await handle.result();
      const { events } = await handle.fetchHistory();
      expect(events?.filter(({ workflowTaskFailedEventAttributes: failed }) => failed !== null && failed !== undefined)).toEqual([]);
    }
    for (const id of before) expect(await versionOf(activationWorkflowId(id))).toBe('v1');

    // The old workers may go; the watcher moves to the new ones and goes on.
    await stack.kill('worker');
    const last = await start();
    await bringSms(last);
    await until(
      async () => ((await (await stack.fetch(`/v1/activations/${last}`)).json()) as { messages: unknown[] }).messages.length === 1,
      30_000,
      async () => `nobody watches after the old workers ended\n${stack.logged.slice(-20).join('\n')}`,
    );
    expect(await versionOf(watcherWorkflowId('fivesim'))).toBe('v2');
    expect(worker.hasExited()).toBe(false);
  });
});
