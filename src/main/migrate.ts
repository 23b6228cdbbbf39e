import { loadDatabaseUrl } from '../config/load.js';
import { readEnvironment } from '../config/environment.js';
import { migrate } from '../db/migrate.js';
import { runEntry } from './entry.js';

await runEntry({
  command: 'npm run migrate',
  help: `
Brings the schema of the database in DATABASE_URL to this version and ends. Safe to run at any time and from many places at
once. Its login role needs CREATEROLE the first time, for the two roles under which the API and the workers run.

Environment: DATABASE_URL  postgres://user:password@host:port/database`,
  run: async () => {
    const url = loadDatabaseUrl(readEnvironment());
    const ran = await migrate(url.reveal(), (message) => console.error(message));
    console.log(ran.length === 0 ? 'The schema is up to date.' : `Migrated: ${ran.join(', ')}`);
  },
});
