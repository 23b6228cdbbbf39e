import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadPlatformConfig } from '../src/config/load.js';
import { type Database, openDatabase } from '../src/db/database.js';
import { migrate } from '../src/db/migrate.js';
import { type EmbeddedPostgres, startPostgres } from '../src/embedded/postgres.js';
import { capture, grant, hold } from '../src/ledger/credit.js';
import { cpuMs, line, machine, round, spread } from './measure.js';
import { atOnce } from './renting.js';

const ROUNDS = 5;
const ROUND_S = 4;
const CLIENTS = 16;
const PRICE = 125_000n;

let folder: string;
let postgres: EmbeddedPostgres;
let database: Database;

/** A Postgres that loses nothing: what was committed is on the disk. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watchword-ledger-'));
  const { cacheDir } = loadPlatformConfig({ HOME: process.env['HOME'], XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] });
  postgres = await startPostgres({ dataDir: folder, cacheDir, report: () => {} });
  await migrate(postgres.databaseUrl, () => {});
  database = openDatabase({ url: postgres.databaseUrl, applicationName: 'bench', poolSize: CLIENTS });
}, 240_000);
afterAll(async () => {
  await database?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** What a round of `seconds` did a second, by as many clients as the pool has connections. */
async function rate(work: (index: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  let done = 0;
  const lane = async (own: number) => {
    for (let index = own; performance.now() - started < ROUND_S * 1_000; index += CLIENTS) {
      await work(index);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_unused, own) => lane(own)));
  return done / ((performance.now() - started) / 1_000);
}

/** pgbench itself: the same transaction without Node, for its own clients. */
async function pgbench(rows: number): Promise<number> {
  const script = join(folder, `${rows}.sql`);
  writeFileSync(script, `\\set id random(1, ${rows})\nBEGIN;\nUPDATE bench_rows SET value = value + 1 WHERE id = :id;\nEND;\n`);
  const args = ['-n', '-f', script, '-c', String(CLIENTS), '-j', '1', '-T', String(ROUND_S), '-M', 'prepared', postgres.databaseUrl];
  const { stdout } = await promisify(execFile)('pgbench', args).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? new Error('pgbench is not on PATH: install postgresql-contrib or postgresql-client', { cause: error })
      : error;
  });
  return Number(/tps = ([\d.]+)/.exec(stdout)![1]);
}

it.each([1, 1_000])('hold and capture of %i users', { timeout: 600_000 }, async (users) => {
  const accounts = Array.from({ length: users }, () => randomUUID());
  await atOnce(users, CLIENTS, async (index) => {
    const accountId = accounts[index]!;
    await database.run("INSERT INTO accounts (id, name, kind) VALUES ($1, 'bench', 'client')", [accountId]);
    await database.transaction((sql) => grant(sql, { accountId, amount: 10n ** 12n, currency: 'USD', idempotencyKey: accountId }));
  });
  await ownerRuns(
    `DROP TABLE IF EXISTS bench_rows`,
    `CREATE TABLE bench_rows (id int PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 50)`,
    `INSERT INTO bench_rows SELECT i, 0 FROM generate_series(1, ${users}) AS i`,
    `GRANT ALL ON bench_rows TO watchword_service`,
  );
  const pair = async (index: number) => {
    const activationId = randomUUID();
    const accountId = accounts[index % users]!;
    await database.transaction((sql) => hold(sql, { activationId, accountId, amount: PRICE, currency: 'USD' }));
    await database.transaction((sql) => capture(sql, activationId, PRICE));
  };
  const single = (index: number) =>
    database.transaction((sql) => sql.run('UPDATE bench_rows SET value = value + 1 WHERE id = $1', [(index % users) + 1]));

  await rate(pair);
  await rate(async (at) => void (await single(at)));
  const pairs: number[] = [];
  const singles: number[] = [];
  const raw: number[] = [];
  const cpu = { pair_node: 0, pair_postgres: 0, single_node: 0, single_postgres: 0 };
  const pid = (JSON.parse(readFileSync(join(folder, 'run', 'postgres.json'), 'utf8')) as { pid: number }).pid;
  const used = () => ({ node: process.cpuUsage(), postgres: cpuMs([pid], true) });
  /** Adds to the CPU milliseconds of one, over all rounds. */
  const counted = async (name: 'pair' | 'single', work: (index: number) => Promise<void>) => {
    const before = used();
    const found = await rate(work);
    const { user, system } = process.cpuUsage(before.node);
    const count = found * ROUND_S * ROUNDS;
    cpu[`${name}_node`] += (user + system) / 1_000 / count;
    cpu[`${name}_postgres`] += (cpuMs([pid], true) - before.postgres) / count;
    return found;
  };
  for (let index = 0; index < ROUNDS; index += 1) {
    pairs.push(await counted('pair', pair));
    singles.push(await counted('single', async (at) => void (await single(at))));
    raw.push(await pgbench(users));
  }
  const left = await database.row<{ open: number; captured: bigint }>(
    'SELECT count(*) FILTER (WHERE settled_at IS NULL)::int AS open, sum(captured)::bigint AS captured FROM holds',
  );
  const revenue = await database.row<{ amount: bigint }>(
    "SELECT sum(b.amount)::bigint AS amount FROM ledger_balances b JOIN ledger_accounts a ON a.id = b.account_id WHERE a.kind = 'revenue'",
  );
  expect(left).toEqual({ open: 0, captured: revenue!.amount });
  line({
    bench: 'ledger',
    users,
    ratio: spread(pairs.map((value, index) => value / singles[index]!)),
    ratio_to_pgbench: spread(pairs.map((value, index) => value / raw[index]!)),
    pairs_a_second: spread(pairs, 0),
    single_row_transactions_a_second: spread(singles, 0),
    pgbench_transactions_a_second: spread(raw, 0),
    cpu_ms: Object.fromEntries(Object.entries(cpu).map(([name, ms]) => [name, round(ms, 2)])),
    clients: CLIENTS,
    rounds: ROUNDS,
    seconds_a_round: round(ROUND_S),
    ...machine(),
  });
});

async function ownerRuns(...statements: readonly string[]): Promise<void> {
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: postgres.databaseUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
