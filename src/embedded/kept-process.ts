import { fork } from 'node:child_process';
import { compiledPath } from './compiled-path.js';
import type { KeeperMessage, KeptSpec } from './kept-spec.js';
import type { Report } from './progress.js';
import { endLeftover } from './run-file.js';

/** A program that runs under a keeper. */
export interface KeptProcess {
  readonly pid: number;
  /** Settles when the program has ended, however it did. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /** Ends it in order and waits until it has ended. */
  stop(): Promise<void>;
}

/**
 * Runs a program under a keeper of its own, after ending what a killed keeper may have left of it.
 *
 * @throws Error if the program cannot be started at all.
 */
export async function startKept(spec: KeptSpec, report: Report): Promise<KeptProcess> {
  await endLeftover(spec.runFolder, spec.name, report);
  // Detached, so that Ctrl-C in the terminal does not reach it before its turn.
  const keeper = fork(compiledPath('keeper-main'), [], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  let ended = false;
  const exited = new Promise<void>((done) => {
    keeper.once('exit', () => {
      ended = true;
      done();
    });
  });
  const pid = await new Promise<number>((started, refused) => {
    keeper.once('message', (message: KeeperMessage) => {
      if (message.kind === 'running') started(message.pid);
      else refused(new Error(`${spec.command} cannot be run: ${message.message}`));
    });
    keeper.once('error', refused);
    void exited.then(() => refused(new Error(`${spec.name} ended before it ran`)));
    keeper.send(spec);
  });
  return {
    pid,
    exited,
    hasExited: () => ended,
    stop: async () => {
      if (keeper.connected) keeper.send('stop', () => {});
      await exited;
    },
  };
}
