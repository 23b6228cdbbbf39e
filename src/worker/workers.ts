import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createEraseActivities } from '../activities/erase-activities.js';
import { createAlertActivities } from '../activities/alert-activities.js';
import { createPriceBlobActivities, createPriceReadActivities } from '../activities/price-activities.js';
import { createBookActivities, createProviderActivities, createWaitActivities } from '../activities/rent-activities.js';
import { createRepairActivities, createWatchActivities } from '../activities/watch-activities.js';
import type { AlertDeps } from '../alerts/deps.js';
import { createBatchActivities } from '../activities/batch-activities.js';
import { createVerifyActivities } from '../activities/verify-activities.js';
import { createCarrierActivities, createMessageBookActivities } from '../activities/send-activities.js';
import type { ConfiguredCarriers } from '../carriers/registry.js';
import type { Config } from '../config/config.js';
import type { Database } from '../db/database.js';
import { carrierQueue, DEPLOYMENT, MAIN_QUEUE, providerQueue, WATCH_QUEUE } from '../domain/names.js';
import type { FraudGate } from '../domain/fraud.js';
import { posterior } from '../domain/scoring.js';
import type { HttpClient } from '../http/client.js';
import { createPriceBook } from '../prices/price-book.js';
import { createWakes } from '../rent/watch/wakes.js';
import type { Traces } from '../observability/traces.js';
import type { SendDeps } from '../send/deps.js';
import { takeReceipt } from '../send/take-receipt.js';
import type { Keyring } from '../sealing/keyring.js';
import type { VerifyHashes } from '../sealing/verify-hashes.js';
import { createActivationSignals } from '../temporal/activation-signals.js';
import { createAlertDeliveries } from '../temporal/alert-deliveries.js';
import { createBatchStart } from '../temporal/batch-start.js';
import { createMessageSignal } from '../temporal/message-signals.js';
import { createMessageStart } from '../temporal/message-start.js';
import { promoteFirst } from '../temporal/deployment.js';
import { startBackgroundWork } from './background-work.js';
import type { ProviderMetrics } from './measured-calls.js';
import { markupFor } from './markup.js';
import { tracedActivities } from './traced-activities.js';
import { tracedSignals } from './traced-signals.js';
import { type CarrierMetrics, observedCarriers } from './observed-carriers.js';
import { registerConfiguredCarriers } from './carrier-accounts.js';
import { createProviders, registerConfigured } from './provider-accounts.js';
import { createRentDeps, type WorkerLog } from './rent-deps.js';
import { createSendDeps } from './send-deps.js';
import { createVerifyDeps } from './verify-deps.js';

/** What the workers need; built in `src/main`. */
export interface WorkersDeps {
  readonly config: Pick<
    Config,
    'providers' | 'policy' | 'currency' | 'markup' | 'denied' | 'lossDailyCap' | 'retentionMs' | 'alerts' | 'verify'
  >;
  readonly database: Database;
  readonly keyring: Keyring;
  readonly http: HttpClient;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  /** File that holds the workflow bundle. */
  readonly workflowBundlePath: string;
  /** Version of these workers; null where workers are not versioned. */
  readonly buildId: string | null;
  /** The carrier accounts that messages can be sent by. */
  readonly carriers: ConfiguredCarriers;
  /** Where a carrier posts its receipts; null where it cannot reach us. */
  readonly receiptUrl: (carrier: string) => string | null;
  /** A verification's code: so many digits of a CSPRNG. */
  readonly newCode: (digits: number) => string;
  readonly hashes: VerifyHashes;
  /** The gate for codes that nobody asked for; see {@link createVerifyDeps}. */
  readonly gate: FraudGate;
  readonly metrics: ProviderMetrics & CarrierMetrics;
  /** The same that `log` names the trace by. */
  readonly traces: Traces;
  readonly log: WorkerLog;
  readonly clock: () => Date;
}

/** Workers that are set up and polling once `run` is called. */
export interface Workers {
  /** Runs until {@link Workers.shutdown}, or until one of them fails. */
  run(): Promise<void>;
  shutdown(): void;
  /** Whether all of them poll. */
  isPolling(): boolean;
}

/** Provider requests of one process under way at once; the request budget decides how fast they go. */
const PROVIDER_SLOTS = 20;
/** Sends of one process to one carrier under way at once. */
const CARRIER_SLOTS = 50;
/** A waiting activation takes up to a quarter of a megabyte of cache. */
const CACHED_WORKFLOWS = 2_000;

/**
 * Sets up every worker of a process: one for workflows and our own database, one for the watchers, one for each
 * provider's queue. Registers provider accounts, watchers and schedules on the way, so a worker alone is enough.
 */
