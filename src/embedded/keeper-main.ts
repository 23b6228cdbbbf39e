/**
 * A keeper: the process between the platform and a program that is not ours (Postgres, Temporal). It runs the program and
 * ends it in order when the platform says so or is gone, even if that was killed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KeeperMessage, KeptSpec } from './kept-spec.js';
import { forgetProcess, rememberProcess } from './run-file.js';

let program: ChildProcess | undefined;
let spec: KeptSpec | undefined;

function say(message: KeeperMessage): void {
  if (process.connected) process.send?.(message);
}

function run(wanted: KeptSpec): void {
  spec = wanted;
  mkdirSync(dirname(wanted.logFile), { recursive: true });
  const log = openSync(wanted.logFile, 'a', 0o600);
  const folder = openSync(wanted.folder, 'r');
  // A working directory is entered by its open handle's right, so the program may live in a folder whose parents it cannot enter.
  process.chdir(wanted.folder);
  program = spawn(wanted.command, wanted.args, {
    env: wanted.env,
    stdio: ['ignore', log, log, folder],
    ...wanted.user,
  });
  closeSync(log);
  closeSync(folder);
  program.once('error', (error) => {
    say({ kind: 'failed', message: error.message });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  });
  program.once('spawn', () => {
    rememberProcess(wanted.runFolder, wanted.name, program!.pid!, wanted.stopSignal);
    say({ kind: 'running', pid: program!.pid! });
  });
  program.once('exit', (code) => {
    forgetProcess(wanted.runFolder, wanted.name);
    process.exit(code ?? 1);
  });
}

function stop(): void {
  if (program?.pid === undefined || spec === undefined) process.exit(0);
  program.kill(spec.stopSignal);
  setTimeout(() => program?.kill('SIGKILL'), spec.stopMs);
}

process.on('message', (message: KeptSpec | 'stop') => {
  if (message === 'stop') stop();
  else run(message);
});
process.on('disconnect', stop);
process.on('SIGTERM', stop);
// Ctrl-C reaches everyone in the terminal; the platform decides about the order.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
