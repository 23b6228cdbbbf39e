import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TemporalConfig } from '../../src/config/config.js';
import { loadPlatformConfig } from '../../src/config/load.js';
import { migrate } from '../../src/db/migrate.js';
import { SEARCH_ATTRIBUTES } from '../../src/domain/names.js';
import { freePort } from '../../src/embedded/free-port.js';
import { startPostgres } from '../../src/embedded/postgres.js';
import { identify, isRunning, type ProcessIdentity } from '../../src/embedded/process-identity.js';
import { startTemporal } from '../../src/embedded/temporal-server.js';
import type { TestDatabase } from '../stack/database.js';

export type Server = 'postgres' | 'temporal';

/** Postgres and Temporal of one run's own, on disk as an installation's are, so that both can be ended by force. */
export interface ChaosServers {
  readonly database: TestDatabase;
  readonly temporal: TemporalConfig;
  /** `kill -9` of a server with all of its processes, in one moment. */
  kill(name: Server): Promise<void>;
  /** Starts it again on the same folder and port. */
  restart(name: Server): Promise<void>;
  close(): Promise<void>;
}

const NAMESPACE = 'watchword';

/** Starts both, with the settings of a real installation: what was committed must survive. */
export async function startServers(): Promise<ChaosServers> {
  const { cacheDir } = loadPlatformConfig({ HOME: process.env['HOME'], XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] });
  const dataDir = mkdtempSync(join(tmpdir(), 'watchword-chaos-'));
  const options = { dataDir, cacheDir, report: () => {} };
  const ports = { postgres: await freePort(), temporal: await freePort() };
  const start = {
    postgres: async () => samePort(ports.postgres, await startPostgres({ ...options, preferredPort: ports.postgres })),
    temporal: async () =>
      samePort(
        ports.temporal,
        await startTemporal({
          ...options,
          env: process.env,
          namespace: NAMESPACE,
          searchAttributes: Object.values(SEARCH_ATTRIBUTES),
          preferredPort: ports.temporal,
        }),
      ),
  };
  const [postgres, temporal] = await Promise.all([start.postgres(), start.temporal()]);
  const running: Record<Server, { readonly exited: Promise<void>; stop(): Promise<void> }> = { postgres, temporal };
  await migrate(postgres.databaseUrl, () => {});
  return {
    database: { name: 'watchword', url: postgres.databaseUrl, adminUrl: postgres.adminUrl, drop: async () => {} },
    temporal: { address: temporal.address, namespace: NAMESPACE, connection: { address: temporal.address } },
    async kill(name) {
      const identity = JSON.parse(readFileSync(join(dataDir, 'run', `${name}.json`), 'utf8')) as ProcessIdentity;
      await killTree(identity);
      await running[name].exited;
    },
    async restart(name) {
      running[name] = await start[name]();
    },
    async close() {
      await Promise.all([running.postgres.stop(), running.temporal.stop()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A server that came back elsewhere would be found by nobody. */
async function samePort<Started extends { readonly port: number; stop(): Promise<void> }>(
  port: number,
  started: Started,
): Promise<Started> {
  if (started.port === port) return started;
  await started.stop();
  throw new Error(`port ${port} was taken by another program while its server was down`);
}

/** The parent is stopped first, so that it can neither start a child nor notice that one died before it dies itself. */
async function killTree(parent: ProcessIdentity): Promise<void> {
  if (!isRunning(parent)) return;
  process.kill(parent.pid, 'SIGSTOP');
  const children = childrenOf(parent.pid);
  for (const child of children) tryKill(child);
  tryKill(parent);
  while ([parent, ...children].some(isRunning)) await new Promise((done) => setTimeout(done, 5));
}

function tryKill({ pid }: ProcessIdentity): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

function childrenOf(parent: number): ProcessIdentity[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => identify(pid!))
    .filter((child) => child !== null);
}
