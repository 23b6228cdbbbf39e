import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError, EXIT } from './exit.js';

export type Role = 'client' | 'operator';
type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_URL = 'http://127.0.0.1:3000';
const VARIABLE = { client: 'WATCHWORD_API_KEY', operator: 'WATCHWORD_OPERATOR_KEY' } as const;
const FILE = { client: 'api-key', operator: 'operator-key' } as const;
const OWN_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A key and where it was found, or where it was looked for. */
export interface FoundKey {
  readonly key: string | null;
  readonly from: string;
}

/**
 * The API's address without a slash at its end.
 *
 * @throws CliError if WATCHWORD_URL is none.
 */
export function apiUrl(environment: Environment): string {
  const text = environment['WATCHWORD_URL']?.trim() || DEFAULT_URL;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new CliError(EXIT.misused, `WATCHWORD_URL is ${JSON.stringify(text)}: expected an address such as ${DEFAULT_URL}.`);
  return text.replace(/\/+$/, '');
}

/**
 * The key of a role: the environment's, or the one that `npm start` keeps. A kept key is for this machine only and is never sent to
 * another.
 */
export function findKey(environment: Environment, url: string, role: Role): FoundKey {
  const given = environment[VARIABLE[role]]?.trim();
  if (given !== undefined && given !== '') return { key: given, from: VARIABLE[role] };
  if (!OWN_HOSTS.has(new URL(url).hostname)) return { key: null, from: `${VARIABLE[role]} (not set)` };
  const file = join(resolve(environment['WATCHWORD_DATA_DIR']?.trim() || '.watchword'), 'secrets', FILE[role]);
  try {
    return { key: readFileSync(file, 'utf8').trim(), from: file };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : `cannot be read: ${(error as Error).message}`;
    return { key: null, from: `${VARIABLE[role]} (not set) and ${file} (${why})` };
  }
}

/** @throws CliError that says where a key was looked for. */
export function mustFindKey(environment: Environment, url: string, role: Role): string {
  const { key, from } = findKey(environment, url, role);
  // What is no visible ASCII cannot stand in a header.
  if (key !== null && /^[\x21-\x7e]+$/.test(key)) return key;
  if (key !== null) throw new CliError(EXIT.misused, `The key in ${from} has characters that no key has.`);
  throw new CliError(
    EXIT.misused,
    `There is no ${role} key: looked in ${from}. Set ${VARIABLE[role]}, or run this in the folder in which \`npm start\` runs.`,
  );
}
