import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../src/embedded/free-port.js';

const MISSING = 'is not installed: these tests need Debian’s package "prometheus" (apt-get install prometheus), which brings promtool too';

/** Path of a file of deploy/. */
export function deployed(name: string): string {
  return fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));
}

/** Runs promtool. @throws Error with what it found wrong, or that it is not installed. */
export async function promtool(...args: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)('promtool', args);
    return stdout + stderr;
  } catch (error) {
    const { code, stdout, stderr } = error as NodeJS.ErrnoException & { stdout?: string; stderr?: string };
    if (code === 'ENOENT') throw new Error(`promtool ${MISSING}`, { cause: error });
    throw new Error(`promtool ${args.join(' ')}: ${stdout}${stderr}`, { cause: error });
  }
}

/** An alert as Prometheus' own interface tells it. */
export interface FiringAlert {
  readonly labels: { readonly alertname: string; readonly [name: string]: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
  readonly state: 'pending' | 'firing';
}

export interface Prometheus {
  alerts(): Promise<FiringAlert[]>;
  /** Scrape targets by job, with their health. */
  targets(): Promise<{ readonly job: string; readonly health: string; readonly error: string }[]>;
  stop(): Promise<void>;
}

/**
 * A real Prometheus over the deployed configuration and rules, in a folder of its own. Only what a test cannot wait for or have is
 * changed: intervals, the `for` of rules, targets and the file of the key.
 */
export async function startPrometheus(options: {
  readonly key: string;
  readonly targets: Readonly<Record<'api:3000' | 'worker:9464' | 'worker:9465', string>>;
}): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-prometheus-'));
  writeFileSync(join(folder, 'key'), options.key, { mode: 0o600 });
  const rules = readFileSync(deployed('prometheus-alerts.yaml'), 'utf8').replaceAll(/^(\s+for:) \w+$/gm, '$1 2s');
  writeFileSync(join(folder, 'prometheus-alerts.yaml'), rules);
  let config = readFileSync(deployed('prometheus.yaml'), 'utf8');
  for (const [from, to] of [
    ['scrape_interval: 15s', 'scrape_interval: 1s'],
    ['evaluation_interval: 15s', 'evaluation_interval: 1s'],
    ['/run/secrets/watchword-operator-key', join(folder, 'key')],
    ...Object.entries(options.targets),
  ] as const) {
    if (!config.includes(from)) throw new Error(`deploy/prometheus.yaml does not name ${from} any more`);
    config = config.replaceAll(from, to);
  }
  const file = join(folder, 'prometheus.yaml');
  writeFileSync(file, config);
  await promtool('check', 'config', file);

  const port = await freePort();
  const child: ChildProcess = spawn(
    'prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const ended = new Promise<Error | null>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? new Error(`prometheus ${MISSING}`, { cause: error }) : error),
    );
    child.once('exit', () => resolve(null));
  });
  const url = `http://127.0.0.1:${port}`;
  const ask = async <T>(path: string): Promise<T> => ((await (await fetch(url + path)).json()) as { data: T }).data;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + 30_000; ;) {
    const failure = await Promise.race([
      ended,
      fetch(`${url}/-/ready`).then(
        (reply) => (reply.ok ? 'ready' : 'wait'),
        () => 'wait' as const,
      ),
    ]);
    if (failure === 'ready') break;
    if (failure !== 'wait' || Date.now() > deadline) {
      await stop();
      throw failure instanceof Error ? failure : new Error(`prometheus did not start: ${said.slice(-2_000)}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return {
    alerts: async () => (await ask<{ alerts: FiringAlert[] }>('/api/v1/alerts')).alerts,
    targets: async () => {
      const { activeTargets } = await ask<{
        activeTargets: { readonly labels: { readonly job: string }; readonly health: string; readonly lastError: string }[];
      }>('/api/v1/targets');
      return activeTargets.map(({ labels, health, lastError }) => ({ job: labels.job, health, error: lastError }));
    },
    stop,
  };
}
