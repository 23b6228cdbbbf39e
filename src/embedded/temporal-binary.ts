import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isProgram, onThePath, programName } from './find-program.js';
import { waitForLock } from './lock-file.js';
import { type Report, withProgress } from './progress.js';
import { buildTemporal } from './temporal-build.js';
import { downloadTemporal } from './temporal-download.js';

/** Version of the command-line tool that is downloaded or built; it brings server 1.29.1. Later ones do not build from the module proxy. */
export const TEMPORAL_CLI_VERSION = '1.5.1';
/** Older servers lack task priority or update-with-start. */
const LEAST_SERVER = [1, 28] as const;
const PROGRAM = programName('temporal');

/** What the search for the binary may use. */
export interface TemporalBinaryOptions {
  readonly cacheDir: string;
  readonly report: Report;
  /** The variables of this process: PATH, proxies, Go's settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborting it ends a download or build. */
  readonly signal?: AbortSignal;
}

/**
 * Path of a `temporal` program that can serve: the one on PATH, the one in our cache, or one that is now downloaded or built
 * into the cache. Two starts at once build it once.
 *
 * @throws Error that lists what was tried and what would help.
 */
export async function findTemporal(options: TemporalBinaryOptions): Promise<string> {
  const { cacheDir, report, env, signal } = options;
  const onPath = onThePath('temporal', env['PATH']);
  const tried: string[] = [];
  if (onPath !== null) {
    const version = await serverVersion(onPath);
    if (version !== null && isRecent(version)) return onPath;
    tried.push(
      `${onPath} ${version === null ? 'does not tell its version' : `brings server ${version}, older than ${LEAST_SERVER.join('.')}`}`,
    );
  }

  const folder = join(cacheDir, `temporal-cli-${TEMPORAL_CLI_VERSION}`);
  const cached = join(folder, PROGRAM);
  if (isProgram(cached)) return cached;

  mkdirSync(cacheDir, { recursive: true });
  const unlock = await withProgress(report, 'Waiting for another start that is fetching the Temporal server', () =>
    waitForLock(`${folder}.lock`),
  );
  try {
    if (isProgram(cached)) return cached;
    for (const obtain of [downloadTemporal, buildTemporal]) {
      try {
        await obtain({
          version: TEMPORAL_CLI_VERSION,
          target: folder,
          program: PROGRAM,
          env,
          report,
          ...(signal === undefined ? {} : { signal }),
        });
        signal?.throwIfAborted();
        return cached;
      } catch (error) {
        signal?.throwIfAborted();
        tried.push((error as Error).message);
      }
    }
  } finally {
    unlock();
  }
  throw new Error(
    `there is no Temporal server to start:\n${tried.map((what) => `  - ${what}`).join('\n')}\nInstall the Temporal CLI (https://docs.temporal.io/cli) or Go, or set TEMPORAL_ADDRESS to a running server.`,
  );
}

/** The tool's own version says `0.0.0-DEV` where it was built by `go install`, so the server's counts. */
async function serverVersion(program: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 10_000 });
    return /Server (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > LEAST_SERVER[0] || (major === LEAST_SERVER[0] && minor >= LEAST_SERVER[1]);
}
