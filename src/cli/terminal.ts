import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Where a person sits. */
export interface Terminal {
  readonly input: Readable;
  /** Not the standard output: that is for results. */
  readonly output: Writable;
  /** Ctrl-C, which a terminal that is being read from tells its reader alone. */
  interrupt(): void;
}

/**
 * Asks a person for a line.
 *
 * @returns what was typed, or null where there is no more: Ctrl-D, Ctrl-C, or a terminal that is gone.
 */
export function askTerminal(terminal: Terminal, question: string, signal: AbortSignal): Promise<string | null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => {
    const reader = createInterface({ input: terminal.input, output: terminal.output, terminal: true, historySize: 0 });
    const close = () => reader.close();
    signal.addEventListener('abort', close, { once: true });
    reader.once('SIGINT', () => {
      terminal.interrupt();
      close();
    });
    let line: string | null = null;
    reader.once('close', () => {
      signal.removeEventListener('abort', close);
      // What follows begins on a line of its own.
      if (line === null) terminal.output.write('\n');
      resolve(line);
    });
    reader.question(question, (typed) => {
      line = typed;
      close();
    });
  });
}
