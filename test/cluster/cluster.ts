import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatSimulatedCarriers } from '../../src/config/carriers.js';
import type { Environment } from '../../src/config/environment.js';
import { loadPlatformConfig } from '../../src/config/load.js';
import { type Database, openDatabase } from '../../src/db/database.js';
import { freePort } from '../../src/embedded/free-port.js';
import type { Report } from '../../src/embedded/progress.js';
import { findTemporal } from '../../src/embedded/temporal-binary.js';
import { findProductionServer, type ProductionServer } from '../../src/embedded/temporal-production.js';
import { type RunningChild, startChild } from '../../src/main/child-process.js';
import { hookPath, readInstallationSecret } from '../../src/main/installation.js';
import { type RunningCarrierSimulator, startCarrierSimulator } from '../../src/main/carrier-simulators.js';
import { type RunningSimulator, startSimulator } from '../../src/main/simulators.js';
import { carrierAccount, type CarrierTerms } from '../stack/carrier-account.js';
import { askSimulator, send, type StackRequest } from '../stack/requests.js';
import { SHORT_POLICY } from '../stack/stack.js';
import { findComposeReader, readCompose, ROOT } from './compose.js';
import { type ClusterServers, environmentOf, startClusterServers } from './servers.js';

/** How a cluster differs from the usual one. */
export interface ClusterOptions {
  readonly apis: number;
  readonly workers: number;
  /** What the simulators do differently from the beginning. */
  readonly settings?: object;
  /** Of the configuration file; its policy is short unless told. */
  readonly file?: { readonly policy?: object; readonly [field: string]: unknown };
  /** Credit of the client key's account. */
  readonly credit: string;
  readonly providers?: readonly ('herosms' | 'fivesim')[];
  /** Simulated carriers by their dialects, with what they do differently; they post receipts to the first API. None unless told. */
  readonly carriers?: Readonly<Partial<Record<'json' | 'xml' | 'text', object>>>;
  /** Those of them that are accounts of the configuration file, as real ones are; their receipts go to the first API too. */
  readonly accounts?: Readonly<Partial<Record<'json' | 'xml' | 'text', CarrierTerms>>>;
  /** More variables for API and workers. */
  readonly env?: Environment;
  readonly report?: Report;
}

/** One process of ours, at an address that stays. */
export interface Member {
  readonly name: string;
  /** Of a worker its metrics'. */
  readonly url: string;
  pid(): number;
  /** `kill -9`. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** The shape of docker-compose.yml as native processes: one Postgres, the production Temporal server, APIs, workers, simulators. */
export interface Cluster {
  readonly servers: ClusterServers;
  readonly apis: readonly Member[];
  readonly workers: readonly Member[];
  /** Simulated providers and carriers, by their ids. */
  readonly simulators: ReadonlyMap<string, RunningSimulator | RunningCarrierSimulator>;
  readonly sql: Database;
  readonly clientKey: string;
  readonly operatorKey: string;
  readonly logged: readonly string[];
  /** A request to one of the APIs, as the client unless told. */
  fetch(api: number, path: string, options?: StackRequest): Promise<Response>;
  /** Asks a simulator's control endpoint. */
  control(provider: string, method: string, path: string, body?: object): Promise<unknown>;
  /** Runs one of the programs, as `docker compose run` does. @returns what it wrote. */
  run(program: 'promote' | 'migrate' | 'check-ledger', env?: Environment): Promise<string>;
  close(): Promise<void>;
}

const READY_MS = 120_000;
const BUDGET = { per_second: 500, burst: 500 };

/** Tells whoever runs the tests what is being done. */
export const say: Report = (message) => void process.stderr.write(`${message}\n`);

/** The programs that a cluster is made of. */
export interface Programs {
  readonly cacheDir: string;
  readonly production: ProductionServer;
  /** The `temporal` command-line tool. */
  readonly cli: string;
  /** See {@link findComposeReader}. */
  readonly reader: string;
}

/** Everything that must be built or fetched; minutes the first time. */
export async function obtainPrograms(report: Report): Promise<Programs> {
  const { cacheDir } = loadPlatformConfig({ HOME: process.env['HOME'], XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] });
  const options = { cacheDir, report, env: process.env };
  const production = await findProductionServer(options);
  const cli = await findTemporal(options);
  const reader = await findComposeReader(cacheDir, report);
  return { cacheDir, production, cli, reader };
}

