import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { forgetProcess, rememberProcess } from '../embedded/run-file.js';

/** A process of ours to start: an entry of this folder or of the simulators. */
export interface ChildSpec {
  /** Names it in messages and in its run file: `api`. */
  readonly name: string;
  /** Absolute path of the compiled entry. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of run files; none is written if left out. */
  readonly runFolder?: string;
  /** Told of every line that it writes, whichever stream it is on. */
  readonly onLine: (line: string) => void;
  /** Milliseconds until it must have said that it is ready. */
  readonly readyMs: number;
  /** Milliseconds that it is given to end in order. */
  readonly stopMs: number;
}

/** A process that said it is ready. */
export interface RunningChild {
  readonly pid: number;
  /** The JSON object by which it said so. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Settles when it has ended, however it did. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /** Asks it to end, waits until it has, and ends it by force after `stopMs`. */
  stop(): Promise<void>;
}

/**
 * Starts a process and waits until it writes a line of JSON with `"ready": true`. It holds a channel to this process, by
 * whose end it learns that this process is gone ({@link import('./parent-watch.js').onParentGone}).
 *
 * @throws Error with its last lines if it ends first or takes too long.
 */
export async function startChild(spec: ChildSpec): Promise<RunningChild> {
  // Detached, so that Ctrl-C in the terminal does not reach it before its turn.
  const child = fork(spec.script, spec.args ?? [], {
    env: spec.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--enable-source-maps'],
  });
  if (child.pid !== undefined && spec.runFolder !== undefined) rememberProcess(spec.runFolder, spec.name, child.pid, 'SIGTERM');
  let ended = false;
  const exited = new Promise<void>((done) => {
    child.once('exit', () => {
      ended = true;
      if (spec.runFolder !== undefined) forgetProcess(spec.runFolder, spec.name);
      done();
    });
  });
  const stop = async () => {
    if (!ended) child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), spec.stopMs);
    await exited;
    clearTimeout(force);
  };
  try {
    const ready = await untilReady(child, spec);
    return { pid: child.pid!, ready, exited, hasExited: () => ended, stop };
  } catch (error) {
    if (child.pid !== undefined) await stop();
    throw error;
  }
}

function untilReady(child: ChildProcess, spec: ChildSpec): Promise<Record<string, unknown>> {
  const last: string[] = [];
  return new Promise((done, failed) => {
    const because = (what: string) => failed(new Error(`${spec.name} ${what}${last.length === 0 ? '' : `:\n${last.join('\n')}`}`));
    const timer = setTimeout(() => because(`was not ready after ${spec.readyMs / 1_000} s; its last lines`), spec.readyMs);
    child.once('error', failed);
    // `close` comes after the last line has been read, which `exit` does not.
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      because(`ended (${signal ?? `exit code ${code}`}) before it was ready`);
    });
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        const message = line.includes('"ready":true') ? parseReady(line) : null;
        if (message !== null) {
          clearTimeout(timer);
          done(message);
        }
        if (last.push(line) > 12) last.shift();
        spec.onLine(line);
      });
    }
  });
}

function parseReady(line: string): Record<string, unknown> | null {
  try {
    const message = JSON.parse(line) as Record<string, unknown>;
    return message['ready'] === true ? message : null;
  } catch {
    return null;
  }
}
