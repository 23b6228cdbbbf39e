import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunning, type ProcessIdentity } from '../../src/embedded/process-identity.js';

const PLATFORM = fileURLToPath(new URL('../../dist/main/platform.js', import.meta.url));

/** `npm start`, without npm and without the build before it. */
export interface StartedPlatform {
  readonly child: ChildProcess;
  /** Everything that it has written. */
  said(): string;
  /** The API's address, once it says that it is ready. @throws Error with what it said if it ends first. */
  ready(): Promise<string>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts the platform on a data folder; the API takes a free port. */
export function startPlatform(dataDir: string, env: Readonly<Record<string, string>> = {}): StartedPlatform {
  const child = spawn(process.execPath, ['--enable-source-maps', PLATFORM], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], WATCHWORD_DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const ended = new Promise<number | string>((done) => {
    child.once('close', (code, signal) => done(code ?? signal ?? 'unknown'));
  });
  return {
    child,
    said: () => said,
    ended,
    ready: () =>
      new Promise((done, failed) => {
        void ended.then((how) => failed(new Error(`the platform ended (${how}):\n${said}`)));
        const look = () => {
          const url = /watchword is ready[\s\S]*?API\s+(http:\S+)/.exec(said)?.[1];
          if (url !== undefined && said.includes('Ctrl-C stops everything')) done(url);
        };
        child.stdout.on('data', look);
        look();
      }),
  };
}

/** The processes that a platform started, by name. */
export function processesOf(dataDir: string): ReadonlyMap<string, ProcessIdentity> {
  const folder = join(dataDir, 'run');
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProcessIdentity]),
  );
}

/** Those of them that still run. */
export function stillRunning(processes: ReadonlyMap<string, ProcessIdentity>): string[] {
  return [...processes].filter(([, identity]) => isRunning(identity)).map(([name]) => name);
}
