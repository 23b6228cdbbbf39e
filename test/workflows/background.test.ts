import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAIN_QUEUE, providerQueue, WATCH_QUEUE, WORKFLOWS } from '../../src/domain/names.js';
import { publicText } from '../../src/domain/public-text.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { createWorkerConnection } from '../../src/temporal/worker-connection.js';
import { until } from '../rent/world.js';
import { createTestNamespace, TEST_KEYS } from '../stack/namespace.js';
import { installQuietRuntime } from '../stack/quiet-runtime.js';
import { storeHistory } from './store-history.js';

installQuietRuntime();

/** Workflows that schedules and the workers themselves start, with activities that answer as each test says. */
const activities = {
  eraseExpired: (): Promise<object> => unexpected('eraseExpired'),
  evaluateAlerts: (): Promise<object> => unexpected('evaluateAlerts'),
  deliverAlert: (_request: { messageId: string }): Promise<void> => unexpected('deliverAlert'),
  checkLedger: (): Promise<object> => unexpected('checkLedger'),
  repairSignals: (): Promise<object> => unexpected('repairSignals'),
  listProviders: (): Promise<string[]> => unexpected('listProviders'),
  refreshProviderPrices: (_request: { provider: string }): Promise<object> => unexpected('refreshProviderPrices'),
  buildPriceBlob: (): Promise<object> => unexpected('buildPriceBlob'),
  watchProvider: (_request: { provider: string; forMs: number }): Promise<void> => unexpected('watchProvider'),
};

function unexpected(name: string): Promise<never> {
  return Promise.reject(ApplicationFailure.nonRetryable(`${name} was not to be called`));
}

let temporal: ReturnType<typeof createTemporalClient>;
let connection: Awaited<ReturnType<typeof createWorkerConnection>>;
const workers: { readonly worker: Worker; readonly running: Promise<void> }[] = [];

beforeAll(async () => {
  const config = await createTestNamespace();
  const dataConverter = createDataConverter(TEST_KEYS);
  temporal = createTemporalClient(config, dataConverter);
  connection = await createWorkerConnection(config);
  const answering = Object.fromEntries(
    Object.keys(activities).map((name) => [
      name,
      (request: never) => (activities[name as keyof typeof activities] as (request: never) => unknown)(request),
    ]),
  );
  const common = { connection, namespace: config.namespace, dataConverter, identity: 'test', activities: answering };
  for (const taskQueue of [MAIN_QUEUE, WATCH_QUEUE, providerQueue('herosms'), providerQueue('fivesim')]) {
    const bundle = { codePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname };
    const worker = await Worker.create({ ...common, taskQueue, ...(taskQueue === MAIN_QUEUE ? { workflowBundle: bundle } : {}) });
    workers.push({ worker, running: worker.run() });
  }
});
afterAll(async () => {
  for (const { worker } of workers) worker.shutdown();
  await Promise.all(workers.map(({ running }) => running));
  await temporal.close();
  await connection.close();
});

function start(workflowType: string, ...args: unknown[]): Promise<WorkflowHandle> {
  const staticSummary = publicText('started by a schedule, or by the worker');
  return temporal.client.workflow.start(workflowType, { workflowId: randomUUID(), taskQueue: MAIN_QUEUE, args, staticSummary });
}

const refuse = () => Promise.reject(ApplicationFailure.nonRetryable('refused'));

/** Runs a workflow to its end, keeps its history, and resolves to its result and the number of its events. */
async function run(path: string, workflowType: string, ...args: unknown[]): Promise<{ result: unknown; events: number }> {
  const handle = await start(workflowType, ...args);
  const result: unknown = await handle.result();
  await storeHistory(handle, path);
  return { result, events: (await handle.fetchHistory()).events!.length };
}

test('what is over is erased batch by batch until nothing is left', async () => {
  const batches = [
    { activations: 500, messages: 30, verifications: 7, orders: 400, strangers: 3, more: true },
    { activations: 20, messages: 1, verifications: 2, orders: 10, strangers: 0, more: false },
  ];
  activities.eraseExpired = () => Promise.resolve(batches.shift()!);
  expect(await run('erased', WORKFLOWS.eraseExpired)).toEqual({
    result: { activations: 520, messages: 31, verifications: 9, orders: 410, strangers: 3 },
    events: 17,
  });
});

test('what is wrong is looked for once', async () => {
  activities.evaluateAlerts = () => Promise.resolve({ firing: 1, unknown: 0, pending: 2 });
  expect(await run('alerts-looked-for', WORKFLOWS.watchAlerts)).toEqual({ result: { firing: 1, unknown: 0, pending: 2 }, events: 11 });
});

test('a message is offered until its receiver takes it, or for as long as it may be', async () => {
  let tries = 0;
  activities.deliverAlert = () => (++tries === 1 ? Promise.reject(new Error('away')) : Promise.resolve());
  const message = { messageId: randomUUID() };
  expect(await run('alert-taken', WORKFLOWS.deliverAlert, { ...message, deliverMs: 60_000 })).toEqual({
    result: { delivered: true },
    events: 11,
  });
  activities.deliverAlert = () => Promise.reject(new Error('away'));
  expect(await run('alert-not-taken', WORKFLOWS.deliverAlert, { ...message, deliverMs: 1_000 })).toEqual({
    result: { delivered: false },
    events: 11,
  });
});

test('the ledger is checked once, whatever comes of it', async () => {
  activities.checkLedger = () => Promise.resolve({ verdict: 'clean' });
  expect(await run('ledger-checked', WORKFLOWS.checkLedger)).toEqual({ result: { verdict: 'clean' }, events: 11 });
  activities.checkLedger = refuse;
  const failed = await start(WORKFLOWS.checkLedger);
  await expect(failed.result()).rejects.toThrow('Workflow execution failed');
  await storeHistory(failed, 'ledger-not-checked');
});

test('lost signals are sent again', async () => {
  activities.repairSignals = () => Promise.resolve({ delivered: 2 });
  expect(await run('signals-repaired', WORKFLOWS.repairSignals)).toEqual({ result: { delivered: 2 }, events: 11 });
});

test('prices are built of the providers that answer', async () => {
  activities.listProviders = () => Promise.resolve(['herosms', 'fivesim']);
  activities.refreshProviderPrices = ({ provider }) => (provider === 'fivesim' ? refuse() : Promise.resolve({ rows: 7 }));
  activities.buildPriceBlob = () => Promise.resolve({ cells: 7 });
  expect((await run('prices-read', WORKFLOWS.refreshPrices)).result).toEqual({ read: 1, cells: 7 });
});

test('a provider is watched turn after turn', async () => {
  let turns = 0;
  let end!: () => void;
  const held = new Promise<void>((done) => (end = done));
  activities.watchProvider = ({ forMs }) => {
    expect(forMs).toBe(540_000);
    turns += 1;
    return turns < 3 ? Promise.resolve() : held;
  };
  const handle = await start(WORKFLOWS.watchProvider, { provider: 'herosms' });
  await until(
    () => Promise.resolve(turns === 3),
    20_000,
    () => Promise.resolve(`${turns} turns`),
  );
  await storeHistory(handle, 'watched');
  await handle.terminate();
  end();
});
