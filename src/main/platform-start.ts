import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TEMPORAL_UI_PATH } from '../api/app.js';
import type { HttpConfig, PlatformConfig, SimulatedCarrierConfig, SimulatorConfig } from '../config/config.js';
import type { Environment } from '../config/environment.js';
import { openDatabase } from '../db/database.js';
import { migrate } from '../db/migrate.js';
import { SEARCH_ATTRIBUTES } from '../domain/names.js';
import { freePort } from '../embedded/free-port.js';
import { startPostgres } from '../embedded/postgres.js';
import { type Report, withProgress } from '../embedded/progress.js';
import { type EmbeddedTemporal, startTemporal } from '../embedded/temporal-server.js';
import { createChildOutput } from './child-output.js';
import { startChild } from './child-process.js';
import { type RunningCarrierSimulator, startCarrierSimulator } from './carrier-simulators.js';
import { childrenEnvironment } from './children-environment.js';
import { platformKeys } from './generated-keys.js';
import { addressError } from './http-server.js';
import { hookPath, readInstallationSecret } from './installation.js';
import { type RunningSimulator, startSimulator } from './simulators.js';
import type { StopStack } from './stop-stack.js';
import type { Welcome } from './welcome.js';

/** What starting a platform takes. */
export interface PlatformOptions {
  readonly config: PlatformConfig;
  readonly environment: Environment;
  readonly stack: StopStack;
  readonly report: Report;
  /** Aborts when the platform is to end, finished or not. */
  readonly signal: AbortSignal;
}

/** Ended last to first: who needs another is ended before it. */
const LAYER = { database: 0, temporal: 1, simulators: 2, worker: 3, api: 4 } as const;
const READY_MS = 90_000;
const START_MS = 60_000;
const STOP_MS = 40_000;

/**
 * Starts everything that the configuration does not say is elsewhere, and returns once traffic is welcome.
 *
 * @throws Error of the first part that cannot be started; what was started stays on the stack.
 */
export async function startPlatform(options: PlatformOptions): Promise<Welcome> {
  const { config, environment, stack, report, signal } = options;
  const port = await apiPort(config.http);
  const keys = platformKeys(config);
  const output = createChildOutput(join(config.dataDir, 'logs'), report);
  const hooks = new Map<string, string>();

  report(config.databaseUrl === null || config.temporal === null ? 'Starting watchword …' : 'Starting watchword on the given servers …');
  const [databaseUrl, temporal, simulators, carriers] = await allOrFirstError([
    keepPostgres(options),
    keepTemporal(options),
    Promise.all(config.simulators.map((simulator) => keepSimulator(options, simulator, output(`simulator-${simulator.id}`), hooks))),
    Promise.all(config.carrierSimulators.map((carrier) => keepCarrierSimulator(options, carrier, output(carrier.id)))),
  ]);
  signal.throwIfAborted();
  await withProgress(report, 'Bringing the schema up to date', () => migrate(databaseUrl, report));

  await announceHooks(databaseUrl, simulators, `http://127.0.0.1:${port}`, hooks);
  const env = childrenEnvironment(environment, config, {
    databaseUrl,
    temporal: temporal === null ? null : { address: temporal.address, namespace: config.embeddedNamespace, uiUrl: temporal.uiUrl },
    simulators: new Map(simulators.map(({ id, process }) => [id, process])),
    carriers: new Map(carriers.map((carrier) => [carrier.id, carrier])),
    keys,
    port,
  });
  const keepChild = (layer: number, name: string) => {
    const onLine = output(name);
    return stack.keep(layer, name, () =>
      startChild({
        name,
        script: entryPath(name),
        env,
        runFolder: join(config.dataDir, 'run'),
        onLine,
        readyMs: START_MS,
        stopMs: STOP_MS,
      }),
    );
  };
  const [, api] = await withProgress(report, 'Starting worker and API', () =>
    allOrFirstError([keepChild(LAYER.worker, 'worker'), keepChild(LAYER.api, 'api')]),
  );
  const apiUrl = String(api.ready['url']);
  const missing = await withProgress(report, 'Waiting for the first prices', () => untilReady(apiUrl, signal));
  // A provider that is down keeps the prices away, but not the platform: everything else can be used and looked into.
  if (missing !== null) report(`Not ready yet, after ${READY_MS / 1_000} s: ${missing}`);
  return {
    apiUrl,
    temporalUiUrl: (temporal?.uiUrl ?? config.temporalUiUrl) === null ? null : `${apiUrl}${TEMPORAL_UI_PATH}/`,
    temporalAddress: temporal?.address ?? config.temporal!.address,
    dataDir: config.dataDir,
    simulated: simulators.map(({ id }) => id),
    real: config.providers.map(({ id }) => id),
    simulatedCarriers: carriers.map(({ id }) => id),
    carriers: config.carriers.map(({ id }) => id),
    clientKey: keys.client,
    operatorKey: keys.operator,
  };
}

