import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { firstClosedFolder, mayEnter, type PostgresUser } from './postgres-user.js';

/** Postgres's major version; a data folder of another cannot be opened. */
const MAJOR = '18';
/** A folder handed down as descriptor 3: its user gets in without a right to enter the folders above it. */
const BY_DESCRIPTOR = '/proc/self/fd/3';

/**
 * How Postgres is told of its data folder: by its path, or by an open handle where its user may not enter a folder above.
 *
 * @throws Error naming the folder to open if neither works.
 */
export function addressOf(folder: string, user: PostgresUser | null): string {
  if (user === null || mayEnter(user, folder)) return folder;
  const handle = openSync(folder, 'r');
  try {
    const entered = spawnSync('/bin/sh', ['-c', `cd ${BY_DESCRIPTOR}`], {
      uid: user.uid,
      gid: user.gid,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'ignore', handle],
    });
    if (entered.status === 0) return BY_DESCRIPTOR;
  } finally {
    closeSync(handle);
  }
  const closed = firstClosedFolder(user, folder) ?? folder;
  throw new Error(
    `Postgres runs as the user "${user.name}", who may not enter ${closed}: open it (chmod o+x ${closed}), or set WATCHWORD_DATA_DIR to a folder elsewhere`,
  );
}

/** Whether a data folder is there, of the version that we bring. @throws Error if it is of another version. */
export function isInitialised(folder: string): boolean {
  const path = join(folder, 'PG_VERSION');
  if (!existsSync(path)) return false;
  const version = readFileSync(path, 'utf8').trim();
  if (version === MAJOR) return true;
  throw new Error(
    `${folder} was made by Postgres ${version}, and this watchword brings ${MAJOR}: dump it with the old version, or move the folder away to start anew`,
  );
}

/** Makes a data folder. It appears under its name when it is complete, so a killed start leaves nothing half made. */
export async function initialise(
  folder: string,
  initdb: string,
  user: PostgresUser | null,
  superuser: string,
  password: string,
): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwords = mkdtempSync(join(tmpdir(), 'watchword-'));
  const passwordFile = join(passwords, 'password');
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user !== null) for (const path of [draft, passwords, passwordFile]) chownSync(path, user.uid, user.gid);
    chmodSync(draft, 0o700);
    await runInitdb(initdb, draft, user, [
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Postgres's own collation: the same on every system, and no system locale has to exist.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
    ]);
    renameSync(draft, folder);
  } finally {
    rmSync(passwords, { recursive: true, force: true });
  }
}

async function runInitdb(initdb: string, folder: string, user: PostgresUser | null, args: readonly string[]): Promise<void> {
  const address = addressOf(folder, user);
  const handle = openSync(folder, 'r');
  const output: string[] = [];
  try {
    const child = spawn(initdb, [`--pgdata=${address}`, ...args], {
      cwd: folder,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', ...(process.platform === 'darwin' ? {} : { TZ: 'UTC' }) },
      stdio: ['ignore', 'pipe', 'pipe', handle],
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const code = await new Promise<number | null>((done, failed) => {
      child.once('error', failed);
      child.once('close', done);
    });
    if (code !== 0) throw new Error(`Postgres could not make its data folder ${folder}:\n${output.join('').trim()}`);
  } finally {
    closeSync(handle);
  }
}
