import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HandlerDialect, TemporalConfig } from '../../src/config/config.js';
import { formatEncryptionKeys } from '../../src/config/encryption-keys.js';
import type { Environment } from '../../src/config/environment.js';
import { formatSimulatedCarriers } from '../../src/config/carriers.js';
import { formatSimulated } from '../../src/config/providers.js';
import { generateKey } from '../../src/db/keys.js';
import { openDatabase, type Database } from '../../src/db/database.js';
import { hookPath, readInstallationSecret } from '../../src/main/installation.js';
import { type RunningChild, startChild } from '../../src/main/child-process.js';
import { type RunningCarrierSimulator, startCarrierSimulator } from '../../src/main/carrier-simulators.js';
import { type RunningSimulator, startSimulator } from '../../src/main/simulators.js';
import { freePort } from '../../src/embedded/free-port.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createTestNamespace, TEST_KEYS } from './namespace.js';
import { carrierAccount, type CarrierTerms } from './carrier-account.js';
import { askSimulator, send, type StackRequest } from './requests.js';

/** A provider to simulate. */
export interface StackProvider {
  readonly id: 'herosms' | 'fivesim';
  readonly dialect?: HandlerDialect;
  /** What its simulator does differently from the beginning. */
  readonly settings?: object;
  readonly seed?: number;
  /** Whether it sends hooks to the API; true unless told, for providers that can. */
  readonly hooks?: boolean;
}

/** A carrier to simulate, as `simulated-<dialect>`. */
export interface StackCarrier {
  readonly dialect: 'json' | 'xml' | 'text';
  /** What its simulator does differently from the beginning. */
  readonly settings?: object;
  /** Where it is an account of the configuration file, as real ones are, instead of one that the platform brings. */
  readonly account?: CarrierTerms;
}

/** How a stack differs from the usual one. */
export interface StackOptions {
  /** herosms and fivesim unless told. */
  readonly providers?: readonly StackProvider[];
  /** None unless told. */
  readonly carriers?: readonly StackCarrier[];
  /** Of the configuration file: policy, markup, budgets, denials. */
  readonly file?: { readonly policy?: object; readonly [field: string]: unknown };
  /** More variables for API and worker. */
  readonly env?: Environment;
  /** More variables for one of them, asked for at each start. */
  readonly envOf?: (name: 'worker' | 'api') => Environment;
  /** Servers of its own; a database and a namespace on the shared ones unless told. */
  readonly servers?: { readonly database: TestDatabase; readonly temporal: TemporalConfig };
  /** Credit of the client key's account; 10 unless told. */
  readonly credit?: string;
}

/** All of watchword as real processes, on a database and a namespace of its own. */
export interface Stack {
  readonly url: string;
  readonly clientKey: string;
  readonly operatorKey: string;
  readonly database: TestDatabase;
  /** The database as services see it. */
  readonly sql: Database;
  readonly temporal: TemporalConfig;
  /** Simulated providers and carriers, by their ids. */
  readonly simulators: ReadonlyMap<string, RunningSimulator | RunningCarrierSimulator>;
  /** What the processes logged, one string a line. */
  readonly logged: string[];
  /** A request as the client; `json` becomes the body. */
  fetch(path: string, options?: StackRequest): Promise<Response>;
  /** Asks a simulator's control endpoint. */
  control(provider: string, method: string, path: string, body?: object): Promise<unknown>;
  /** Ends the worker or the API by force, as a crash would. */
  kill(name: 'worker' | 'api'): Promise<void>;
  /** Whether it runs; it may have ended by itself. */
  runs(name: 'worker' | 'api'): boolean;
  /** Starts what was killed; the API at the same address. */
  restart(name: 'worker' | 'api'): Promise<void>;
  /** Starts another worker beside the first, perhaps of another build; ended with the stack. */
  startWorker(options: { readonly dist?: string; readonly env?: Environment }): Promise<RunningChild>;
  close(): Promise<void>;
}

/** Waits that suit tests: seconds where an installation waits minutes. */
export const SHORT_POLICY = {
  start_wait_ms: 20_000,
  quiet_ms: 4_000,
  order_grace_ms: 3_000,
  poll_ms: 300,
  slow_poll_ms: 500,
  sweep_ms: 1_500,
  idle_ms: 2_000,
  balance_ms: 500,
  recheck_ms: 500,
  recheck_max_ms: 5_000,
  freeze_confirm_ms: 2_000,
  prices_ms: 5_000,
} as const;

/** Fast enough that budgets are no subject unless a test makes them one. */
const BUDGET = { per_second: 200, burst: 200 };
const READY_MS = 60_000;

const entry = (name: string) => fileURLToPath(new URL(`../../dist/main/${name}.js`, import.meta.url));

