import { readFileSync } from 'node:fs';
import type { Environment } from './environment.js';
import { SECRET_VARIABLES } from './variables.js';

/** `@temporalio/envconfig` reads TEMPORAL_API_KEY and knows no file for it. What the platform tells its children is no file. */
const IN_FILES = [...SECRET_VARIABLES, 'TEMPORAL_API_KEY'].filter((name) => name !== 'WATCHWORD_SIMULATED');
const SUFFIX = '_FILE';

/**
 * The environment with every secret in its place that lies in a file: `NAME_FILE=/run/secrets/x` stands for `NAME` with what
 * the file holds, without the white space around it. An empty file counts as not set, as an empty variable does.
 *
 * Says into `problems` which file cannot be read, and where a secret is given both ways; never what a file holds.
 */
export function withSecretFiles(environment: Environment, problems: string[]): Environment {
  const read: Record<string, string | undefined> = { ...environment };
  for (const name of IN_FILES) {
    read[name] = readSecret(environment, name, problems);
    // Whoever reads the result finds the secret once.
    delete read[name + SUFFIX];
  }
  return read;
}

/** The secret that a variable, or the file that its `…_FILE` names, holds; undefined if there is none. */
export function readSecret(environment: Environment, name: string, problems: string[]): string | undefined {
  const direct = trimmed(environment[name]);
  const file = trimmed(environment[name + SUFFIX]);
  if (file === undefined) return direct;
  if (direct !== undefined) {
    problems.push(`${name} and ${name}${SUFFIX} are both set: expected one of them`);
    return direct;
  }
  try {
    return trimmed(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    problems.push(`${name}${SUFFIX}: ${file} cannot be read (${code}): expected a file that this process may read`);
    return undefined;
  }
}

function trimmed(text: string | undefined): string | undefined {
  const value = text?.trim();
  return value === '' ? undefined : value;
}