export async function createWorkers(deps: WorkersDeps): Promise<Workers> {
  const { config, database } = deps;
  await registerConfigured(database, config.providers);
  await registerConfiguredCarriers(database, deps.carriers);
  const providers = createProviders(deps);
  const rent = createRentDeps(deps, providers, tracedSignals(createActivationSignals(deps.client), deps), randomUUID, Math.random);
  const send = createSendDeps(
    deps,
    observedCarriers(deps.carriers.adapters, deps),
    deps.receiptUrl,
    workflowsOf(deps.client),
    randomUUID,
    Math.random,
  );
  const book = createPriceBook({
    database,
    currency: config.currency,
    markupFor: (service, country) => markupFor(config.markup, service, country),
    denied: config.denied,
    posterior: (counts) => posterior(counts).mean,
    clock: deps.clock,
  });
  const alerts: AlertDeps = {
    database,
    http: deps.http,
    policy: config.alerts.policy,
    lowBalanceOf: (provider) => config.alerts.lowBalances.get(provider) ?? null,
    verification: config.alerts.verification,
    publicUrl: config.alerts.probeUrl,
    receiver: receiverOf(config.alerts),
    deliveries: createAlertDeliveries(deps.client, config.alerts.policy.deliverMs),
    clock: deps.clock,
    now: () => performance.now(),
    newId: randomUUID,
    log: deps.log,
  };
  const wakes = await createWakes(database);

  const common = {
    connection: deps.connection,
    namespace: deps.namespace,
    dataConverter: deps.dataConverter,
    shutdownGraceTime: '10s',
    shutdownForceTime: '25s',
    interceptors: { activity: [tracedActivities(deps.traces)] },
    ...(deps.buildId === null ? {} : { workerDeploymentOptions: versioned(deps.buildId) }),
  } satisfies Partial<WorkerOptions>;
  const workers = [
    await Worker.create({
      ...common,
      taskQueue: MAIN_QUEUE,
      workflowBundle: { codePath: deps.workflowBundlePath },
      activities: {
        ...createBookActivities(rent, () => deps.traces.current()?.traceId ?? null),
        ...createWaitActivities(rent),
        ...createMessageBookActivities(send),
        ...createBatchActivities(send),
        ...createVerifyActivities(createVerifyDeps(deps, send)),
        ...createRepairActivities(rent, send),
        ...createEraseActivities({ database, retentionMs: config.retentionMs }),
        ...createPriceBlobActivities({ providers, book }),
        ...createAlertActivities(alerts),
      },
      maxCachedWorkflows: CACHED_WORKFLOWS,
    }),
    await Worker.create({
      ...common,
      taskQueue: WATCH_QUEUE,
      activities: { ...createWatchActivities(rent, wakes, () => performance.now()) },
      maxConcurrentActivityTaskExecutions: providers.size + 2,
      // A watcher has nothing to finish: whoever takes over reads everything from Postgres.
      shutdownGraceTime: 0,
    }),
  ];
  for (const provider of providers.keys()) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: providerQueue(provider),
        activities: { ...createProviderActivities(rent), ...createPriceReadActivities({ providers, book, clock: deps.clock }) },
        maxConcurrentActivityTaskExecutions: PROVIDER_SLOTS,
      }),
    );
  }
  for (const [id, { capabilities }] of deps.carriers.adapters) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: carrierQueue(id),
        activities: createCarrierActivities(send),
        maxConcurrentActivityTaskExecutions: CARRIER_SLOTS,
        // Of the whole queue, over all workers: what the carrier bears.
        maxTaskQueueActivitiesPerSecond: capabilities.perSecond,
      }),
    );
  }

  return {
    async run() {
      const running = Promise.all(workers.map((worker) => worker.run()));
      try {
        for (const [id, carrier] of deps.carriers.adapters) carrier.listen?.((receipt) => takeReceipt(send, id, receipt, 'session'));
        await startBackgroundWork(deps.client, [...providers.keys()], config.policy, config.alerts.policy);
        if (deps.buildId !== null && (await promoteFirst(deps.client, deps.buildId)))
          deps.log.info({ build: deps.buildId }, 'the first version of the workers is the current one');
        await running;
      } catch (error) {
        for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
        await running.catch(() => {});
        throw error;
      } finally {
        await wakes.close();
      }
    },
    shutdown() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
    isPolling: () => workers.every((worker) => worker.getState() === 'RUNNING'),
  };
}

/** The workflows that the steps of sending reach. */
function workflowsOf(client: Client): Pick<SendDeps, 'tellMessage' | 'startMessage' | 'startBatch'> {
  return { tellMessage: createMessageSignal(client), startMessage: createMessageStart(client), startBatch: createBatchStart(client) };
}

function receiverOf({ webhook }: Config['alerts']): AlertDeps['receiver'] {
  return webhook === null ? null : { url: webhook.url.reveal(), secret: webhook.secret.reveal() };
}

/** Activations stay with the version that started them; singletons move to the current one (`setWorkflowOptions`). */
function versioned(buildId: string): NonNullable<WorkerOptions['workerDeploymentOptions']> {
  return { useWorkerVersioning: true, version: { deploymentName: DEPLOYMENT, buildId }, defaultVersioningBehavior: 'PINNED' };
}
