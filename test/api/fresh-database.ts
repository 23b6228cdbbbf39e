import { openDatabase, type Database } from '../../src/db/database.js';
import { createTestDatabase } from '../stack/database.js';

/** A migrated database of its own, open as its owner; dropped by `drop`. */
export interface FreshDatabase {
  readonly url: string;
  /** As superuser. */
  readonly adminUrl: string;
  readonly database: Database;
  drop(): Promise<void>;
}

export async function freshDatabase(): Promise<FreshDatabase> {
  const fresh = await createTestDatabase();
  const database = openDatabase({ url: fresh.url, applicationName: 'watchword-test', poolSize: 5 });
  return {
    url: fresh.url,
    adminUrl: fresh.adminUrl,
    database,
    async drop() {
      await database.close();
      await fresh.drop();
    },
  };
}
