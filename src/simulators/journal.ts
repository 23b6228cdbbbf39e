import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file of JSON lines that is only ever appended to. What was appended survives `kill -9`: it is in the kernel's hands. */
export interface Journal {
  /** Every line that was there at the start, oldest first; a last line that was cut short is left out. */
  readonly lines: readonly unknown[];
  append(line: unknown): void;
  /** Replaces everything by one line, atomically. */
  compact(line: unknown): void;
  close(): void;
}

/** Opens or creates the file. */
export function openJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readWhole(file) : [];
  let descriptor = openSync(file, 'a');
  return {
    lines,
    append: (line) => {
      writeSync(descriptor, `${JSON.stringify(line)}\n`);
    },
    compact: (line) => {
      const next = `${file}.next`;
      writeFileSync(next, `${JSON.stringify(line)}\n`);
      closeSync(descriptor);
      renameSync(next, file);
      descriptor = openSync(file, 'a');
    },
    close: () => closeSync(descriptor),
  };
}

/** Reads every whole line, and cuts off what a crash left of one: nothing was answered on the strength of it. */
function readWhole(file: string): unknown[] {
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
