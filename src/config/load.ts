import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { MICROS_PER_UNIT } from '../domain/money.js';
import { DEFAULT_POLICY } from '../domain/policy.js';
import type { AlertsConfig, Config, EncryptionKey, PlatformConfig, ProviderIdentity, ServiceConfig, TemporalConfig } from './config.js';
import { joinCarriers } from './carriers.js';
import { ConfigError } from './config-error.js';
import { EMPTY_CONFIG_FILE, markupOf, readConfigFile } from './config-file.js';
import { parseEncryptionKeys } from './encryption-keys.js';
import type { Environment } from './environment.js';
import { fraudProblems } from './fraud.js';
import { joinProviders, type ProviderAccounts } from './providers.js';
import { Secret } from './secret.js';
import { readSecret, withSecretFiles } from './secret-files.js';
import { readTemporal } from './temporal.js';
import { verifyConfigOf } from './verify.js';
import { readVariables, type Variables } from './variables.js';

const KEYS_WANTED =
  'WATCHWORD_ENCRYPTION_KEYS is not set: expected id:base64 of 32 bytes (several separated by commas, the first encrypts); make one with: echo "k1:$(openssl rand -base64 32)"';
const TEMPORAL_WANTED = 'TEMPORAL_ADDRESS is not set: expected host:port of a Temporal server (or TEMPORAL_PROFILE)';
/** Units of the wallet's currency, granted when everything is embedded. */
const EMBEDDED_CREDIT = 10_000_000n;

/**
 * Reads the configuration of `npm start`, where whatever has no address is embedded.
 *
 * @throws ConfigError with every problem at once.
 */
export function loadPlatformConfig(environment: Environment): PlatformConfig {
  const parts = readParts(environment);
  const { variables, temporal, problems } = parts;
  const embedded = variables.DATABASE_URL === undefined && temporal === null;
  if (parts.encryptionKeys === null && !embedded && variables.WATCHWORD_ENCRYPTION_KEYS === undefined) {
    problems.push(`${KEYS_WANTED}; it is generated only when database and Temporal are both embedded`);
  }
  const simulators = variables.WATCHWORD_SIMULATORS === 'off' ? [] : parts.accounts.keyless;
  if (simulators.length + parts.accounts.usable.length + parts.carriers.usable.length === 0) problems.push(NO_PROVIDER);
  problems.push(...fraudSecretsMissing(parts));
  const config = commonPart(parts, embedded ? EMBEDDED_CREDIT : 0n);
  failOn(problems);
  return Object.freeze({
    ...config,
    databaseUrl: variables.DATABASE_URL === undefined ? null : new Secret(variables.DATABASE_URL),
    temporal,
    embeddedNamespace: variables.TEMPORAL_NAMESPACE ?? 'default',
    encryptionKeys: parts.encryptionKeys,
    simulators: Object.freeze(simulators),
    carrierSimulators: variables.WATCHWORD_SIMULATORS === 'off' ? [] : parts.carriers.toSimulate,
  });
}

const NO_PROVIDER =
  'no provider can be used: expected HEROSMS_API_KEY, FIVESIM_API_KEY or a provider in the file that WATCHWORD_CONFIG names (npm start simulates those without a key unless WATCHWORD_SIMULATORS is off)';

/** What a production process cannot do without. */
export interface ServiceNeeds {
  /** Whether it talks to providers and carriers and so needs at least one. */
  readonly providers: boolean;
}

/**
 * Reads the configuration of the API or a worker, which bring nothing themselves.
 *
 * @throws ConfigError with every problem at once.
 */
export function loadServiceConfig(environment: Environment, needs: ServiceNeeds): ServiceConfig {
  const parts = readParts(environment);
  const { variables, temporal, encryptionKeys, problems } = parts;
  if (variables.DATABASE_URL === undefined && !mentions(problems, 'DATABASE_URL'))
    problems.push('DATABASE_URL is not set: expected postgres://user:password@host:port/database');
  if (temporal === null && !mentions(problems, 'TEMPORAL_')) problems.push(TEMPORAL_WANTED);
  if (encryptionKeys === null && !mentions(problems, 'WATCHWORD_ENCRYPTION_KEYS')) problems.push(KEYS_WANTED);
  if (needs.providers && parts.accounts.usable.length + parts.carriers.usable.length === 0) problems.push(NO_PROVIDER);
  // Codes are asked for at the API: a worker needs neither secret.
  if (!needs.providers) problems.push(...fraudSecretsMissing(parts));
  const config = commonPart(parts, 0n);
  failOn(problems);
  return Object.freeze({
    ...config,
    databaseUrl: new Secret(variables.DATABASE_URL!),
    temporal: temporal!,
    encryptionKeys: encryptionKeys!,
  });
}

