import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TemporalConfig } from '../../src/config/config.js';
import { freePort } from '../../src/embedded/free-port.js';
import { type KeptProcess, startKept } from '../../src/embedded/kept-process.js';
import { startPostgres } from '../../src/embedded/postgres.js';
import type { ProcessIdentity } from '../../src/embedded/process-identity.js';
import type { Report } from '../../src/embedded/progress.js';
import type { ProductionServer } from '../../src/embedded/temporal-production.js';
import { type Compose, ROOT } from './compose.js';

/** Where a compose file's names are found on this machine. */
export interface Places {
  /** Folder of the secrets that `deploy/make-secrets.sh` made. */
  readonly secrets: string;
  /** Compose's `postgres` and `temporal` are names of machines; here they are ports of this one. */
  readonly ports: { readonly postgres: number; readonly temporal: number };
}

/** Postgres and the production Temporal server on it, as the compose file sets them up. */
export interface ClusterServers {
  readonly places: Places;
  /** As superuser. */
  readonly adminUrl: string;
  readonly databaseUrl: string;
  readonly temporal: TemporalConfig;
  pidOf(name: 'postgres' | 'temporal'): number;
  /** Ends the Temporal server by force, as a crash would. */
  killTemporal(): Promise<void>;
  startTemporal(): Promise<void>;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly compose: Compose;
  readonly production: ProductionServer;
  /** The `temporal` program, for the script that makes the namespace. */
  readonly cli: string;
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly report: Report;
}

/** Fixed for the life of a Temporal database; the compose file's 512 take a small machine long to begin with. */
const SHARDS = '4';
const READY_MS = 120_000;
/** Every part of the server listens twice, the frontend thrice. */
const PORTS = [
  'FRONTEND_GRPC_PORT',
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

/** Sets both up with the scripts of deploy/ that the compose file mounts, in its order. */
export async function startClusterServers(options: ServerOptions): Promise<ClusterServers> {
  const { compose, production, dataDir, report } = options;
  const secrets = join(dataDir, 'compose-secrets');
  const [postgresPort, ...temporalPorts] = await freePorts(PORTS.length + 1);
  await script('make-secrets.sh', { WATCHWORD_DB_HOST: `127.0.0.1:${postgresPort}` }, [secrets]);
  const places: Places = { secrets, ports: { postgres: postgresPort!, temporal: temporalPorts[0]! } };
  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8');
  mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
  writeFileSync(join(dataDir, 'secrets', 'postgres-superuser'), secret('postgres-password'), { mode: 0o600 });

  const postgres = await startPostgres({
    dataDir,
    cacheDir: options.cacheDir,
    report,
    bare: true,
    preferredPort: postgresPort!,
    settings: settingsOf(compose.services['postgres']?.command ?? []),
  });
  if (postgres.port !== postgresPort) throw new Error(`port ${postgresPort} was taken meanwhile`);
  const native = { PATH: [production.bin, dirname(options.cli), process.env['PATH']].join(delimiter), HOME: dataDir };
  await script('create-databases.sh', {
    ...native,
    ...environmentOf(compose, 'postgres', places),
    PGHOST: '127.0.0.1',
    PGPORT: String(postgres.port),
    PGPASSWORD: secret('postgres-password'),
  });
  await script('temporal-schema.sh', {
    ...native,
    ...environmentOf(compose, 'temporal-schema', places),
    SQL_PORT: String(postgres.port),
    SCHEMA_ROOT: production.schema,
  });

  const temporalEnv = {
    ...native,
    ...environmentOf(compose, 'temporal', places),
    ...Object.fromEntries(PORTS.map((name, index) => [name, String(temporalPorts[index])])),
    NUM_HISTORY_SHARDS: SHARDS,
    DB_PORT: String(postgres.port),
    // The file that the module carries asks for this name where the image's asks for DB_PORT.
    POSTGRES_PORT: String(postgres.port),
    BIND_ON_IP: '127.0.0.1',
    LOG_LEVEL: 'warn',
  };
  const address = `127.0.0.1:${places.ports.temporal}`;
  let temporal: KeptProcess;
  const startTemporal = async () => {
    temporal = await startKept(
      {
        name: 'temporal',
        command: '/bin/sh',
        args: [join(ROOT, 'deploy', 'temporal-server.sh'), production.server, '--root', production.folder, '--env', 'docker', 'start'],
        env: temporalEnv,
        folder: dataDir,
        logFile: join(dataDir, 'logs', 'temporal.log'),
        runFolder: join(dataDir, 'run'),
        stopSignal: 'SIGTERM',
        stopMs: 20_000,
      },
      report,
    );
    await untilListening(temporal, places.ports.temporal, join(dataDir, 'logs', 'temporal.log'));
  };
  await startTemporal();
  const { NAMESPACE: namespace = '', ...rest } = environmentOf(compose, 'temporal-namespace', places);
  await script('temporal-namespace.sh', { ...native, ...rest, NAMESPACE: namespace });

  return {
    places,
    adminUrl: postgres.adminUrl,
    databaseUrl: secret('database-url'),
    temporal: { address, namespace, connection: { address } },
    pidOf: (name) => (JSON.parse(readFileSync(join(dataDir, 'run', `${name}.json`), 'utf8')) as ProcessIdentity).pid,
    async killTemporal() {
      process.kill(temporal.pid, 'SIGKILL');
      await temporal.exited;
    },
    startTemporal,
    async close() {
      await temporal.stop();
      await postgres.stop();
    },
  };
}

/** A service's variables in the compose file, with its names of machines and places of secrets turned into those of here. */
export function environmentOf(compose: Compose, service: string, { secrets, ports }: Places): Record<string, string> {
  const found = compose.services[service]?.environment;
  if (found === undefined) throw new Error(`the compose file has no service ${service} with variables`);
  const here = (value: string) =>
    value
      .replace(/^\/run\/secrets\//, `${secrets}/`)
      .replace(/^\/deploy\//, join(ROOT, 'deploy/'))
      .replace(/^temporal:7233$/, `127.0.0.1:${ports.temporal}`)
      .replace(/^postgres$/, '127.0.0.1');
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, here(value)]));
}

/** `postgres -c a=b -c c=d` as settings. */
function settingsOf(command: readonly string[]): Record<string, string> {
  return Object.fromEntries(command.filter((part) => part.includes('=')).map((part) => part.split('=', 2) as [string, string]));
}

async function script(name: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<void> {
  const path = join(ROOT, 'deploy', name);
  try {
    await promisify(execFile)('/bin/sh', [path, ...args], { env: { PATH: process.env['PATH'], ...env }, timeout: READY_MS });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`deploy/${name} failed: ${message}\n${`${stdout}${stderr}`.trim().split('\n').slice(-15).join('\n')}`, {
      cause: error,
    });
  }
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

async function untilListening(server: KeptProcess, port: number, logFile: string): Promise<void> {
  for (const deadline = Date.now() + READY_MS; ; await sleep(100)) {
    if (server.hasExited() || Date.now() > deadline) {
      const said = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
      throw new Error(`the Temporal server ${server.hasExited() ? 'ended' : 'does not listen'}; the end of its log:\n${said}`);
    }
    if (await isListening(port)) return;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
