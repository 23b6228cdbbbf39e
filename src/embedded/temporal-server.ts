import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { freePort } from './free-port.js';
import { type KeptProcess, startKept } from './kept-process.js';
import type { EmbeddedOptions } from './postgres.js';
import { withProgress } from './progress.js';
import { findTemporal } from './temporal-binary.js';

export interface TemporalServerOptions extends EmbeddedOptions {
  readonly namespace: string;
  /** Names of search attributes of type Keyword. */
  readonly searchAttributes: readonly string[];
  /** Milliseconds that closed workflows stay to be read; a day at least, which is also the default. */
  readonly retentionMs?: number;
  /** The variables of this process, for finding or building the program. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Keeps everything in memory and serves no Web UI: for tests only. */
  readonly fast?: boolean;
  readonly preferredUiPort?: number;
  /** Where the Web UI is found behind the API, which serves it to operators: the path it expects, and the codec it asks. */
  readonly ui?: { readonly publicPath: string; readonly codecEndpoint: string };
  /** Aborting it ends a download or build of the program. */
  readonly signal?: AbortSignal;
}

/** A Temporal dev server of our own. */
export interface EmbeddedTemporal extends Omit<KeptProcess, 'pid'> {
  readonly port: number;
  readonly address: string;
  /** Of the Web UI; null where it is off. */
  readonly uiUrl: string | null;
  readonly uiPort: number | null;
}

/**
 * Measured with server 1.29.1: the queue readers' default of 20 polls a second costs 50 ms at every step, and four
 * partitions a task queue cost polls without bringing anything on one machine. The new matcher serves tasks by priority.
 */
const DYNAMIC_CONFIG = {
  'history.transferProcessorMaxPollRPS': 1_000,
  'history.timerProcessorMaxPollRPS': 1_000,
  'history.visibilityProcessorMaxPollRPS': 1_000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.useNewMatcher': true,
};
const ATTEMPTS = 5;
const START_MS = 60_000;
/** Temporal keeps closed workflows for no less than this. */
const LEAST_RETENTION_MS = 86_400_000;

/**
 * Starts a Temporal dev server on 127.0.0.1 with its state in `<dataDir>/temporal/state.db`.
 *
 * @throws Error that says what is in the way and what to do.
 */
export async function startTemporal(options: TemporalServerOptions): Promise<EmbeddedTemporal> {
  const { dataDir, report, fast = false } = options;
  const command = await findTemporal(options);
  const folder = join(dataDir, 'temporal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logFile = join(dataDir, 'logs', 'temporal.log');

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? options.preferredPort : 0);
    const uiPort = fast ? null : await freePort(attempt === 1 ? options.preferredUiPort : 0);
    const server = await startKept(
      {
        name: 'temporal',
        command,
        args: argumentsOf(options, port, uiPort, join(folder, 'state.db')),
        // HOME keeps it from asking where its own settings are; nothing of the user's Temporal profile may reach it.
        env: { HOME: folder, ...(options.env['PATH'] === undefined ? {} : { PATH: options.env['PATH'] }) },
        folder,
        logFile,
        runFolder: join(dataDir, 'run'),
        stopSignal: 'SIGTERM',
        stopMs: 10_000,
      },
      report,
    );
    const address = `127.0.0.1:${port}`;
    try {
      await withProgress(report, 'Starting Temporal', () => untilReady(server, address, options, logFile));
      return { ...server, port, address, uiPort, uiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}` };
    } catch (error) {
      await server.stop();
      if (attempt < ATTEMPTS && error instanceof PortTakenError) continue;
      throw error;
    }
  }
}

class PortTakenError extends Error {}

/** Lines of its log's end: a stack of every goroutine is long. */
const LOOKED_AT = 400;

function argumentsOf(options: TemporalServerOptions, port: number, uiPort: number | null, database: string): string[] {
  const flags: readonly (readonly [string, string])[] = [
    ['ip', '127.0.0.1'],
    ['port', String(port)],
    ['namespace', options.namespace],
    ['log-level', 'warn'],
    ['log-format', 'json'],
    uiPort === null ? ['headless', 'true'] : ['ui-port', String(uiPort)],
    ...(options.ui === undefined || uiPort === null
      ? []
      : ([
          ['ui-public-path', options.ui.publicPath],
          ['ui-codec-endpoint', options.ui.codecEndpoint],
        ] as const)),
    ...(options.fast === true ? [] : ([['db-filename', database]] as const)),
    ...options.searchAttributes.map((name) => ['search-attribute', `${name}=Keyword`] as const),
    ...Object.entries(DYNAMIC_CONFIG).map(([key, value]) => ['dynamic-config-value', `${key}=${JSON.stringify(value)}`] as const),
  ];
  return ['server', 'start-dev', ...flags.map(([name, value]) => `--${name}=${value}`)];
}

async function untilReady(
  server: KeptProcess,
  address: string,
  { namespace, retentionMs = 0 }: TemporalServerOptions,
  logFile: string,
): Promise<void> {
  const connection = Connection.lazy({ address, connectTimeout: 2_000 });
  try {
    for (const deadline = Date.now() + START_MS; ;) {
      if (server.hasExited()) {
        const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOOKED_AT);
        // It takes ports of its own besides, and panics where another program was faster: what it says stands above its stack.
        if (lines.some((line) => /address already in use|can't set up .* port|port .* in use/i.test(line)))
          throw new PortTakenError('the port was taken');
        const panic = lines.find((line) => line.startsWith('panic:'));
        const said = [...(panic === undefined ? [] : [panic]), ...lines.slice(-8)].join('\n');
        throw new Error(`the Temporal server ended right after its start; the end of ${logFile}:\n${said}`);
      }
      try {
        await connection.withDeadline(Date.now() + 2_000, () => connection.workflowService.describeNamespace({ namespace }));
        const config = { workflowExecutionRetentionTtl: msToTs(Math.max(LEAST_RETENTION_MS, retentionMs)) };
        await connection.workflowService.updateNamespace({ namespace, config });
        return;
      } catch (error) {
        if (Date.now() > deadline)
          throw new Error(`the Temporal server did not become ready within ${START_MS / 1_000} s; see ${logFile}`, { cause: error });
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  } finally {
    await connection.close();
  }
}
