import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres.js';
import { identify, isRunning } from '../../src/embedded/process-identity.js';

const IS_ROOT = process.getuid?.() === 0;
let root: string;
let cacheDir: string;

beforeAll(() => {
  // As root, this is also the test that a folder which only root may enter is no obstacle: mkdtemp makes such a one.
  root = mkdtempSync(join(IS_ROOT ? homedir() : tmpdir(), 'watchword-postgres-'));
  chmodSync(root, 0o700);
  cacheDir = join(root, 'cache');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const said: string[] = [];
const start = (name: string) => startPostgres({ dataDir: join(root, name), cacheDir, report: (message) => said.push(message) });

async function ask<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterOf(server: EmbeddedPostgres): Promise<number> {
  const [row] = await ask<{ head: string }>(server.adminUrl, `SELECT pg_read_file('postmaster.pid', 0, 20) AS head`);
  return Number(row?.head.split('\n')[0]);
}

function parentOf(pid: number): number {
  return Number(
    execFileSync('sh', ['-c', `grep PPid: /proc/${pid}/status 2>/dev/null || ps -o ppid= -p ${pid}`], { encoding: 'utf8' }).replace(
      'PPid:',
      '',
    ),
  );
}

describe('the embedded Postgres', () => {
  it('has an owner whom row-level security binds, keeps its passwords to itself, and its state over a restart', async () => {
    const server = await start('kept');
    const [role] = await ask<{ rolsuper: boolean; rolbypassrls: boolean; rolcreaterole: boolean }>(
      server.databaseUrl,
      'SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user',
    );
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: true });
    await ask(server.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await expect(ask(server.databaseUrl.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await server.stop();

    const secrets = join(root, 'kept', 'secrets');
    for (const file of readdirSync(secrets)) expect(statSync(join(secrets, file)).mode & 0o777).toBe(0o600);
    const again = await start('kept');
    expect(again.databaseUrl.replace(/:\d+\//, '/')).toBe(server.databaseUrl.replace(/:\d+\//, '/'));
    expect(await ask(again.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await again.stop();
  });

  it('runs beside another on another folder', async () => {
    const [one, two] = await Promise.all([start('one'), start('two')]);
    expect(one.port).not.toBe(two.port);
    await Promise.all([one.stop(), two.stop()]);
  });

  it('comes back after its process was killed', async () => {
    const server = await start('killed');
    await ask(server.databaseUrl, 'CREATE TABLE kept AS SELECT 1 AS answer');
    process.kill(await postmasterOf(server), 'SIGKILL');
    await server.exited;
    const again = await start('killed');
    expect(await ask(again.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 1 }]);
    await again.stop();
  });

  it('comes back after its keeper was killed, ending what that left behind', async () => {
    const server = await start('orphaned');
    const orphan = identify(await postmasterOf(server))!;
    process.kill(parentOf(orphan.pid), 'SIGKILL');
    await server.exited;
    expect(isRunning(orphan)).toBe(true);
    const again = await start('orphaned');
    expect(isRunning(orphan)).toBe(false);
    expect(said.join('\n')).toContain(`Ending postgres (process ${orphan.pid}), left over from a run that was killed`);
    await again.stop();
  });

  it('is made anew when its making was interrupted', async () => {
    mkdirSync(join(root, 'half', 'postgres.new'), { recursive: true });
    writeFileSync(join(root, 'half', 'postgres.new', 'base'), 'half');
    const server = await start('half');
    expect(await ask(server.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it('refuses a folder of another version in words', async () => {
    mkdirSync(join(root, 'old', 'postgres'), { recursive: true });
    writeFileSync(join(root, 'old', 'postgres', 'PG_VERSION'), '15\n');
    await expect(start('old')).rejects.toThrow(/was made by Postgres 15, and this watchword brings 18/);
  });
});
