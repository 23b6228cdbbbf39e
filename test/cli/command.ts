import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Settles when the standard error holds the text. */
  told(text: string): Promise<void>;
}

/** Starts the built command with an environment of its own, in a folder without keys. */
export function start(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], WATCHWORD_DATA_DIR: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, ...out })));
  const told = async (text: string) => {
    const until = performance.now() + 20_000;
    while (!out.stderr.includes(text)) {
      if (performance.now() > until) throw new Error(`"${text}" was not told: ${out.stderr}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  return { child, ended, told };
}

/** Runs the built command to its end. */
export function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return start(args, env).ended;
}
