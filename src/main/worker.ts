import { fileURLToPath } from 'node:url';
import { Runtime } from '@temporalio/worker';
import type { ServiceConfig } from '../config/config.js';
import { readEnvironment } from '../config/environment.js';
import { loadServiceConfig } from '../config/load.js';
import { openDatabase } from '../db/database.js';
import { dearTexts } from '../domain/code-costs.js';
import { createHttpClient } from '../http/client.js';
import { createMetrics } from '../observability/metrics.js';
import { createTraces, type Traces } from '../observability/traces.js';
import { createLogger, type Log } from '../observability/logger.js';
import { temporalTelemetry } from '../observability/temporal-telemetry.js';
import { temporalLogger } from '../observability/temporal-log.js';
import { createKeyring } from '../sealing/keyring.js';
import { newCode } from '../sealing/new-code.js';
import { createVerifyHashes } from '../sealing/verify-hashes.js';
import { segmentsOf } from '../send/segments.js';
import { createTemporalClient } from '../temporal/connection.js';
import { createDataConverter } from '../temporal/data-converter.js';
import { excessRetentionMs } from '../temporal/retention.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';
import { createWorkerConnection } from '../temporal/worker-connection.js';
import { createWorkers, type Workers } from '../worker/workers.js';
import { listen } from './http-server.js';
import { installCarriers } from './carriers.js';
import { forUnaskedCodes, installFraudGate } from './fraud-gate.js';
import { readInstallationSecret } from './installation.js';
import { metricsAnswering } from './metrics-server.js';
import { runEntry } from './entry.js';
import { sayReady } from './say-ready.js';
import { listenForShutdown } from './shutdown.js';

/** Every provider queue's watcher, purchases and the price reader use it at once. */
const POOL_SIZE = 20;

await runEntry({
  command: 'npm run start:worker',
  help: `
Runs workers alone: workflows, their activities and the calls to providers. They need a migrated database (npm run migrate), a
Temporal server, and the keys of the providers. Any number may run beside each other; a request budget in the database holds
for all of them together.

Environment, required: DATABASE_URL, TEMPORAL_ADDRESS (or TEMPORAL_PROFILE), WATCHWORD_ENCRYPTION_KEYS, and at least one
provider: HEROSMS_API_KEY, FIVESIM_API_KEY or one in the file that WATCHWORD_CONFIG names.
Optional: LOG_LEVEL and the rest of docs/configuration.md.`,
  run: async () => {
    const config = loadServiceConfig(readEnvironment(), { providers: true });
    const traces = createTraces();
    const log = createLogger({ process: 'worker', level: config.logLevel, traces });
    // The SDK would end the workers by itself on a signal, before we know of it.
    Runtime.install({
      logger: temporalLogger(log),
      shutdownSignals: [],
      telemetryOptions: temporalTelemetry(
        config.temporalMetricsPort === null ? null : { ...config.http, port: config.temporalMetricsPort },
      ),
    });
    const shutdown = listenForShutdown();
    await work(config, log, traces, shutdown.wanted);
  },
});

async function work(config: ServiceConfig, log: Log, traces: Traces, end: Promise<void>): Promise<void> {
  const clock = () => new Date();
  const database = openDatabase({
    url: config.databaseUrl.reveal(),
    applicationName: 'watchword-worker',
    poolSize: POOL_SIZE,
    onError: (error) => log.warn({ err: error }, 'a database connection broke while it was idle'),
  });
  const dataConverter = createDataConverter(config.encryptionKeys);
  const temporal = createTemporalClient(config.temporal, dataConverter, traces);
  const http = createHttpClient({ clock: { now: () => Date.now() } });
  const closing: (() => Promise<unknown>)[] = [() => database.close(), () => temporal.close(), () => http.close()];
  try {
    const connection = await createWorkerConnection(config.temporal);
    closing.unshift(() => connection.close());
    await ensureSearchAttributes(temporal.client);
    const keptMs = await excessRetentionMs(temporal.client, config.retentionMs);
    if (keptMs !== null)
      log.warn(
        { hours: keptMs / 3_600_000 },
        'the Temporal namespace keeps closed workflows longer than WATCHWORD_RETENTION_HOURS: lower its retention (docs/privacy.md)',
      );
    const metrics = createMetrics('worker');
    let workers: Workers | null = null;
    if (config.metricsPort !== null) {
      const server = await listen(
        metricsAnswering(metrics, () => workers?.isPolling() ?? false),
        { host: config.http.host, port: config.metricsPort },
      );
      closing.unshift(() => server.close(async () => {}, 1_000));
      log.info({ url: `${server.url}/metrics` }, 'metrics are served');
    }
    for (const dear of dearTexts(config.verify.texts, segmentsOf)) {
      log.warn(dear, 'a template of codes is dear: each segment is paid for (docs/verify-templates.md)');
    }
    const secret = await readInstallationSecret(database);
    const carriers = installCarriers(config, secret, { http, clock });
    const fraud = await installFraudGate(forUnaskedCodes(config.fraud), { database, http, secret, clock, log, metrics });
    closing.unshift(() => fraud.limits.close());
    closing.unshift(() => Promise.all(Array.from(carriers.adapters.values(), (carrier) => carrier.close())));
    const created = await createWorkers({
      config,
      database,
      keyring: createKeyring(config.encryptionKeys),
      http,
      client: temporal.client,
      connection,
      namespace: config.temporal.namespace,
      dataConverter,
      workflowBundlePath: fileURLToPath(new URL('../workflow-bundle.js', import.meta.url)),
      buildId: config.buildId,
      carriers,
      receiptUrl: carriers.receiptUrl,
      newCode,
      hashes: createVerifyHashes(secret),
      gate: fraud.gate,
      metrics,
      traces,
      log,
      clock,
    });
    workers = created;
    const running = created.run();
    void end.then(() => {
      log.info('the workers end');
      created.shutdown();
    });
    await Promise.race([untilPolling(created), running]);
    sayReady(
      log,
      { providers: config.providers.map(({ id }) => id), carriers: config.carriers.map(({ id }) => id) },
      'the workers ask for work',
    );
    await running;
  } finally {
    for (const close of closing)
      await close().catch((error: unknown) => log.warn({ err: error }, 'something could not be closed in order'));
  }
}

async function untilPolling(workers: Workers): Promise<void> {
  while (!workers.isPolling()) await new Promise((done) => setTimeout(done, 20));
}
