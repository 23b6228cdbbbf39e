import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';
import { type KeptProcess, startKept } from './kept-process.js';
import { addressOf, initialise, isInitialised } from './postgres-folder.js';
import { installPostgres } from './postgres-programs.js';
import { choosePostgresUser } from './postgres-user.js';
import { type Report, withProgress } from './progress.js';
import { keepSecret } from './secret-file.js';

/** Where an embedded server keeps things and how it reports. */
export interface EmbeddedOptions {
  /** The data folder of the installation; the server uses subfolders of it. */
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly report: Report;
  /** A port to take if it is free. */
  readonly preferredPort?: number;
}

export interface PostgresOptions extends EmbeddedOptions {
  /** Gives up durability for speed: for tests only. */
  readonly fast?: boolean;
  /** Leaves it without our role and database, for whoever makes them. */
  readonly bare?: boolean;
  /** Server settings that differ from ours. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A Postgres of our own. */
export interface EmbeddedPostgres extends Omit<KeptProcess, 'pid'> {
  readonly port: number;
  /** Database `watchword` as its owner `watchword`: no superuser, so that row-level security binds it. */
  readonly databaseUrl: string;
  /** Database `postgres` as superuser. */
  readonly adminUrl: string;
}

const SUPERUSER = 'postgres';
const OWNER = 'watchword';
const DATABASE = 'watchword';
const ATTEMPTS = 5;
const START_MS = 60_000;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // Sockets need a folder that everyone may enter and a short path; TCP on the loopback needs neither.
  unix_socket_directories: '',
  max_connections: '120',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements may carry what must not be logged.
  log_min_error_statement: 'panic',
};
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB', max_connections: '300' };

/**
 * Starts Postgres on 127.0.0.1 with its data under `<dataDir>/postgres`, making it first if need be. Two at once on one
 * folder is prevented by the platform's lock, not here.
 *
 * @throws Error that says what is in the way and what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, report } = options;
  const user = choosePostgresUser();
  const programs = await installPostgres(options.cacheDir, user, report);
  const folder = join(dataDir, 'postgres');
  const superPassword = keepSecret(join(dataDir, 'secrets', 'postgres-superuser')).value;
  const ownerPassword = keepSecret(join(dataDir, 'secrets', 'postgres-watchword')).value;
  if (!isInitialised(folder)) {
    await withProgress(report, 'Creating the database', () => initialise(folder, programs.initdb, user, SUPERUSER, superPassword));
  }
  const settings = { ...SETTINGS, ...(options.fast === true ? FAST : {}), ...options.settings };
  const logFile = join(dataDir, 'logs', 'postgres.log');

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? options.preferredPort : 0);
    const server = await startKept(
      {
        name: 'postgres',
        command: programs.postgres,
        args: [
          '-D',
          addressOf(folder, user),
          '-p',
          String(port),
          ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        ],
        env: { LC_ALL: 'C', TZ: 'UTC' },
        folder,
        ...(user === null ? {} : { user: { uid: user.uid, gid: user.gid } }),
        logFile,
        runFolder: join(dataDir, 'run'),
        // SIGINT is Postgres's fast shutdown: connections are ended, nothing is lost.
        stopSignal: 'SIGINT',
        stopMs: 15_000,
      },
      report,
    );
    const adminUrl = urlOf(SUPERUSER, superPassword, port, 'postgres');
    try {
      await withProgress(report, 'Starting Postgres', () => untilReady(server, adminUrl, logFile));
      if (options.bare !== true) await prepareDatabase(adminUrl, ownerPassword);
      return { ...server, port, adminUrl, databaseUrl: urlOf(OWNER, ownerPassword, port, DATABASE) };
    } catch (error) {
      await server.stop();
      // Somebody took the port between the question and the start.
      if (attempt < ATTEMPTS && error instanceof PortTakenError) continue;
      throw error;
    }
  }
}

class PortTakenError extends Error {}

function urlOf(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

async function untilReady(server: KeptProcess, adminUrl: string, logFile: string): Promise<void> {
  for (const deadline = Date.now() + START_MS; ;) {
    if (server.hasExited()) {
      const said = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
      if (said.includes('could not bind')) throw new PortTakenError('the port was taken');
      throw new Error(`Postgres ended right after its start; the end of ${logFile}:\n${said}`);
    }
    const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
    // A connection that breaks while the server starts is no news.
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (code.startsWith('28'))
        throw new Error(`Postgres refuses the password in ${join('secrets', 'postgres-superuser')}: it belongs to another data folder`, {
          cause: error,
        });
      if (Date.now() > deadline)
        throw new Error(`Postgres did not become ready within ${START_MS / 1_000} s; see ${logFile}`, { cause: error });
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The owner may create roles, because the migrations make the two under which everything runs. */
async function prepareDatabase(adminUrl: string, ownerPassword: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [OWNER]);
    const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
    await client.query(`${verb} ROLE ${OWNER} LOGIN NOSUPERUSER CREATEROLE NOBYPASSRLS PASSWORD ${pg.escapeLiteral(ownerPassword)}`);
    const databases = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
  } finally {
    await client.end();
  }
}
