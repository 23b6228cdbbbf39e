import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';

/** Folder of the numbered SQL files; the build copies it beside the compiled code. */
const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * Brings the schema of a database to this version. Each file runs in a transaction of its own; an advisory lock lets many
 * starters call this at once. The login role needs CREATEROLE once, for the roles watchword_service and watchword_client
 * (or an administrator creates both and grants them beforehand).
 *
 * @returns the names of the migrations that ran now.
 */
export async function migrate(databaseUrl: string, log: (message: string) => void): Promise<string[]> {
  const ran = await runner({
    databaseUrl,
    dir: FOLDER,
    direction: 'up',
    migrationsTable: 'schema_migrations',
    checkOrder: true,
    advisoryLockMode: 'wait',
    singleTransaction: false,
    logger: { debug: () => {}, info: () => {}, warn: log, error: log },
  });
  return ran.map((migration) => migration.name);
}
