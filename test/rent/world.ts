import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { type ProviderConfig } from '../../src/config/config.js';
import { Secret } from '../../src/config/secret.js';
import { type Database, openDatabase } from '../../src/db/database.js';
import type { StartActivation, StartAnswer } from '../../src/domain/activation-request.js';
import type { ActivationStatus } from '../../src/domain/activation.js';
import { activationWorkflowId } from '../../src/domain/names.js';
import { DEFAULT_ALERT_POLICY } from '../../src/domain/alert-policy.js';
import { DEFAULT_VERIFICATION_BOUNDS } from '../../src/domain/alert-verification.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy.js';
import { createHttpClient } from '../../src/http/client.js';
import { checkLedger } from '../../src/ledger/check.js';
import { grant, walletOf } from '../../src/ledger/credit.js';
import { createTraces } from '../../src/observability/traces.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { createKeyring, places } from '../../src/sealing/keyring.js';
import { createFiveSimSimulator } from '../../src/simulators/fivesim/simulator.js';
import { createHandlerApiSimulator } from '../../src/simulators/handler-api/simulator.js';
import type { Simulator } from '../../src/simulators/kernel.js';
import type { SettingsPatch } from '../../src/simulators/settings.js';
import { createActivationCommands } from '../../src/temporal/activations.js';
import { createTemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { createWorkerConnection } from '../../src/temporal/worker-connection.js';
import { createWorkers } from '../../src/worker/workers.js';
import { createTestDatabase } from '../stack/database.js';
import { TEST_VERIFY, verifyParts } from '../verify/verify-parts.js';
import { installQuietRuntime } from '../stack/quiet-runtime.js';
import { createTestNamespace, TEST_KEYS } from '../stack/namespace.js';
import { storeHistory } from '../workflows/store-history.js';

/** Durations of tests: everything that takes minutes in life takes moments. */
export const QUICK: Policy = {
  ...DEFAULT_POLICY,
  replyWaitMs: 2_500,
  attemptMs: 2_000,
  quietMs: 60_000,
  replaceAfterMs: 1_500,
  orderGraceMs: 4_000,
  pollMs: 200,
  slowPollMs: 400,
  sweepMs: 500,
  idleMs: 5_000,
  balanceMs: 300,
  recheckMs: 300,
  freezeConfirmMs: 400,
};

/** Two providers' simulators over HTTP, real Postgres, real Temporal, real workers, all for one test file. */
export interface World {
  readonly database: Database;
  readonly herosms: Simulator;
  readonly fivesim: Simulator;
  readonly logs: string[];
  /** A new client account with credit (decimal micro units). */
  account(credit?: bigint): Promise<string>;
  start(
    accountId: string,
    request?: Partial<StartActivation>,
    waitMs?: number,
  ): Promise<{ activationId: string; answer: StartAnswer | null; kind: string }>;
  ask(activationId: string, intention: 'cancel' | 'finish' | 'resend'): ReturnType<ReturnType<typeof createActivationCommands>['ask']>;
  /** All that helps to understand why an activation is where it is. */
  tale(activationId: string): Promise<string>;
  /** Waits until the activation has that status. */
  reaches(activationId: string, status: ActivationStatus, withinMs?: number): Promise<void>;
  status(activationId: string): Promise<ActivationStatus>;
  /** Codes that the client may read. */
  codes(activationId: string): Promise<string[]>;
  wallet(accountId: string): ReturnType<typeof walletOf>;
  handle(activationId: string): WorkflowHandle;
  /** Event types of the activation's history, in order. */
  events(activationId: string): Promise<string[]>;
  /**
   * Waits until the workflow is over, and returns its events counted by type. With STORE_HISTORIES set, the history is
   * stored under `path` for the replay test.
   */
  closed(activationId: string, path?: string): Promise<{ readonly total: number; readonly byType: Readonly<Record<string, number>> }>;
  /** Sets something in both simulators. */
  settings(patch: SettingsPatch): Promise<void>;
  /** Asks a simulator's control endpoint. */
  control<T = unknown>(simulator: Simulator, method: string, path: string, body?: unknown): Promise<T>;
  trap(simulator: Simulator, name: string, how?: object): Promise<void>;
  /** The ledger's problems; none when all is well. */
  problems(): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

const API_KEY = 'simulated-provider-key-0001';

/** Starts a world and waits until providers can be bought from. */
export async function createWorld(
  options: {
    readonly policy?: Partial<Policy>;
    readonly settings?: SettingsPatch;
    readonly dialect?: 'herosms' | 'classic' | 'hybrid';
    readonly cancelAfterMs?: number;
    readonly lossDailyCap?: bigint;
  } = {},
): Promise<World> {
  installQuietRuntime();
  const policy = { ...QUICK, ...options.policy };
  const settings: SettingsPatch = { smsDelayMinMs: 200, smsDelayMaxMs: 600, lifetimeMs: 60_000, cancelWindowMs: 0, ...options.settings };
  const [own, temporalConfig, herosms, fivesim] = await Promise.all([
    createTestDatabase(),
    createTestNamespace(),
    createHandlerApiSimulator({ apiKey: API_KEY, dialect: options.dialect ?? 'herosms', settings }),
    createFiveSimSimulator({ apiKey: API_KEY, settings }),
  ]);
  const database = openDatabase({ url: own.url, applicationName: 'world', poolSize: 20 });
  const keyring = createKeyring(TEST_KEYS);
  const dataConverter = createDataConverter(TEST_KEYS);
  const temporal = createTemporalClient(temporalConfig, dataConverter);
  const connection: NativeConnection = await createWorkerConnection(temporalConfig);
  const http = createHttpClient({ clock: { now: Date.now } });
  const logs: string[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    logs.push(`${level} ${message} ${JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? value.stack : value))}`);
  };
  const provider = (id: string, kind: ProviderConfig['kind'], url: string): ProviderConfig => ({
    id,
    kind,
    url,
    dialect: null,
    currency: 'USD',
    rateMicros: 1_000_000n,
    budget: { perSecond: 200, burst: 200 },
    balanceGranularity: 1n,
    cancelAfterMs: options.cancelAfterMs ?? 0,
    apiKey: new Secret(API_KEY),
    simulated: true,
  });
  const workers = await createWorkers({
    config: {
      providers: [provider('herosms', 'handler_api', herosms.url), provider('fivesim', 'fivesim', fivesim.url)],
      policy,
      currency: 'USD',
      lossDailyCap: options.lossDailyCap ?? 0n,
      retentionMs: 86_400_000,
      markup: { standard: { basisPoints: 2_500, fixed: 0n }, overrides: [] },
      denied: { services: new Set(), countries: new Set() },
      alerts: {
        policy: DEFAULT_ALERT_POLICY,
        lowBalances: new Map(),
        verification: DEFAULT_VERIFICATION_BOUNDS,
        probeUrl: null,
        webhook: null,
      },
      verify: TEST_VERIFY,
    },
    database,
    keyring,
    http,
    client: temporal.client,
    connection,
    namespace: temporalConfig.namespace,
    dataConverter,
    workflowBundlePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname,
    buildId: null,
    carriers: { adapters: new Map(), rows: [], sheets: new Map() },
    receiptUrl: () => null,
    ...verifyParts,
    metrics: createMetrics('worker'),
    traces: createTraces(),
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    clock: () => new Date(),
  });
  const running = workers.run();
  running.catch((error: unknown) => logs.push(`fatal ${String(error)}`));
  const secret = (await database.row<{ secret: Buffer }>('SELECT secret FROM installation'))!.secret;
  const commands = createActivationCommands({ client: temporal.client, secret, policy });

  const status = async (id: string) =>
    (await database.row<{ status: ActivationStatus }>('SELECT status FROM activations WHERE id = $1', [id]))?.status ?? 'REQUESTED';
  const control = async <T>(simulator: Simulator, method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${simulator.control}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`control ${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };

  const world: World = {
    database,
    herosms,
    fivesim,
    logs,
    async account(credit = 10_000_000n) {
      const id = randomUUID();
      await database.run("INSERT INTO accounts (id, name, kind) VALUES ($1, 'test', 'client')", [id]);
      if (credit > 0n)
        await database.transaction((sql) => grant(sql, { accountId: id, amount: credit, currency: 'USD', idempotencyKey: id }));
      return id;
    },
    async start(accountId, request = {}, waitMs = 20_000) {
      const idempotencyKey = request.idempotencyKey ?? randomUUID();
      const { activationId } = commands.identify(accountId, 'activations', idempotencyKey);
      const reply = await commands.start(
        {
          activationId,
          accountId,
          idempotencyKey,
          requestHash: 'hash',
          service: 'telegram',
          country: 'ID',
          operator: null,
          maxPrice: null,
          onNoCode: 'refund',
          metadata: {},
          ...request,
        },
        waitMs,
      );
      return { activationId, kind: reply.kind, answer: reply.kind === 'answered' ? reply.answer : null };
    },
    ask: (activationId, intention) => commands.ask(activationId, intention),
    status,
    async reaches(activationId, wanted, withinMs = 20_000) {
      await until(
        async () => (await status(activationId)) === wanted,
        withinMs,
        async () => `${activationId} is ${await status(activationId)} instead of ${wanted}\n${await world.tale(activationId)}`,
      );
    },
    async tale(activationId) {
      const orders = await database.rows(
        'SELECT provider, provider_order_id, status, money, raw_status, ended_at, agreed_at, settlement, missing_sweeps, cancel_accepted_at, expires_at FROM orders WHERE activation_id = $1',
        [activationId],
      );
      const attempts = await database.rows(
        'SELECT seq, provider, status, reason, raw FROM attempts WHERE activation_id = $1 ORDER BY seq',
        [activationId],
      );
      const inbox = await database.rows('SELECT source, confirmed_at, signalled_at, revealed_at FROM inbox WHERE activation_id = $1', [
        activationId,
      ]);
      const proofs = await database.rows(
        'SELECT provider, epoch::text, armed_at, fall_observed::text, frozen_reason, observed::text, expected::text, pending::text, read_at FROM provider_proofs',
      );
      const watchers = await database.rows(
        'SELECT provider, last_page_at, last_sweep_at, sweeps::text, last_error, last_error_at FROM watcher_state',
      );
      const { raw } = await world.handle(activationId).describe();
      const pending = (raw.pendingActivities ?? []).map(({ activityType, attempt, lastFailure }) => ({
        type: activityType?.name,
        attempt,
        failure: lastFailure?.applicationFailureInfo?.type,
        cause: lastFailure?.cause?.message,
      }));
      const events = (await world.events(activationId)).slice(-8);
      return [{ now: new Date() }, { orders }, { attempts }, { inbox }, { proofs }, { watchers }, { pending }, { events }]
        .map((part) => JSON.stringify(part))
        .concat(logs.slice(-15))
        .join('\n');
    },
    async codes(activationId) {
      const rows = await database.rows<{ id: string; code_sealed: Buffer | null }>(
        'SELECT id, code_sealed FROM inbox WHERE activation_id = $1 AND revealed_at IS NOT NULL ORDER BY received_at',
        [activationId],
      );
      return rows.map((row) => (row.code_sealed === null ? '' : keyring.open(row.code_sealed, places.inboxCode(row.id))));
    },
    wallet: (accountId) => walletOf(database, accountId, 'USD'),
    handle: (activationId) => temporal.client.workflow.getHandle(activationWorkflowId(activationId)),
    async events(activationId) {
      const { events } = await world.handle(activationId).fetchHistory();
      return (events ?? []).map((event) =>
        Object.keys(event)
          .find((key) => key.endsWith('EventAttributes'))!
          .replace(/EventAttributes$/, ''),
      );
    },
    async closed(activationId, path) {
      await world.handle(activationId).result();
      if (path !== undefined) await storeHistory(world.handle(activationId), path);
      const types = await world.events(activationId);
      const byType: Record<string, number> = {};
      for (const type of types) byType[type] = (byType[type] ?? 0) + 1;
      return { total: types.length, byType };
    },
    async settings(patch) {
      for (const simulator of [herosms, fivesim]) await control(simulator, 'PUT', '/settings', patch);
    },
    control,
    async trap(simulator, name, how = { probability: 1 }) {
      await control(simulator, 'POST', '/traps', { name, ...how });
    },
    async problems() {
      const report = await checkLedger(database);
      return report.verdict === 'incomplete' ? [report] : report.problems;
    },
    async stop() {
      workers.shutdown();
      await running.catch(() => {});
      await connection.close();
      await temporal.close();
      await database.close();
      await Promise.all([herosms.close(), fivesim.close(), own.drop(), http.close()]);
    },
  };
  await until(
    async () => {
      const ready = await database.row<{ count: number }>(
        'SELECT count(*)::int AS count FROM provider_proofs p JOIN provider_price_reads r ON r.provider = p.provider WHERE p.opened_at IS NOT NULL AND r.rows > 0',
      );
      return ready?.count === 2;
    },
    40_000,
    async () => `providers cannot be bought from\n${logs.slice(-20).join('\n')}`,
  );
  return world;
}

/** Waits for a condition, looking often; fails with what `otherwise` says. */
export async function until(condition: () => Promise<boolean>, withinMs: number, otherwise: () => Promise<string>): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await condition());) {
    if (Date.now() > deadline) throw new Error(await otherwise());
    await new Promise((done) => setTimeout(done, 40));
  }
}
