import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.js';
import { statementNames } from '../../src/db/statement-names.js';
import { createTestDatabase, type TestDatabase } from '../stack/database.js';

describe('a database whose connections break', () => {
  let database: TestDatabase;
  let sql: Database;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = openDatabase({ url: database.url, applicationName: 'breaking', poolSize: 2 });
  });
  afterAll(async () => {
    await sql.close();
    await database.drop();
  });

  async function breakConnections(): Promise<void> {
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'breaking'");
    await admin.end();
  }

  // An error event that nobody hears ends the process: vitest would report it as an unhandled error and fail.
  it('fails a transaction that is between two statements, and goes on', async () => {
    const transaction = sql.transaction(async (inside) => {
      await inside.run('SELECT 1');
      await breakConnections();
      await sleep(200);
      return inside.row('SELECT 1 AS one');
    });
    await expect(transaction).rejects.toThrow(/connection/i);
    expect(await sql.row('SELECT 1 AS one')).toEqual({ one: 1 });
  });

  it('hears again of what is announced, and says that it may have missed something', async () => {
    const heard: string[] = [];
    const again: number[] = [];
    const stop = await sql.listen(
      'breaking_test',
      (payload) => heard.push(payload),
      () => again.push(Date.now()),
    );
    await breakConnections();
    for (const deadline = Date.now() + 10_000; again.length === 0 && Date.now() < deadline;) await sleep(50);
    expect(again).toHaveLength(1);
    await sql.run("SELECT pg_notify('breaking_test', 'after')");
    for (const deadline = Date.now() + 5_000; heard.length === 0 && Date.now() < deadline;) await sleep(20);
    expect(heard).toEqual(['after']);
    await stop();
  });
});

describe('statements that come again', () => {
  let database: TestDatabase;
  let sql: Database;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = openDatabase({ url: database.url, applicationName: 'again', poolSize: 1 });
  });
  afterAll(async () => {
    await sql.close();
    await database.drop();
  });

  const prepared = () =>
    sql.row<{ times: bigint; texts: bigint }>(
      `SELECT sum(generic_plans + custom_plans) AS times, count(*) AS texts FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int%'`,
    );

  it('are parsed once a connection, in transactions and by themselves', async () => {
    for (let index = 0; index < 4; index += 1) {
      expect(await sql.row('SELECT $1::int AS n', [index])).toEqual({ n: index });
      expect(await sql.transaction((inside) => inside.row('SELECT $1::int AS n', [index]))).toEqual({ n: index });
    }
    expect(await sql.row('SELECT $1::int + 1 AS n', [1])).toEqual({ n: 2 });
    expect(await prepared()).toEqual({ times: '9', texts: 2n });
  });

  it('go on after a column was given another type, on a connection that has not read them before', async () => {
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const read = () => sql.transaction((inside) => inside.row('SELECT n FROM retyped WHERE n = $1', ['1']));
    const readAny = () => sql.transaction((inside) => inside.row('SELECT n FROM retyped WHERE $1::int = 1', [1]));
    await admin.query('CREATE TABLE retyped (n int)');
    await admin.query('INSERT INTO retyped VALUES (1)');
    await admin.query('GRANT SELECT ON retyped TO watchword_service');
    expect(await read()).toEqual({ n: 1 });
    await admin.query('ALTER TABLE retyped ALTER n TYPE text');
    await expect(read()).rejects.toThrow('operator does not exist: text = integer');
    expect(await read()).toEqual({ n: '1' });
    expect(await readAny()).toEqual({ n: '1' });
    await admin.query('ALTER TABLE retyped ALTER n TYPE varchar(9)');
    await admin.end();
    await expect(readAny()).rejects.toThrow('cached plan must not change result type');
    expect(await readAny()).toEqual({ n: '1' });
  });
});

describe('names of statements', () => {
  it('are the same for the same text, and few', () => {
    const nameOf = statementNames(2);
    expect(nameOf('SELECT $1')).toBe(nameOf('SELECT $1'));
    expect(nameOf('SELECT $2')).not.toBe(nameOf('SELECT $1'));
    expect(nameOf('SELECT $3')).toBeUndefined();
    expect(nameOf('SELECT $1')).toMatch(/^[0-9a-f]{32}$/);
  });
});