/** Starts it and waits until every API is ready. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const report = options.report ?? (() => {});
  const { cacheDir, production, cli, reader } = await obtainPrograms(report);
  const compose = await readCompose(reader);
  const dataDir = mkdtempSync(join(tmpdir(), 'watchword-cluster-'));
  const servers = await startClusterServers({ compose, production, cli, dataDir, cacheDir, report });
  const logged: string[] = [];
  const secret = (name: string) => readFileSync(join(servers.places.secrets, name), 'utf8').trim();
  const base: Environment = { PATH: process.env['PATH'], HOME: dataDir, NODE_ENV: 'production' };
  const run: Cluster['run'] = async (program, env = {}) => {
    const script = join(ROOT, 'dist', 'main', `${program}.js`);
    const { stdout } = await promisify(execFile)(process.execPath, [script], {
      env: { ...base, ...environmentOf(compose, 'migrate', servers.places), ...env },
    });
    return stdout;
  };
  await run('migrate');
  const sql = openDatabase({ url: servers.databaseUrl, applicationName: 'watchword-test' });

  const addresses = await Promise.all(Array.from({ length: options.apis + 2 * options.workers }, () => freePort()));
  const apiPorts = addresses.slice(0, options.apis);
  const installation = await readInstallationSecret(sql);
  const simulators = new Map<string, RunningSimulator>();
  for (const id of options.providers ?? (['herosms', 'fivesim'] as const)) {
    const kind = id === 'fivesim' ? 'fivesim' : 'handler_api';
    const simulator = await startSimulator(
      { id, kind, dialect: null },
      {
        dataDir,
        env: process.env,
        onLine: (line) => logged.push(`${id}: ${line}`),
        port: 0,
        seed: id === 'fivesim' ? 2 : 1,
        settings: {
          smsDelayMinMs: 500,
          smsDelayMaxMs: 1_500,
          hooks: kind === 'fivesim' ? [] : apiPorts.map((port) => `http://127.0.0.1:${port}${hookPath(installation, id)}`),
          ...options.settings,
        },
      },
    );
    simulators.set(id, simulator);
    keepSecretAs(join(servers.places.secrets, `${id}-api-key`), simulator.apiKey.reveal());
  }
  const carriers = new Map<string, RunningCarrierSimulator>();
  for (const [dialect, settings] of Object.entries(options.carriers ?? {}) as ['json' | 'xml' | 'text', object][]) {
    const id = `simulated-${dialect}`;
    const onLine = (line: string) => void logged.push(`${id}: ${line}`);
    carriers.set(id, await startCarrierSimulator({ id, dialect }, { dataDir, env: process.env, onLine, port: 0, settings }));
  }
  const simulated = new Map<string, RunningSimulator | RunningCarrierSimulator>([...simulators, ...carriers]);
  const accounts = [...carriers.values()].flatMap((one) => {
    const terms = options.accounts?.[one.dialect];
    return terms === undefined ? [] : [carrierAccount(one, terms, dataDir)];
  });
  const brought = new Map([...carriers].filter(([, { dialect }]) => options.accounts?.[dialect] === undefined));
  const file = join(dataDir, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({
      request_budgets: Object.fromEntries([...simulators.keys()].map((id) => [id, BUDGET])),
      ...(accounts.length === 0 ? {} : { carriers: accounts, public_url: `http://127.0.0.1:${apiPorts[0]}` }),
      ...options.file,
      policy: { ...SHORT_POLICY, ...options.file?.policy },
    }),
  );
  const addressesOf = { herosms: 'HEROSMS_HANDLER_URL', fivesim: 'FIVESIM_BASE_URL' } as Record<string, string>;
  const common: Environment = {
    WATCHWORD_CONFIG: file,
    ...(brought.size === 0 ? {} : { WATCHWORD_SIMULATED_CARRIERS: formatSimulatedCarriers(brought) }),
    ...Object.fromEntries([...simulators].map(([id, { url }]) => [addressesOf[id]!, url])),
    ...options.env,
  };
  const member = (service: 'api' | 'worker', index: number, port: number, own: Environment): Member => {
    const name = `${service}-${index + 1}`;
    let child: RunningChild | null = null;
    return {
      name,
      url: `http://127.0.0.1:${port}`,
      pid: () => child!.pid,
      async kill() {
        process.kill(child!.pid, 'SIGKILL');
        await child!.exited;
      },
      async start() {
        child = await startChild({
          name: service,
          script: join(ROOT, ...(compose.services[service]?.command ?? [])),
          env: { ...base, ...environmentOf(compose, service, servers.places), ...common, HOST: '127.0.0.1', ...own },
          onLine: (line) => logged.push(`${name}: ${line}`),
          readyMs: READY_MS,
          stopMs: 40_000,
        });
        running.set(name, child);
      },
    };
  };
  const running = new Map<string, RunningChild>();
  const apis = apiPorts.map((port, index) => member('api', index, port, { PORT: String(port), WATCHWORD_API_CREDIT: options.credit }));
  const workers = addresses.slice(options.apis, options.apis + options.workers).map((port, index) =>
    member('worker', index, port, {
      // Where simulated carriers are told to post receipts.
      PORT: String(apiPorts[0]),
      WATCHWORD_METRICS_PORT: String(port),
      WATCHWORD_TEMPORAL_METRICS_PORT: String(addresses[options.apis + options.workers + index]),
    }),
  );

  const cluster: Cluster = {
    servers,
    apis,
    workers,
    simulators: simulated,
    sql,
    clientKey: secret('api-key'),
    operatorKey: secret('operator-key'),
    logged,
    run,
    fetch: (api, path, request) => send(apis[api]!.url + path, cluster.clientKey, request),
    control: (provider, method, path, body) => askSimulator(simulated, provider, method, path, body),
    async close() {
      await Promise.all([...running.values()].map((child) => child.stop()));
      await Promise.all([...simulated.values()].map((simulator) => simulator.stop()));
      await sql.close();
      await servers.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all([...workers, ...apis].map((one) => one.start()));
    await Promise.all(apis.map((_unused, index) => untilReady(cluster, index)));
    return cluster;
  } catch (error) {
    const said = logged.slice(-20).join('\n');
    await cluster.close().catch(() => {});
    throw new Error(`the cluster did not start: ${(error as Error).message}\n${said}`, { cause: error });
  }
}

/** A file that docs tell to be read-only, written anew. */
function keepSecretAs(path: string, value: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, `${value}\n`);
  chmodSync(path, 0o444);
}

async function untilReady(cluster: Cluster, api: number): Promise<void> {
  let last = '';
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await sleep(100)) {
    const response = await cluster.fetch(api, '/readyz', { key: null });
    if (response.ok) return;
    last = await response.text();
  }
  throw new Error(`the API ${api + 1} was not ready after ${READY_MS / 1_000} s: ${last}`);
}
