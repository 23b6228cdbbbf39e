import type { Sql } from './database.js';
import { wakeWatcher } from './providers.js';

/** Takes a provider account for a run of its watcher, and wakes the run that had it, which then stops. */
export async function takeWatch(sql: Sql, provider: string, holder: string): Promise<void> {
  await sql.run('UPDATE watcher_state SET holder = $2 WHERE provider = $1', [provider, holder]);
  await wakeWatcher(sql, provider);
}

/** Whether no later run has taken the account. */
export async function holdsWatch(sql: Sql, provider: string, holder: string): Promise<boolean> {
  return (await sql.row('SELECT 1 AS one FROM watcher_state WHERE provider = $1 AND holder = $2', [provider, holder])) !== null;
}
