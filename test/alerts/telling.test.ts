import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from '@temporalio/worker';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAlertActivities } from '../../src/activities/alert-activities.js';
import type { AlertDeps } from '../../src/alerts/deps.js';
import type { AlertBody } from '../../src/alerts/message.js';
import { DEFAULT_ALERT_POLICY } from '../../src/domain/alert-policy.js';
import { DEFAULT_POLICY } from '../../src/domain/policy.js';
import { alertWorkflowId, MAIN_QUEUE, SCHEDULES, WORKFLOWS } from '../../src/domain/names.js';
import { createAlertDeliveries } from '../../src/temporal/alert-deliveries.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { createWorkerConnection } from '../../src/temporal/worker-connection.js';
import { startBackgroundWork } from '../../src/worker/background-work.js';
import { until } from '../rent/world.js';
import { createTestNamespace, TEST_KEYS } from '../stack/namespace.js';
import { installQuietRuntime } from '../stack/quiet-runtime.js';
import { type AlertDesk, openAlertDesk } from './desk.js';

installQuietRuntime();

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
/** What the receiver knows its sender by; changing it is a wrong secret. */
let trusted = SECRET;
let reply: (tries: number) => number = () => 204;
/** Every request: id, whether its signature was right, and its body. */
const requests: { readonly id: string; readonly genuine: boolean; readonly body: AlertBody; readonly status: number }[] = [];
const taken = () => requests.filter(({ status }) => status < 300).map(({ body }) => body);

