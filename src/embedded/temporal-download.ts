import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compiledPath } from './compiled-path.js';
import type { ObtainOptions } from './obtain.js';
import { withProgress } from './progress.js';

/** Without one more byte for this long, the download is given up: there is no way out to the internet. */
const STALL_MS = 12_000;
const LEAST_BYTES = 10_000_000;

/**
 * Has the SDK download the Temporal CLI. It does so in a process of its own, because the SDK's download cannot be
 * interrupted and waits long where packets are dropped.
 *
 * @throws Error if nothing arrives.
 */
export async function downloadTemporal({ version, target, program, env, report, signal }: ObtainOptions): Promise<void> {
  const draft = `${target}.${randomUUID()}`;
  mkdirSync(draft, { recursive: true });
  try {
    await withProgress(report, 'Downloading the Temporal server (once)', () => download(version, draft, env, signal));
    const [found] = readdirSync(draft)
      .map((name) => join(draft, name))
      .filter((path) => statSync(path).size > LEAST_BYTES);
    if (found === undefined) throw new Error('the download left no program');
    const folder = join(draft, 'ready');
    mkdirSync(folder);
    chmodSync(found, 0o755);
    renameSync(found, join(folder, program));
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  } catch (error) {
    throw new Error(`it cannot be downloaded: ${(error as Error).message}`, { cause: error });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function download(version: string, folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<void> {
  const child = fork(compiledPath('temporal-download-main'), [version, folder], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    ...(signal === undefined ? {} : { signal }),
  });
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  let bytes = 0;
  let movedAt = Date.now();
  const watch = setInterval(() => {
    const now = sizeOf(folder);
    if (now !== bytes) {
      bytes = now;
      movedAt = Date.now();
    } else if (Date.now() - movedAt > STALL_MS) child.kill('SIGKILL');
  }, 500);
  try {
    const code = await new Promise<number | null>((done, failed) => {
      child.once('error', failed);
      child.once('close', done);
    });
    if (code === null) throw new Error(`nothing arrived for ${STALL_MS / 1_000} s`);
    if (code !== 0) throw new Error(said.trim().split('\n')[0] || 'the SDK gave no reason');
  } finally {
    clearInterval(watch);
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
