import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.js';
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
