import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let mine: TestClient;
let other: TestClient;
let hidden: string;
let shown: string;
beforeAll(async () => {
  world = await createWorld();
  mine = await world.client(5_000_000n);
  other = await world.client(7_000_000n);
  for (const client of [mine, other]) {
    const id = await world.putActivation(client.accountId);
    hidden = await world.putMessage(client.accountId, id, { code: '1', text: 'hidden', revealed: false });
    shown = await world.putMessage(client.accountId, id, { code: '2', text: 'shown' });
    await world.database.run(
      `INSERT INTO activation_history (activation_id, account_id, to_status, reason, cost, raw_status) VALUES ($1, $2, 'WAITING', 'bought', 1, 'RAW')`,
      [id, client.accountId],
    );
    await world.database.run(`INSERT INTO holds (activation_id, account_id, currency, amount) VALUES ($1, $2, 'USD', 1)`, [
      id,
      client.accountId,
    ]);
  }
});
afterAll(() => world.close());

const OWNERS: readonly (readonly [table: string, owner: string])[] = [
  ['accounts', 'id'],
  ['activations', 'account_id'],
  ['activation_history', 'account_id'],
  ['inbox', 'account_id'],
  ['holds', 'account_id'],
  ['ledger_accounts', 'owner'],
  ['entries', 'owner'],
  ['transfers', 'account_id'],
];

test.each(OWNERS)('without any WHERE clause, a client sees its own rows of %s and nobody else’s', async (table, owner) => {
  const rows = await world.database.asClient(mine.accountId, (sql) =>
    sql.rows<{ owner: string }>(`SELECT ${owner} AS owner FROM ${table}`),
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map((row) => row.owner))).toEqual(new Set([mine.accountId]));
});

test('a client sees its own balances only', async () => {
  const rows = await world.database.asClient(mine.accountId, (sql) =>
    sql.rows<{ account_id: string }>('SELECT account_id FROM ledger_balances'),
  );
  expect(rows.map((row) => row.account_id)).toEqual([`user:${mine.accountId}:available`]);
});

test('an account that does not exist sees nothing', async () => {
  for (const [table, owner] of OWNERS) {
    const rows = await world.database.asClient('00000000-0000-4000-8000-000000000000', (sql) => sql.rows(`SELECT ${owner} FROM ${table}`));
    expect([table, rows]).toEqual([table, []]);
  }
});

test('an SMS that no capture has revealed is not there', async () => {
  const rows = await world.database.asClient(other.accountId, (sql) => sql.rows<{ id: string }>('SELECT id FROM inbox'));
  expect(rows.map((row) => row.id)).toEqual([shown]);
  expect(rows.map((row) => row.id)).not.toContain(hidden);
});

test.each([
  ['activation_history', 'cost'],
  ['activation_history', 'raw_status'],
  ['activations', 'candidates'],
  ['activations', 'ceiling'],
  ['activations', 'provider'],
  ['activations', 'workflow_id'],
  ['inbox', 'confirmed_at'],
  ['inbox', 'provider_order_id'],
  ['transfers', 'evidence'],
  ['transfers', 'provider'],
  ['transfers', 'idempotency_key'],
  ['orders', 'id'],
  ['orders', 'cost'],
  ['order_history', 'id'],
  ['attempts', 'raw'],
  ['api_keys', 'key_hash'],
  ['installation', 'secret'],
  ['providers', 'id'],
  ['provider_prices', 'price'],
  ['provider_proofs', 'observed'],
  ['route_outcomes', 'succeeded'],
  ['price_blob', 'etag'],
  ['rate_limits', 'key'],
])('a client cannot read %s.%s at all', async (table, column) => {
  await expect(world.database.asClient(mine.accountId, (sql) => sql.rows(`SELECT ${column} FROM ${table}`))).rejects.toMatchObject({
    code: '42501',
  });
});

test.each([
  "UPDATE activations SET status = 'COMPLETED'",
  'DELETE FROM activations',
  'INSERT INTO activations DEFAULT VALUES',
  'UPDATE ledger_balances SET amount = 1000000',
  "INSERT INTO accounts (id, name, kind) VALUES (gen_random_uuid(), 'x', 'client')",
])('a client transaction cannot run %s', async (statement) => {
  await expect(world.database.asClient(mine.accountId, (sql) => sql.run(statement))).rejects.toMatchObject({
    code: expect.stringMatching(/^(42501|25006)$/),
  });
});

test('the owner of the tables sees nothing unless it takes a role', async () => {
  const owner = new pg.Client({ connectionString: world.databaseUrl });
  await owner.connect();
  try {
    for (const table of [...OWNERS.map(([name]) => name), 'api_keys', 'orders', 'installation', 'ledger_balances', 'rate_limits']) {
      expect([table, (await owner.query(`SELECT * FROM ${table}`)).rowCount]).toEqual([table, 0]);
    }
    await owner.query('SET ROLE watchword_service');
    expect((await owner.query('SELECT * FROM activations')).rowCount).toBe(2);
  } finally {
    await owner.end();
  }
});

test('every table keeps row-level security in force, even against its owner', async () => {
  const rows = await world.database.rows<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT (relrowsecurity AND relforcerowsecurity)
       AND relname <> 'schema_migrations'`,
  );
  expect(rows).toEqual([]);
});
