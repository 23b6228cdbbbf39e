import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { platform } from './platform.js';

/** A migrated database of one test file's own. */
export interface TestDatabase {
  readonly name: string;
  /** As its owner, who is no superuser: row-level security is in force, as in production. */
  readonly url: string;
  /** As superuser, for tests that look behind row-level security. */
  readonly adminUrl: string;
  /** Drops it, ending whatever is still connected. */
  drop(): Promise<void>;
}

/** Copies the migrated template into a new database; takes some tens of milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, ownerUrl, template } = await platform('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const owner = decodeURIComponent(new URL(ownerUrl).username);
  await administer(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${owner} STRATEGY wal_log`);
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  return {
    name,
    url: at(ownerUrl),
    adminUrl: at(adminUrl),
    drop: () => administer(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
