import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { onThePath } from './find-program.js';

const BUILD_MS = 30 * 60_000;

export interface GoInstallOptions {
  /** Where the programs are put. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds a program from its Go module: `go install <what>`, as in `example.com/tool/cmd/tool@v1.2.3`. Go names the program
 * after the last part of the path.
 *
 * @throws Error if Go is not there or does not succeed.
 */
export async function goInstall(what: string, { folder, env, signal }: GoInstallOptions): Promise<void> {
  const go = findGo(env);
  const args = ['install', what];
  const child = spawn(go, args, {
    env: { ...env, GOBIN: folder, GOFLAGS: `${env['GOFLAGS'] ?? ''} -trimpath`.trim() },
    cwd: folder,
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
    throw new Error(`building it failed (${go} ${args.join(' ')}):\n${said.join('').trim().split('\n').slice(-8).join('\n')}`);
}

/** Folder of a Go module's sources, as in `example.com/tool@v1.2.3`; downloads them if need be. */
export async function goModule(what: string, { folder, env, signal }: GoInstallOptions): Promise<string> {
  const options = { env: { ...env }, cwd: folder, maxBuffer: 16_777_216, ...(signal === undefined ? {} : { signal }) };
  const { stdout } = await promisify(execFile)(findGo(env), ['mod', 'download', '-json', what], options);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

function findGo(env: GoInstallOptions['env']): string {
  const go = onThePath('go', env['PATH']);
  if (go === null) throw new Error('it cannot be built: Go is not on PATH');
  return go;
}
