import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

/** Gives a lock back. */
export type Unlock = () => void;

/** A lock that another process holds. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  readonly holder: number;

  constructor(path: string, holder: number) {
    super(`${path} is held by process ${holder}`);
    this.holder = holder;
  }
}

/**
 * Takes a lock file for this process. One whose holder no longer runs is taken over.
 *
 * @throws LockedError if a running process holds it.
 */
export function takeLock(path: string): Unlock {
  mkdirSync(dirname(path), { recursive: true });
  const own = JSON.stringify(identify(process.pid));
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, own);
  try {
    for (;;) {
      try {
        // A link appears whole or not at all, so nobody ever reads half a lock.
        linkSync(draft, path);
        return () => {
          if (readText(path) === own) rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      removeIfStale(path);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes a lock file, waiting as long as another running process holds it. */
export async function waitForLock(path: string): Promise<Unlock> {
  for (;;) {
    try {
      return takeLock(path);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}

function removeIfStale(path: string): void {
  const text = readText(path);
  if (text === null) return;
  const holder = parse(text);
  if (holder !== null && isRunning(holder)) throw new LockedError(path, holder.pid);
  // Another starter may take the stale lock over at this moment; what was moved away is looked at again.
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readText(aside) !== text) linkSync(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): ProcessIdentity | null {
  try {
    const value = JSON.parse(text) as ProcessIdentity | null;
    return typeof value?.pid === 'number' && typeof value.started === 'string' ? value : null;
  } catch {
    return null;
  }
}