/**
 * Reads the one thing that a migration needs.
 *
 * @throws ConfigError if DATABASE_URL is missing or wrong.
 */
export function loadDatabaseUrl(environment: Environment): Secret {
  const problems: string[] = [];
  const { DATABASE_URL } = readVariables({ DATABASE_URL: readSecret(environment, 'DATABASE_URL', problems) }, problems);
  if (DATABASE_URL === undefined && problems.length === 0)
    problems.push('DATABASE_URL is not set: expected postgres://user:password@host:port/database');
  failOn(problems);
  return new Secret(DATABASE_URL!);
}

/**
 * Reads what promoting a version of the workers needs.
 *
 * @throws ConfigError if Temporal's address is missing, or anything of it is wrong.
 */
export function loadDeployment(environment: Environment): { readonly temporal: TemporalConfig; readonly buildId: string | null } {
  const problems: string[] = [];
  const { WATCHWORD_BUILD_ID } = readVariables({ WATCHWORD_BUILD_ID: environment['WATCHWORD_BUILD_ID'] }, problems);
  const temporal = readTemporal({ ...environment, TEMPORAL_API_KEY: readSecret(environment, 'TEMPORAL_API_KEY', problems) }, problems);
  if (temporal === null && problems.length === 0) problems.push(TEMPORAL_WANTED);
  failOn(problems);
  return { temporal: temporal!, buildId: WATCHWORD_BUILD_ID ?? null };
}

interface Parts {
  readonly variables: Variables;
  readonly environment: Environment;
  readonly temporal: TemporalConfig | null;
  readonly encryptionKeys: readonly EncryptionKey[] | null;
  readonly accounts: ProviderAccounts;
  readonly carriers: ReturnType<typeof joinCarriers>;
  readonly file: typeof EMPTY_CONFIG_FILE;
  readonly problems: string[];
}

function readParts(given: Environment): Parts {
  const problems: string[] = [];
  const environment = withSecretFiles(given, problems);
  const variables = readVariables(environment, problems);
  const file =
    (variables.WATCHWORD_CONFIG === undefined ? null : readConfigFile(resolve(variables.WATCHWORD_CONFIG), problems)) ?? EMPTY_CONFIG_FILE;
  const temporal = mentions(problems, 'TEMPORAL_ADDRESS') ? null : readTemporal(environment, problems);
  const text = variables.WATCHWORD_ENCRYPTION_KEYS;
  const encryptionKeys = text === undefined ? null : Object.freeze(parseEncryptionKeys(text, problems));
  const accounts = joinProviders(variables, file, environment, problems);
  const carriers = joinCarriers(
    file.carriers,
    {
      configPath: variables.WATCHWORD_CONFIG,
      simulated: variables.WATCHWORD_SIMULATED_CARRIERS,
      currency: file.currency,
      rates: file.rates,
      environment,
    },
    problems,
  );
  if (variables.WATCHWORD_API_KEY !== undefined && variables.WATCHWORD_API_KEY === variables.WATCHWORD_OPERATOR_KEY) {
    problems.push('WATCHWORD_API_KEY and WATCHWORD_OPERATOR_KEY are the same: expected two different keys');
  }
  if ((variables.WATCHWORD_ALERT_WEBHOOK_URL === undefined) !== (variables.WATCHWORD_ALERT_WEBHOOK_SECRET === undefined)) {
    problems.push(
      'WATCHWORD_ALERT_WEBHOOK_URL and WATCHWORD_ALERT_WEBHOOK_SECRET belong together: expected both, or neither (make a secret with: echo "whsec_$(openssl rand -base64 32)")',
    );
  }
  for (const id of Object.keys(file.alerts.low_balances)) {
    if (![...accounts.usable, ...accounts.keyless].some((account) => account.id === id))
      problems.push(`WATCHWORD_CONFIG: alerts.low_balances.${id}: no provider has this id`);
  }
  return { variables, environment, temporal, encryptionKeys, accounts, carriers, file, problems };
}