let receiver: Server;
let desk: AlertDesk;
let temporal: ReturnType<typeof createTemporalClient>;
let worker: Worker;
let running: Promise<void>;
let connection: Awaited<ReturnType<typeof createWorkerConnection>>;
/** The activities read it at each run. */
let deps: AlertDeps;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const id = String(request.headers['webhook-id']);
      let genuine = true;
      try {
        new Webhook(trusted).verify(text, request.headers as Record<string, string>);
      } catch {
        genuine = false;
      }
      const status = genuine ? reply(requests.filter((one) => one.id === id).length) : 401;
      requests.push({ id, genuine, body: JSON.parse(text) as AlertBody, status });
      response.writeHead(status, status === 503 ? { 'retry-after': '1' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const config = await createTestNamespace();
  const dataConverter = createDataConverter(TEST_KEYS);
  temporal = createTemporalClient(config, dataConverter);
  connection = await createWorkerConnection(config);
  desk = await openAlertDesk({
    policy: { ...DEFAULT_ALERT_POLICY, repeatMs: 3_600_000, gatherMs: 0 },
    receiver: { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/alerts`, secret: SECRET },
    deliveries: createAlertDeliveries(temporal.client, DEFAULT_ALERT_POLICY.deliverMs),
  });
  deps = desk.deps;
  const late = new Proxy({} as AlertDeps, { get: (_, name) => deps[name as keyof AlertDeps] });
  worker = await Worker.create({
    connection,
    namespace: config.namespace,
    taskQueue: MAIN_QUEUE,
    dataConverter,
    workflowBundle: { codePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname },
    activities: { ...createAlertActivities(late) },
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await temporal.close();
  await connection.close();
  await desk.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});
afterEach(async () => {
  trusted = SECRET;
  reply = () => 204;
  deps = desk.deps;
  await desk.run('UPDATE provider_proofs SET frozen_at = NULL, frozen_reason = NULL');
  await desk.run('UPDATE providers SET circuit_open_until = NULL');
  await desk.run('DELETE FROM alerts');
  await desk.run('DELETE FROM alert_messages');
  requests.length = 0;
});

const freeze = () => desk.run("UPDATE provider_proofs SET frozen_at = now(), frozen_reason = 'surplus' WHERE provider = 'herosms'");
const thaw = () => desk.run('UPDATE provider_proofs SET frozen_at = NULL');
/** One run of the scheduled workflow. */
const evaluate = () =>
  temporal.client.workflow.execute(WORKFLOWS.watchAlerts, { taskQueue: MAIN_QUEUE, workflowId: `look/${randomUUID()}` }) as Promise<{
    readonly firing: number;
    readonly pending: number;
  }>;
const tells = (count: number, withinMs = 20_000) =>
  until(
    async () => taken().length >= count,
    withinMs,
    async () => `the receiver took ${taken().length} of ${count}: ${JSON.stringify(requests)}`,
  );
const deliveries = () =>
  desk.database.rows<{ delivery: string; tries: number; last_result: string | null }>(
    'SELECT delivery, tries, last_result FROM alert_messages ORDER BY created_at, id',
  );

describe('an alert on its way', () => {
  it('is told once when it begins, not at each look, and once when it is over, by signed messages that say what to do', async () => {
    await freeze();
    for (let look = 0; look < 4; look += 1) expect((await evaluate()).firing).toBe(1);
    await tells(1);
    await thaw();
    for (let look = 0; look < 4; look += 1) await evaluate();
    await tells(2);
    expect(requests.every(({ genuine }) => genuine)).toBe(true);
    expect(taken().map(({ type }) => type)).toEqual(['alert.started', 'alert.ended']);
    expect(taken()[0]?.data).toMatchObject({
      condition: 'ProofFrozen',
      severity: 'page',
      count: 1,
      runbook: 'docs/runbook.md#prooffrozen',
      press: expect.stringContaining('/v1/operator/providers/'),
      summary: expect.stringContaining('herosms'),
      alerts: [{ subject: 'herosms', facts: { reason: 'surplus' } }],
    });
    const told = desk.logged.filter(({ fields }) => fields['alert'] === 'ProofFrozen');
    expect(told.map(({ level, fields }) => [level, fields['kind']])).toEqual([
      ['error', 'started'],
      ['info', 'ended'],
    ]);
    expect(await deliveries()).toMatchObject([
      { delivery: 'delivered', tries: 1, last_result: '204' },
      { delivery: 'delivered', tries: 1 },
    ]);
  });

  it('costs a look and a delivery eleven events each, also when the receiver is away', async () => {
    const events = async (workflowId: string) => (await temporal.client.workflow.getHandle(workflowId).fetchHistory()).events?.length;
    reply = (tries) => (tries < 1 ? 503 : 204);
    await freeze();
    const workflowId = `look/${randomUUID()}`;
    await temporal.client.workflow.execute(WORKFLOWS.watchAlerts, { taskQueue: MAIN_QUEUE, workflowId });
    expect(await events(workflowId)).toBe(11);
    await tells(1);
    const { id } = (await desk.database.row<{ id: string }>('SELECT id FROM alert_messages'))!;
    await temporal.client.workflow.getHandle(alertWorkflowId(id)).result();
    expect(await events(alertWorkflowId(id))).toBe(11);
  });

  it('is offered again, under the same id, until the receiver is back, and taken once', async () => {
    reply = (tries) => (tries < 2 ? 503 : 200);
    await freeze();
    await evaluate();
    const { id } = (await desk.database.row<{ id: string }>('SELECT id FROM alert_messages'))!;
    const runId = async () => (await temporal.client.workflow.getHandle(alertWorkflowId(id)).describe()).runId;
    const first = await runId();
    // Further looks start nothing beside the delivery that is under way.
    await evaluate();
    await evaluate();
    await tells(1);
    expect(await runId()).toBe(first);
    expect(requests.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(1);
    expect(await deliveries()).toEqual([{ delivery: 'delivered', tries: 3, last_result: '200' }]);
  });

  it('survives a receiver that is not there at all', async () => {
    deps = { ...desk.deps, receiver: { ...desk.deps.receiver!, url: 'http://127.0.0.1:1/alerts' } };
    await freeze();
    await evaluate();
    await until(
      async () => (await deliveries())[0]?.last_result === 'connect',
      10_000,
      async () => 'nobody tried',
    );
    deps = desk.deps;
    await until(
      async () => (await deliveries())[0]?.delivery === 'delivered',
      20_000,
      async () => JSON.stringify(await deliveries()),
    );
  });

  it('with a wrong secret is refused by the receiver, and taken once the secret is right', async () => {
    trusted = `whsec_${randomBytes(32).toString('base64')}`;
    await freeze();
    await evaluate();
    await until(
      async () => (await deliveries())[0]?.last_result === '401',
      10_000,
      async () => 'the receiver was not asked',
    );
    expect(taken()).toEqual([]);
    expect(requests[0]?.genuine).toBe(false);
    deps = { ...desk.deps, receiver: { ...desk.deps.receiver!, secret: trusted } };
    await tells(1);
    expect(requests.at(-1)?.genuine).toBe(true);
  });

  it('stops at 410: nothing that waits, and nothing later, is sent to that address; another address is asked again', async () => {
    reply = () => 410;
    await freeze();
    await evaluate();
    await until(
      async () => (await deliveries())[0]?.delivery === 'gone',
      10_000,
      async () => 'it is still offered',
    );
    const asked = requests.length;
    reply = () => 204;
    await thaw();
    for (let look = 0; look < 3; look += 1) await evaluate();
    expect((await deliveries()).map(({ delivery }) => delivery)).toEqual(['gone', 'gone']);
    expect(requests).toHaveLength(asked);
    deps = { ...desk.deps, receiver: { ...desk.deps.receiver!, url: `${desk.deps.receiver!.url}?again` } };
    await freeze();
    await evaluate();
    await tells(1);
  });

  it('goes to the log alone without a receiver', async () => {
    deps = { ...desk.deps, receiver: null };
    await freeze();
    expect(await evaluate()).toMatchObject({ firing: 1, pending: 0 });
    expect((await deliveries()).map(({ delivery }) => delivery)).toEqual(['none']);
    expect(desk.logged.at(-1)).toMatchObject({ level: 'error', fields: { alert: 'ProofFrozen' } });
  });

  it('of two thousand pairs is one message with their number and the first ten', async () => {
    const accounts = Array.from({ length: 2_000 }, (_, n) => `acc${String(n).padStart(4, '0')}`);
    await desk.run(
      `WITH made AS (
         INSERT INTO orders (id, provider, provider_order_id, origin, beneficiary, status, currency, cost, cost_known, money)
         SELECT gen_random_uuid(), 'herosms', a || '-' || n, 'reply', 'house', 'CLOSED_WITH_SMS', 'USD', 0, true, 'sold'
         FROM unnest($1::text[]) AS a, generate_series(1, 40) AS n RETURNING id, provider_order_id)
       INSERT INTO route_outcomes (order_id, provider, service, country, succeeded, at)
       SELECT id, 'herosms', split_part(provider_order_id, '-', 1), 'ID', split_part(provider_order_id, '-', 2)::int > 10,
         clock_timestamp() - CASE WHEN split_part(provider_order_id, '-', 2)::int > 10 THEN interval '1 day' ELSE interval '1 minute' END FROM made`,
      [accounts],
    );
    for (let look = 0; look < 2; look += 1) await evaluate();
    await tells(1);
    expect(taken()).toHaveLength(1);
    expect(taken()[0]?.data).toMatchObject({ condition: 'SuccessCollapsed', count: 2_000 });
    expect(taken()[0]?.data.alerts.map(({ subject }) => subject)).toEqual(accounts.slice(0, 10).map((one) => `herosms/${one}/ID`));
    expect(taken()[0]?.data.summary).toMatch(/and 1990 more\)/);
    expect(JSON.stringify(taken()[0]).length).toBeLessThan(8_000);
    await desk.run('DELETE FROM route_outcomes');
    await desk.run('DELETE FROM orders');
  });

  it('that was decided and not told before a crash is told by the next look', async () => {
    await freeze();
    deps = { ...desk.deps, deliveries: { start: () => Promise.reject(new Error('crash')) } };
    await expect(evaluate()).rejects.toThrow(/Workflow execution failed/);
    expect(taken()).toEqual([]);
    deps = desk.deps;
    await evaluate();
    await tells(1);
    expect(taken()).toHaveLength(1);
  });
});

describe('the schedules', () => {
  it('look and check by themselves, and leave a run out while the one before still runs', async () => {
    await startBackgroundWork(temporal.client, [], DEFAULT_POLICY, { ...DEFAULT_ALERT_POLICY, everyMs: 1_000 });
    const schedule = (id: string) => temporal.client.schedule.getHandle(id).describe();
    expect((await schedule(SCHEDULES.alerts)).policies.overlap).toBe('SKIP');
    expect((await schedule(SCHEDULES.ledgerCheck)).policies.overlap).toBe('SKIP');
    await freeze();
    await tells(1);
    await until(
      async () => (await desk.database.row('SELECT 1 AS one FROM ledger_checks')) !== null,
      20_000,
      async () => 'the ledger was not checked',
    );
    await temporal.client.schedule.getHandle(SCHEDULES.alerts).delete();
  });
});
