import { execFileSync, spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/** The user as whom Postgres runs when we are root, which Postgres itself refuses to be. */
export interface PostgresUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user to run Postgres as: null when we are an ordinary user ourselves; as root the system's `postgres`, or `nobody`
 * where there is none. No user is ever created.
 */
export function choosePostgresUser(): PostgresUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const uid = idOf(name, '-u');
    const gid = idOf(name, '-g');
    if (uid !== null && gid !== null && uid > 0) return { name, uid, gid };
  }
  throw new Error(
    'Postgres does not run as root, and this system has neither a user "postgres" nor "nobody": create one, start as an ordinary user, or set DATABASE_URL',
  );
}

function idOf(name: string, flag: '-u' | '-g'): number | null {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return null;
  }
}

/** Whether that user may enter a folder. Asked of the system itself, because modes do not tell of access lists. */
export function mayEnter(user: PostgresUser, folder: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' });
  return status === 0;
}

/** The outermost folder on the way to `folder` that the user may not enter; null if all are open. */
export function firstClosedFolder(user: PostgresUser, folder: string): string | null {
  const chain: string[] = [];
  for (let step = folder; step !== dirname(step); step = dirname(step)) chain.unshift(step);
  return chain.find((step) => !mayEnter(user, step)) ?? null;
}
