import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigError } from '../config/config-error.js';
import { isOrphaned } from './parent-watch.js';

/** Exit codes of all entries. */
export const EXIT = { ok: 0, failed: 1, misused: 2 } as const;

/** One of the programs of watchword. */
export interface Entry {
  /** How it is called, as in `npm start`. */
  readonly command: string;
  /** What `--help` says after the first line. */
  readonly help: string;
  /** Does everything; its return ends the process with code 0. */
  run(): Promise<void>;
}

/**
 * Runs an entry: understands `--help` and `--version`, refuses what it does not know, and turns errors into a message and an
 * exit code: 1 for a failure, 2 for wrong use or configuration.
 */
export async function runEntry(entry: Entry): Promise<void> {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } });
    if (values.help === true) {
      console.log(`Usage: ${entry.command}\n\n${entry.help.trim()}`);
      process.exit(EXIT.ok);
    }
    if (values.version === true) {
      console.log(versionOf());
      process.exit(EXIT.ok);
    }
  } catch (error) {
    console.error(`${(error as Error).message}\nSee: ${entry.command} --help`);
    process.exit(EXIT.misused);
  }
  try {
    await entry.run();
    leave();
  } catch (error) {
    if (error instanceof ConfigError) {
      console.error(error.message);
      process.exit(EXIT.misused);
    }
    console.error(messageOf(error));
    process.exit(EXIT.failed);
  }
}

/**
 * Ends this process after its work. An orphan ends by force: nobody waits for its code, and `process.exit` may wait for
 * ever for threads of Node itself, which nobody would notice.
 */
function leave(): never {
  if (isOrphaned()) process.kill(process.pid, 'SIGKILL');
  process.exit(EXIT.ok);
}

/** Our own errors say in one message what happened and what to do; of a fault in this program the stack is wanted too. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isFault = error instanceof TypeError || error instanceof ReferenceError || error.message === '';
  return isFault ? (error.stack ?? String(error)) : error.message;
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
