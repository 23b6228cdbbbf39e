import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { onThePath } from './find-program.js';
import type { ObtainOptions } from './obtain.js';
import { withProgress } from './progress.js';

const BUILD_MS = 30 * 60_000;

/**
 * Builds the Temporal CLI from its Go module.
 *
 * @throws Error if Go is not there or does not succeed.
 */
export async function buildTemporal({ version, target, env, report, signal }: ObtainOptions): Promise<void> {
  const go = onThePath('go', env['PATH']);
  if (go === null) throw new Error('it cannot be built: Go is not on PATH');
  const draft = `${target}.${randomUUID()}`;
  mkdirSync(draft, { recursive: true });
  try {
    await withProgress(report, 'Building the Temporal server with Go (once, a few minutes)', () =>
      run(
        go,
        ['install', `github.com/temporalio/cli/cmd/temporal@v${version}`],
        { ...env, GOBIN: draft, GOFLAGS: `${env['GOFLAGS'] ?? ''} -trimpath`.trim() },
        draft,
        signal,
      ),
    );
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const child = spawn(command, args, {
    env,
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: BUILD_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  if (code !== 0)
    throw new Error(`building it failed (${command} ${args.join(' ')}):\n${said.join('').trim().split('\n').slice(-8).join('\n')}`);
}
