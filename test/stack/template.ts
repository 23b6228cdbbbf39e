import pg from 'pg';
import { migrate } from '../../src/db/migrate.js';

const TEMPLATE = 'watchword_template';

/** Makes the database from which every test's database is copied: migrated once, as its owner. */
export async function makeTemplate(adminUrl: string, ownerUrl: string): Promise<string> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${TEMPLATE} OWNER ${decodeURIComponent(new URL(ownerUrl).username)}`);
  } finally {
    await admin.end();
  }
  const url = new URL(ownerUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrate(url.href, (message) => console.error(message));
  return TEMPLATE;
}
