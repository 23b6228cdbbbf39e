import type { ConnectionOptions } from '@temporalio/client';
import type { AlertPolicy } from '../domain/alert-policy.js';
import type { VerificationBounds } from '../domain/alert-verification.js';
import type { KeyBudgets } from '../domain/key-budgets.js';
import type { Markup, Micros } from '../domain/money.js';
import type { Policy } from '../domain/policy.js';
import type { FraudSettings } from './fraud.js';
import type { Secret } from './secret.js';
import type { VerifyConfig } from './verify.js';

/** What every process of watchword is told. Frozen; built by {@link import('./load.js')} and passed in, never imported. */
export interface Config {
  readonly http: HttpConfig;
  /** Absolute path of the folder that keeps embedded databases, books and generated keys. */
  readonly dataDir: string;
  /** Absolute path of the folder for what can be made again: the Temporal binary, Postgres's programs. */
  readonly cacheDir: string;
  /** Lowest level that is logged. */
  readonly logLevel: LogLevel;
  /** Client key that exists at start; null if none was given. */
  readonly apiKey: Secret | null;
  /** Operator key that exists at start; null if none was given. */
  readonly operatorKey: Secret | null;
  /** Credit granted once to the new account of {@link Config.apiKey}, in micro units of {@link Config.currency}. */
  readonly apiCredit: Micros;
  /** Port on which a worker serves its metrics; null for none. */
  readonly metricsPort: number | null;
  /** Port on which a worker serves the metrics of Temporal's SDK; null for none. */
  readonly temporalMetricsPort: number | null;
  /** Version of the workers, for Temporal's worker versioning; null where workers are not versioned. */
  readonly buildId: string | null;
  /** ISO 4217 code of the wallet. */
  readonly currency: string;
  /** Provider accounts that can be used now, each with its key. */
  readonly providers: readonly ProviderConfig[];
  /** Every provider account of the installation, whether or not this process was given its key. */
  readonly knownProviders: readonly ProviderIdentity[];
  /** Carrier accounts that messages are sent by. */
  readonly carriers: readonly CarrierConfig[];
  readonly markup: MarkupConfig;
  readonly denied: DeniedConfig;
  readonly policy: Policy;
  /** The most that may be paid to users from `loss` in a day, in micro units (ORDERS.md, rule 21). */
  readonly lossDailyCap: Micros;
  readonly keyBudgets: KeyBudgets;
  /** Milliseconds that numbers, codes and texts are kept after an activation is over. */
  readonly retentionMs: number;
  /** Where providers reach our API for their hooks, without a trailing slash; null if hooks are not offered. */
  readonly publicUrl: string | null;
  /** Where the API reaches Temporal's Web UI, which it serves to operators; null where it does not. */
  readonly temporalUiUrl: string | null;
  /** Exact origins, besides the API's own, of a Web UI that may ask for decoded payloads. */
  readonly codecOrigins: ReadonlySet<string>;
  readonly alerts: AlertsConfig;
  readonly verify: VerifyConfig;
  readonly fraud: FraudConfig;
}

/** What a production process (API, worker, migrations) is told: everything outside it has an address. */
export interface ServiceConfig extends Config {
  /** `postgres://…` with its password. */
  readonly databaseUrl: Secret;
  readonly temporal: TemporalConfig;
  /** The first encrypts, all decrypt. Never empty. */
  readonly encryptionKeys: readonly EncryptionKey[];
}

/** What `npm start` is told: null is what it has to bring itself. */
export interface PlatformConfig extends Config {
  readonly databaseUrl: Secret | null;
  readonly temporal: TemporalConfig | null;
  /** Namespace to use on the embedded server. */
  readonly embeddedNamespace: string;
  /** Null when everything is embedded and none were given: they are generated under the data folder. */
  readonly encryptionKeys: readonly EncryptionKey[] | null;
  /** Providers without a key, to be started as simulators; empty with `WATCHWORD_SIMULATORS=off`. */
  readonly simulators: readonly SimulatorConfig[];
  /** Carriers to be started as simulators; empty where carriers are configured, or with `WATCHWORD_SIMULATORS=off`. */
  readonly carrierSimulators: readonly SimulatedCarrierConfig[];
}

