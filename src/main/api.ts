import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { createApi } from '../api/app.js';
import { minutely } from '../api/deps.js';
import type { ServiceConfig } from '../config/config.js';
import { readEnvironment } from '../config/environment.js';
import { loadServiceConfig } from '../config/load.js';
import { markupFor } from '../worker/markup.js';
import { spendLimitsOf } from '../worker/verify-deps.js';
import { openDatabase } from '../db/database.js';
import { ensureKey, type KeyRole } from '../db/keys.js';
import { SCHEDULES } from '../domain/names.js';
import { COUNTRIES } from '../domain/countries.js';
import { posterior } from '../domain/scoring.js';
import { SERVICES } from '../domain/services.js';
import { grant } from '../ledger/credit.js';
import { createMetrics } from '../observability/metrics.js';
import { createTraces, type Traces } from '../observability/traces.js';
import { createLogger, type Log } from '../observability/logger.js';
import { createHttpClient } from '../http/client.js';
import { readHook } from '../providers/handler-api/hook.js';
import { createKeyring } from '../sealing/keyring.js';
import { createVerifyHashes } from '../sealing/verify-hashes.js';
import { createActivationCommands } from '../temporal/activations.js';
import { triggerSchedule } from '../temporal/schedules.js';
import { createTemporalClient } from '../temporal/connection.js';
import { createDataConverter } from '../temporal/data-converter.js';
import { createMessageCommands } from '../temporal/message-commands.js';
import { createVerificationCommands } from '../temporal/verification-commands.js';
import { createPayloadCodec } from '../temporal/payload-codec.js';
import { createRemoteCodec } from '../temporal/remote-codec.js';
import { runEntry } from './entry.js';
import { installCarriers } from './carriers.js';
import { codeCountriesOf, type InstalledGate, installFraudGate } from './fraud-gate.js';
import { listen } from './http-server.js';
import { hookToken, readInstallationSecret } from './installation.js';
import { sayReady } from './say-ready.js';
import { listenForShutdown } from './shutdown.js';
import { temporalReadiness } from './temporal-readiness.js';

/** How long answers in flight may take once the API is to end. */
const GRACE_MS = 10_000;

await runEntry({
  command: 'npm run start:api',
  help: `
Runs the HTTP API alone. It needs a migrated database (npm run migrate) and a Temporal server, and starts no worker. Any number
of them may run beside each other. /healthz answers while the process lives, /readyz once traffic is welcome.

Environment, required: DATABASE_URL, TEMPORAL_ADDRESS (or TEMPORAL_PROFILE), WATCHWORD_ENCRYPTION_KEYS.
Optional: HOST, PORT, WATCHWORD_API_KEY, WATCHWORD_OPERATOR_KEY, WATCHWORD_API_CREDIT, WATCHWORD_CONFIG, LOG_LEVEL and the rest
of docs/configuration.md. It needs no provider's key.`,
  run: async () => {
    const config = loadServiceConfig(readEnvironment(), { providers: false });
    const traces = createTraces();
    const log = createLogger({ process: 'api', level: config.logLevel, traces });
    const shutdown = listenForShutdown();
    await serve(config, log, traces, shutdown.wanted);
  },
});

async function serve(config: ServiceConfig, log: Log, traces: Traces, end: Promise<void>): Promise<void> {
  const clock = () => new Date();
  const database = openDatabase({
    url: config.databaseUrl.reveal(),
    applicationName: 'watchword-api',
    onError: (error) => log.warn({ err: error }, 'a database connection broke while it was idle'),
  });
  const temporal = createTemporalClient(config.temporal, createDataConverter(config.encryptionKeys), traces);
  const http = createHttpClient({ clock: { now: () => Date.now() } });
  let fraud: InstalledGate | null = null;
  try {
    const secret = await readInstallationSecret(database);
    await ensureKeys(config, database, log);
    const carriers = installCarriers(config, secret, { http, clock });
    const hooked = config.knownProviders.filter(({ kind }) => kind === 'handler_api');
    const metrics = createMetrics('api');
    fraud = await installFraudGate(config.fraud, { database, secret, http, clock, log, metrics });
    const api = await createApi({
      database,
      keyring: createKeyring(config.encryptionKeys),
      commands: createActivationCommands({ client: temporal.client, secret, policy: config.policy }),
      messageCommands: createMessageCommands({ client: temporal.client, secret }),
      verificationCommands: createVerificationCommands({ client: temporal.client, secret }),
      gate: fraud.gate,
      verifyHashes: createVerifyHashes(secret),
      readCarrierHook: async (carrier, request) => (await carriers.adapters.get(carrier)?.readHook(request)) ?? null,
      codec: createRemoteCodec(createPayloadCodec(config.encryptionKeys)),
      clock,
      ids: randomUUID,
      log,
      metrics,
      traces,
      readHook: (provider, body) => (hooked.some(({ id }) => id === provider) ? readHook(body) : null),
      readiness: temporalReadiness(temporal, clock),
      refreshPrices: () => triggerSchedule(temporal.client, SCHEDULES.prices),
      posterior: (counts) => posterior(counts).mean,
      settings: {
        currency: config.currency,
        markupFor: (service, country) => markupFor(config.markup, service, country),
        denied: config.denied,
        verify: {
          ...config.verify,
          limits: spendLimitsOf(config.verify.spend),
          deniedCountries: config.denied.countries,
          testNumbers: new Map(config.verify.testNumbers.map((one) => [one.number, one])),
        },
        codeCountries: codeCountriesOf(config.fraud.settings),
        lowBalances: config.alerts.lowBalances,
        verificationBounds: config.alerts.verification,
        hookTokens: new Map(hooked.map(({ id }) => [id, hookToken(secret, id)])),
        carrierTokens: carriers.tokens,
        publicUrl: config.publicUrl,
        services: SERVICES,
        countries: COUNTRIES,
        startWaitMs: config.policy.startWaitMs,
        temporalUiUrl: config.temporalUiUrl,
        codecOrigins: config.codecOrigins,
        strictAnswers: false,
        limits: minutely(config.keyBudgets),
      },
    });
    const server = await listen(api, config.http);
    sayReady(log, { url: server.url }, `the API listens on ${server.url}`);
    await end;
    log.info('the API ends');
    await server.close(() => api.close(), GRACE_MS);
  } finally {
    await Promise.allSettled([fraud?.limits.close(), database.close(), temporal.close(), http.close()]);
  }
}

/** The keys of the environment exist from the start; a new client key's account gets its credit once. */
async function ensureKeys(config: ServiceConfig, database: ReturnType<typeof openDatabase>, log: Log): Promise<void> {
  const wanted: readonly (readonly [KeyRole, string | undefined, bigint])[] = [
    ['client', config.apiKey?.reveal(), config.apiCredit],
    ['operator', config.operatorKey?.reveal(), 0n],
  ];
  for (const [role, key, credit] of wanted) {
    if (key === undefined) continue;
    const { created } = await ensureKey(
      {
        database,
        ids: uuidv7,
        grant: async (sql, gift) => {
          await grant(sql, { ...gift, currency: config.currency });
        },
      },
      { role, key, name: `first ${role}`, credit },
    );
    if (created) log.info({ role }, `the ${role} key of the environment was made`);
  }
}