function commonPart({ variables, environment, accounts, carriers, file }: Parts, defaultCredit: bigint): Config {
  const cacheHome = environment['XDG_CACHE_HOME'];
  return {
    http: Object.freeze({ host: variables.HOST ?? '127.0.0.1', port: variables.PORT ?? 3000 }),
    dataDir: resolve(variables.WATCHWORD_DATA_DIR ?? '.watchword'),
    // The specification of XDG tells to ignore a relative path.
    cacheDir: join(cacheHome?.startsWith('/') ? cacheHome : join(environment['HOME'] || homedir(), '.cache'), 'watchword'),
    logLevel: variables.LOG_LEVEL ?? 'info',
    apiKey: variables.WATCHWORD_API_KEY === undefined ? null : new Secret(variables.WATCHWORD_API_KEY),
    operatorKey: variables.WATCHWORD_OPERATOR_KEY === undefined ? null : new Secret(variables.WATCHWORD_OPERATOR_KEY),
    apiCredit: variables.WATCHWORD_API_CREDIT ?? defaultCredit,
    metricsPort: variables.WATCHWORD_METRICS_PORT ?? null,
    temporalMetricsPort: variables.WATCHWORD_TEMPORAL_METRICS_PORT ?? null,
    buildId: variables.WATCHWORD_BUILD_ID ?? null,
    currency: file.currency,
    providers: Object.freeze(accounts.usable),
    carriers: Object.freeze(carriers.usable),
    knownProviders: Object.freeze([...accounts.usable, ...accounts.keyless]),
    markup: Object.freeze({
      standard: markupOf(file.markup),
      overrides: Object.freeze(
        file.markup.overrides.map((entry) =>
          Object.freeze({ service: entry.service ?? null, country: entry.country ?? null, markup: markupOf(entry) }),
        ),
      ),
    }),
    denied: Object.freeze({ services: new Set(file.denied.services), countries: new Set(file.denied.countries) }),
    policy: Object.freeze({ ...DEFAULT_POLICY, ...file.policy }),
    lossDailyCap: file.loss_daily_cap,
    keyBudgets: Object.freeze(file.key_limits),
    retentionMs: (variables.WATCHWORD_RETENTION_HOURS ?? 24) * 3_600_000,
    publicUrl: file.public_url?.replace(/\/+$/, '') ?? null,
    temporalUiUrl: variables.WATCHWORD_TEMPORAL_UI_URL?.replace(/\/$/, '') ?? null,
    codecOrigins: new Set(variables.WATCHWORD_CODEC_ORIGINS ?? []),
    alerts: alertsOf(variables, file, [...accounts.usable, ...accounts.keyless]),
    verify: verifyConfigOf(file.verify),
    fraud: Object.freeze({
      settings: file.fraud,
      redisUrl: secretOf(variables.REDIS_URL),
      captchaSecret: secretOf(variables.WATCHWORD_CAPTCHA_SECRET),
      lookupSecret: secretOf(variables.WATCHWORD_LOOKUP_SECRET),
    }),
  };
}

/** Ten units of the wallet's currency. */
const LOW_BALANCE = 10_000_000n;

function alertsOf(variables: Variables, file: Parts['file'], accounts: readonly ProviderIdentity[]): AlertsConfig {
  const { alerts } = file;
  const { WATCHWORD_ALERT_WEBHOOK_URL: url, WATCHWORD_ALERT_WEBHOOK_SECRET: secret } = variables;
  return Object.freeze({
    policy: Object.freeze({
      everyMs: alerts.every_ms,
      repeatMs: alerts.repeat_ms,
      gatherMs: alerts.gather_ms,
      deliverMs: alerts.deliver_ms,
      ledgerCheckMs: alerts.ledger_check_ms,
      ledgerCheckBoundMs: alerts.ledger_check_bound_ms,
    }),
    lowBalances: new Map(
      accounts.map(({ id, rateMicros }) => [id, alerts.low_balances[id] ?? (LOW_BALANCE * MICROS_PER_UNIT) / rateMicros]),
    ),
    verification: Object.freeze({
      spendDay: alerts.verification.spend_day,
      spendMonths: Object.freeze(alerts.verification.spend_month),
      deliveryPercent: alerts.verification.delivery_percent,
      deliverySeconds: alerts.verification.delivery_seconds,
      errorsPercent: alerts.verification.errors_percent,
      leastSample: alerts.verification.least_sample,
      phoneWishes: alerts.verification.phone_wishes,
      addressCodes: alerts.verification.address_codes,
    }),
    probeUrl: (alerts.probe_url ?? file.public_url)?.replace(/\/+$/, '') ?? null,
    webhook: url === undefined || secret === undefined ? null : Object.freeze({ url: new Secret(url), secret: new Secret(secret) }),
  });
}

function fraudSecretsMissing({ file, variables }: Parts): string[] {
  return fraudProblems(file.fraud, {
    captcha: variables.WATCHWORD_CAPTCHA_SECRET !== undefined,
    lookup: variables.WATCHWORD_LOOKUP_SECRET !== undefined,
  });
}

function secretOf(value: string | undefined): Secret | null {
  return value === undefined ? null : new Secret(value);
}

function mentions(problems: readonly string[], name: string): boolean {
  return problems.some((problem) => problem.startsWith(name));
}

function failOn(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}