export interface HttpConfig {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How to reach a Temporal server: what `@temporalio/envconfig` read from the environment and its profile file. */
export interface TemporalConfig {
  readonly address: string;
  readonly namespace: string;
  /** Address, TLS, API key and gRPC metadata, for `Connection` and `NativeConnection` alike. Not enumerable: it holds secrets. */
  readonly connection: TemporalConnectionOptions;
}

/** The options that the client's and the worker's connection have in common. */
export type TemporalConnectionOptions = Pick<ConnectionOptions, 'address' | 'tls' | 'metadata'> & { readonly apiKey?: string };

/** One AES-256 key under the id that encrypted data names it by. `key` is not enumerable, so that it is never printed. */
export interface EncryptionKey {
  readonly id: string;
  readonly key: Uint8Array;
}

export const PROVIDER_KINDS = ['handler_api', 'fivesim'] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** Shapes in which handler_api servers answer; null in the configuration leaves it to the adapter to recognise. */
export const HANDLER_DIALECTS = ['herosms', 'classic', 'hybrid'] as const;
export type HandlerDialect = (typeof HANDLER_DIALECTS)[number];

/** What describes a provider account whether it is real or simulated. */
export interface ProviderIdentity {
  /** Our id of the account: 1–32 characters of a-z 0-9 _ -; the ledger, queues and rows carry it. */
  readonly id: string;
  readonly kind: ProviderKind;
  /** Null: recognised from the replies. Always null for kinds without dialects. */
  readonly dialect: HandlerDialect | null;
  /** ISO 4217 code of the account. */
  readonly currency: string;
  /** Micro units of the wallet currency for one unit of the account's. */
  readonly rateMicros: bigint;
  readonly budget: RequestBudget;
  /** Smallest step, in micro units, that the provider's balance is declared to show (ORDERS.md, rule 15b). */
  readonly balanceGranularity: Micros;
  /** Milliseconds after a purchase before which the provider refuses a cancel; left to the adapter if missing. */
  readonly cancelAfterMs?: number;
}

/** A provider account that can be used. */
export interface ProviderConfig extends ProviderIdentity {
  /** Of handler_api the full URL of its PHP file, of 5SIM the base that ends in `/v1`. */
  readonly url: string;
  readonly apiKey: Secret;
  /** Whether it is one of our simulators. */
  readonly simulated: boolean;
}

/** A carrier account; `spec` names a shipped spec or is an absolute path, as `prices` is. */
export interface CarrierConfig {
  /** Our id of the account: 1–32 characters of a-z 0-9 _ -; the ledger, queues and rows carry it. */
  readonly id: string;
  readonly spec: string;
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Instead of the spec's own address. */
  readonly baseUrl: string | null;
  /** ISO 4217 code of the account. */
  readonly currency: string;
  /** Micro units of the wallet currency for one unit of the account's. */
  readonly rateMicros: bigint;
  readonly prices: string;
  /** Messages a second; null for what the spec says. */
  readonly perSecond: number | null;
  /** Used where a message names no sender. */
  readonly sender: string | null;
  /** Senders that are registered where a country wants that. */
  readonly senders: readonly string[];
  readonly simulated: boolean;
}

/** A carrier that runs as a simulator. */
export interface SimulatedCarrierConfig {
  readonly id: string;
  readonly dialect: 'json' | 'xml' | 'text';
}

/** A provider that has no key and therefore runs as a simulator. */
export type SimulatorConfig = ProviderIdentity;

/** How often one provider account may be asked, over all our processes (ORDERS.md, rule 24). */
export interface RequestBudget {
  readonly perSecond: number;
  /** Requests that may follow each other at once after a pause. */
  readonly burst: number;
}

/** What clients pay above the provider's price. */
export interface MarkupConfig {
  readonly standard: Markup;
  /** The first that fits wins; null fits everything. */
  readonly overrides: readonly MarkupOverride[];
}

export interface MarkupOverride {
  readonly service: string | null;
  readonly country: string | null;
  readonly markup: Markup;
}

/** How operators are told that something is wrong. */
export interface AlertsConfig {
  readonly policy: AlertPolicy;
  /** Below which balance an account is low, micro units of its currency, by provider. */
  readonly lowBalances: ReadonlyMap<string, Micros>;
  readonly verification: VerificationBounds;
  /** Base address whose public routes are asked, without a trailing slash; null for none. */
  readonly probeUrl: string | null;
  /** Where messages are sent, signed as Standard Webhooks says; null: the log alone is told. */
  readonly webhook: { readonly url: Secret; readonly secret: Secret } | null;
}

/** What is never sold. */
export interface DeniedConfig {
  readonly services: ReadonlySet<string>;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countries: ReadonlySet<string>;
}

/** What decides whether a code may be sent. */
export interface FraudConfig {
  readonly settings: FraudSettings;
  /** `redis://…` or `rediss://…` where limits are counted; null: in Postgres. */
  readonly redisUrl: Secret | null;
  /** The secret key of the CAPTCHA. */
  readonly captchaSecret: Secret | null;
  /** Of the account that lines are looked up with. */
  readonly lookupSecret: Secret | null;
}