/** Boots the whole stack and waits until the API is ready. Close it in `afterAll`. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-stack-'));
  const logged: string[] = [];
  const [database, temporal, port] = await Promise.all([
    options.servers?.database ?? createTestDatabase(),
    options.servers?.temporal ?? createTestNamespace(),
    freePort(),
  ]);
  const sql = openDatabase({ url: database.url, applicationName: 'watchword-test' });
  const url = `http://127.0.0.1:${port}`;
  const secret = await readInstallationSecret(sql);
  const providers = options.providers ?? [{ id: 'herosms' }, { id: 'fivesim' }];
  const simulators = new Map<string, RunningSimulator>();
  for (const provider of providers) {
    const kind = provider.id === 'fivesim' ? 'fivesim' : 'handler_api';
    const hooks = kind === 'handler_api' && provider.hooks !== false ? [url + hookPath(secret, provider.id)] : [];
    const simulator = await startSimulator(
      { id: provider.id, kind, dialect: provider.dialect ?? null },
      {
        dataDir: folder,
        env: process.env,
        onLine: (line) => logged.push(`${provider.id}: ${line}`),
        port: 0,
        settings: { smsDelayMinMs: 500, smsDelayMaxMs: 1_500, hooks, ...provider.settings },
        ...(provider.seed === undefined ? {} : { seed: provider.seed }),
      },
    );
    simulators.set(provider.id, simulator);
  }

  const carriers = new Map<string, RunningCarrierSimulator>();
  for (const { dialect, settings } of options.carriers ?? []) {
    const id = `simulated-${dialect}`;
    const simulatorOptions = {
      dataDir: folder,
      env: process.env,
      onLine: (line: string) => void logged.push(`${id}: ${line}`),
      port: 0,
      settings: { receiptDelayMinMs: 100, receiptDelayMaxMs: 300, delivered: 1, ...settings },
    };
    carriers.set(id, await startCarrierSimulator({ id, dialect }, simulatorOptions));
  }

  const clientKey = generateKey('client');
  const operatorKey = generateKey('operator');
  const file = join(folder, 'config.json');
  const budgets = Object.fromEntries(providers.map(({ id }) => [id, BUDGET]));
  const terms = new Map((options.carriers ?? []).map(({ dialect, account }) => [`simulated-${dialect}`, account]));
  const accounts = [...carriers.values()].flatMap((one) => {
    const agreed = terms.get(one.id);
    return agreed === undefined ? [] : [carrierAccount(one, agreed, folder)];
  });
  writeFileSync(
    file,
    JSON.stringify({
      request_budgets: budgets,
      ...(accounts.length === 0 ? {} : { carriers: accounts, public_url: url }),
      ...options.file,
      policy: { ...SHORT_POLICY, ...options.file?.policy },
    }),
  );
  const env: Environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    WATCHWORD_ENCRYPTION_KEYS: formatEncryptionKeys(TEST_KEYS),
    WATCHWORD_SIMULATED: formatSimulated(simulators),
    WATCHWORD_SIMULATED_CARRIERS: formatSimulatedCarriers(new Map([...carriers].filter(([id]) => terms.get(id) === undefined))),
    WATCHWORD_CONFIG: file,
    WATCHWORD_API_KEY: clientKey,
    WATCHWORD_OPERATOR_KEY: operatorKey,
    WATCHWORD_API_CREDIT: options.credit ?? '10',
    PORT: String(port),
    LOG_LEVEL: 'debug',
    ...options.env,
  };
  const start = (name: 'worker' | 'api') =>
    startChild({
      name,
      script: entry(name),
      env: { ...env, ...options.envOf?.(name) },
      onLine: (line) => logged.push(`${name}: ${line}`),
      readyMs: READY_MS,
      stopMs: 30_000,
    });
  const running: Record<'worker' | 'api', RunningChild> = await startBoth(start);
  const others: RunningChild[] = [];
  const controlled = new Map<string, RunningSimulator | RunningCarrierSimulator>([...simulators, ...carriers]);

  const stack: Stack = {
    url,
    clientKey,
    operatorKey,
    database,
    sql,
    temporal,
    simulators: controlled,
    logged,
    fetch: (path, request) => send(url + path, clientKey, request),
    control: (provider, method, path, body) => askSimulator(controlled, provider, method, path, body),
    async kill(name) {
      if (!running[name].hasExited()) process.kill(running[name].pid, 'SIGKILL');
      await running[name].exited;
    },
    runs: (name) => !running[name].hasExited(),
    async restart(name) {
      running[name] = await start(name);
    },
    async startWorker({ dist, env: more = {} }) {
      const script = dist === undefined ? entry('worker') : join(dist, 'main', 'worker.js');
      const onLine = (line: string) => void logged.push(`another worker: ${line}`);
      const child = await startChild({ name: 'worker', script, env: { ...env, ...more }, onLine, readyMs: READY_MS, stopMs: 30_000 });
      others.push(child);
      return child;
    },
    async close() {
      await running.api.stop();
      await Promise.all(others.map((child) => child.stop()));
      await running.worker.stop();
      await Promise.all([...controlled.values()].map((simulator) => simulator.stop()));
      await sql.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await untilReady(stack);
  return stack;
}

async function startBoth(start: (name: 'worker' | 'api') => Promise<RunningChild>): Promise<Record<'worker' | 'api', RunningChild>> {
  const [worker, api] = await Promise.all([start('worker'), start('api')]);
  return { worker, api };
}

async function untilReady(stack: Stack): Promise<void> {
  let last = '';
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline;) {
    const response = await stack.fetch('/readyz', { key: null });
    if (response.ok) return;
    last = await response.text();
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`the stack was not ready after ${READY_MS / 1_000} s: ${last}\n${stack.logged.slice(-20).join('\n')}`);
}