/** The API's port is fixed before anything slow begins, so that a port that is taken is said at once. */
async function apiPort({ host, port }: HttpConfig): Promise<number> {
  if (port === 0) return freePort();
  await new Promise<void>((done, failed) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => failed(addressError(error, host, port)));
    probe.listen({ host, port }, () => probe.close(() => done()));
  });
  return port;
}

async function keepPostgres({ config, stack, report }: PlatformOptions): Promise<string> {
  if (config.databaseUrl !== null) return config.databaseUrl.reveal();
  const { dataDir, cacheDir } = config;
  const server = await stack.keep(LAYER.database, 'Postgres', (before: Awaited<ReturnType<typeof startPostgres>> | null) =>
    samePort(before, (preferredPort) => startPostgres({ dataDir, cacheDir, report, preferredPort })),
  );
  return server.databaseUrl;
}

async function keepTemporal({ config, environment, stack, report, signal }: PlatformOptions): Promise<EmbeddedTemporal | null> {
  if (config.temporal !== null) return null;
  const { dataDir, cacheDir, embeddedNamespace: namespace } = config;
  const searchAttributes = Object.values(SEARCH_ATTRIBUTES);
  return stack.keep(LAYER.temporal, 'Temporal', (before: EmbeddedTemporal | null) =>
    samePort(before, (preferredPort) =>
      startTemporal({
        dataDir,
        cacheDir,
        report,
        namespace,
        searchAttributes,
        retentionMs: config.retentionMs,
        env: environment,
        signal,
        preferredPort,
        preferredUiPort: before?.uiPort ?? 0,
        // Without an origin: the browser asks whoever served the page, whatever name it knows this machine by.
        ui: { publicPath: TEMPORAL_UI_PATH, codecEndpoint: '/v1/operator/codec' },
      }),
    ),
  );
}

interface KeptSimulator {
  readonly id: string;
  readonly process: RunningSimulator;
}

async function keepSimulator(
  { config, environment, stack }: PlatformOptions,
  simulator: SimulatorConfig,
  onLine: (line: string) => void,
  hooks: ReadonlyMap<string, string>,
): Promise<KeptSimulator> {
  const process = await stack.keep(LAYER.simulators, `simulator-${simulator.id}`, async (before: RunningSimulator | null) => {
    const port = before === null ? 0 : Number(new URL(before.url).port);
    const started = await startSimulator(simulator, {
      dataDir: config.dataDir,
      env: environment,
      onLine,
      port,
      seed: seedOf(simulator.id),
    });
    const hook = hooks.get(simulator.id);
    if (hook !== undefined) await setHook(started, hook);
    return started;
  });
  return { id: simulator.id, process };
}

async function keepCarrierSimulator(
  { config, environment, stack }: PlatformOptions,
  carrier: SimulatedCarrierConfig,
  onLine: (line: string) => void,
): Promise<RunningCarrierSimulator> {
  return stack.keep(LAYER.simulators, carrier.id, async (before: RunningCarrierSimulator | null) =>
    startCarrierSimulator(carrier, {
      dataDir: config.dataDir,
      env: environment,
      onLine,
      port: before === null ? 0 : Number(new URL(before.url).port),
      seed: seedOf(carrier.id),
    }),
  );
}

/** Simulated providers differ in prices and numbers, and each is the same at every start. */
function seedOf(id: string): number {
  return Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}

/** A simulated provider that sends hooks is told where to, as its account page would be. */
async function announceHooks(
  databaseUrl: string,
  simulators: readonly KeptSimulator[],
  apiUrl: string,
  hooks: Map<string, string>,
): Promise<void> {
  const database = openDatabase({ url: databaseUrl, applicationName: 'watchword-platform', poolSize: 1 });
  try {
    const secret = await readInstallationSecret(database);
    for (const { id, process } of simulators.filter((each) => each.process.ready['kind'] === 'handler_api')) {
      hooks.set(id, apiUrl + hookPath(secret, id));
      await setHook(process, hooks.get(id)!);
    }
  } finally {
    await database.close();
  }
}

async function setHook(simulator: RunningSimulator, hook: string): Promise<void> {
  const response = await fetch(`${simulator.control}/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ hooks: [hook] }),
  });
  if (!response.ok) throw new Error(`a simulator refused its hook: ${await response.text()}`);
}

/** Starts a server again where it was before; its address is written into other processes. */
async function samePort<Server extends { readonly port: number; stop(): Promise<void> }>(
  before: Server | null,
  start: (preferredPort: number) => Promise<Server>,
): Promise<Server> {
  const server = await start(before?.port ?? 0);
  if (before === null || server.port === before.port) return server;
  await server.stop();
  throw new Error(`its port ${before.port} is taken by another program`);
}

function entryPath(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}

/** Null once traffic is welcome; after a while what is still missing. */
async function untilReady(apiUrl: string, signal: AbortSignal): Promise<string | null> {
  let last = 'it does not answer';
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline;) {
    signal.throwIfAborted();
    try {
      const response = await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return null;
      last = await response.text();
    } catch (error) {
      last = (error as Error).message;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return last;
}

/** Waits for all, so that nothing goes on starting unseen, then throws the first error. */
async function allOrFirstError<T extends readonly Promise<unknown>[] | []>(
  work: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
