import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../embedded/progress.js';

/** A log file begins anew, keeping one predecessor, when it has grown to this many bytes by the next start. */
const ROTATE_BYTES = 10_000_000;
const SHOWN = new Set(['warn', 'error', 'fatal']);

/**
 * Where the lines of child processes go: all into a file of their own, and warnings and errors in short form to whoever
 * started the platform, as is everything that is no log line, for that is how a crash speaks.
 */
export function createChildOutput(folder: string, report: Report): (name: string) => (line: string) => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return (name) => {
    const path = join(folder, `${name}.log`);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_BYTES) renameSync(path, `${path}.1`);
    const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
    file.on('error', (error) => report(`the log ${path} cannot be written: ${error.message}`));
    return (line) => {
      file.write(`${line}\n`);
      const shown = shortForm(line);
      if (shown !== null) report(`${name}: ${shown}`);
    };
  };
}

function shortForm(line: string): string | null {
  if (line.trim() === '') return null;
  if (!line.startsWith('{')) return line;
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (typeof level !== 'string' || !SHOWN.has(level)) return null;
    const because = typeof err?.message === 'string' ? ` (${err.message.split('\n')[0]})` : '';
    return `${String(msg)}${because}`;
  } catch {
    return line;
  }
}
