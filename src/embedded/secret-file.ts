import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A secret that is kept in a file which only its owner may read. */
export interface KeptSecret {
  readonly value: string;
  /** Whether this call made it. */
  readonly isNew: boolean;
}

/**
 * Reads a secret from its file, or makes it and keeps it there with mode 0600.
 *
 * @param make gives the secret; 32 random bytes in base64url if left out.
 */
export function keepSecret(path: string, make: () => string = () => randomBytes(32).toString('base64url')): KeptSecret {
  const known = readSecret(path);
  if (known !== null) return { value: known, isNew: false };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, `${make()}\n`, { mode: 0o600, flush: true });
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { value: readSecret(path)!, isNew: false };
  } finally {
    rmSync(draft, { force: true });
  }
  return { value: readSecret(path)!, isNew: true };
}

function readSecret(path: string): string | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (text === '') throw new Error(`${path} is empty: put the secret back, or delete the file to have another one made`);
  return text;
}
