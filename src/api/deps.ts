import type { Logger } from 'pino';
import type { Database } from '../db/database.js';
import type { VerificationBounds } from '../domain/alert-verification.js';
import type { ActivationCommands } from '../domain/activation-request.js';
import type { FraudGate } from '../domain/fraud.js';
import { DEFAULT_KEY_BUDGETS, type KeyBudgets } from '../domain/key-budgets.js';
import type { MessageCommands } from '../domain/message-request.js';
import type { VerificationCommands } from '../domain/verification-request.js';
import type { Markup } from '../domain/money.js';
import type { Metrics } from '../observability/metrics.js';
import type { Traces } from '../observability/traces.js';
import type { Keyring } from '../sealing/keyring.js';
import type { VerifyHashes } from '../sealing/verify-hashes.js';
import type { VerifySettings } from './start-verification.js';
import type { RemoteCodec } from '../temporal/remote-codec.js';
import type { CarrierHook, CarrierHookRequest } from './routes/carrier-hooks.js';

/** A webhook's news in our words; structurally what a provider's adapter reads out of its body. */
export interface HookNews {
  readonly providerOrderId: string;
  readonly code: string | null;
  readonly text: string | null;
}

/** Something that must work before traffic is welcome. */
export interface ReadinessCheck {
  /** Stable, lower case: `temporal`, `worker`. */
  readonly name: string;
  /** Resolves to null when all is well, else to what is wrong, in words for an operator and without secrets. */
  check(): Promise<string | null>;
}

/** Requests a key may make in a window of `seconds`. */
export interface Allowance {
  readonly points: number;
  readonly seconds: number;
}

/** What of the configuration the API uses. */
export interface ApiSettings {
  /** ISO 4217 code of the wallet. */
  readonly currency: string;
  readonly markupFor: (service: string, country: string) => Markup;
  readonly denied: { readonly services: ReadonlySet<string>; readonly countries: ReadonlySet<string> };
  readonly verify: VerifySettings;
  /** Countries that codes are sent to, ISO 3166-1 alpha-2 in upper case; null for all. */
  readonly codeCountries: ReadonlySet<string> | null;
  /** Below which balance an account is low, micro units of its currency, by provider id. */
  readonly lowBalances: ReadonlyMap<string, bigint>;
  readonly verificationBounds: VerificationBounds;
  /** Path token of each provider that may send hooks, by provider id. */
  readonly hookTokens: ReadonlyMap<string, string>;
  /** Path token of each carrier, by carrier id. */
  readonly carrierTokens: ReadonlyMap<string, string>;
  /** Where the world reaches this API, without a slash at the end; null where the configuration does not say. */
  readonly publicUrl: string | null;
  readonly services: readonly { readonly slug: string; readonly title: string }[];
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countries: readonly { readonly code: string; readonly name: string }[];
  /** Milliseconds that POST /v1/activations waits unless the client prefers otherwise. */
  readonly startWaitMs: number;
  /** Where this process reaches Temporal's Web UI (`http://127.0.0.1:8233`), to serve it to operators; null where it does not. */
  readonly temporalUiUrl: string | null;
  /** Exact origins besides our own whose pages may have payloads decoded for a signed-in operator. */
  readonly codecOrigins: ReadonlySet<string>;
  /** Whether an answer that its route did not declare is an error (tests, development) or a warning (production). */
  readonly strictAnswers: boolean;
  readonly limits?: Partial<ApiLimits>;
}

/** Bounds of one key or account; see {@link DEFAULT_LIMITS}. */
export interface ApiLimits {
  readonly read: Allowance;
  readonly command: Allowance;
  readonly purchase: Allowance;
  /** Event streams that one account may hold open at one process. */
  readonly streams: number;
  /** Milliseconds between heartbeats of a stream. */
  readonly heartbeatMs: number;
  /** Milliseconds after which a stream is ended, so that its key is asked for again. */
  readonly streamMs: number;
}

/** What a key may ask for in a minute, as the limits have it. */
export function minutely({ read, command, purchase }: KeyBudgets): Pick<ApiLimits, 'read' | 'command' | 'purchase'> {
  const inMinute = (points: number): Allowance => ({ points, seconds: 60 });
  return { read: inMinute(read), command: inMinute(command), purchase: inMinute(purchase) };
}

export const DEFAULT_LIMITS: ApiLimits = Object.freeze({
  ...minutely(DEFAULT_KEY_BUDGETS),
  streams: 50,
  heartbeatMs: 15_000,
  streamMs: 900_000,
});

/** Everything the API needs; built in `src/main`. */
export interface ApiDeps {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly commands: ActivationCommands;
  readonly messageCommands: MessageCommands;
  readonly verificationCommands: VerificationCommands;
  /** Asked before every code. */
  readonly gate: FraudGate;
  readonly verifyHashes: VerifyHashes;
  /** Opens Temporal's payloads for operators. */
  readonly codec: RemoteCodec;
  readonly clock: () => Date;
  /** A new UUID. */
  readonly ids: () => string;
  readonly log: Logger;
  /** The same that `log` names the trace by. */
  readonly traces: Traces;
  readonly metrics: Metrics;
  readonly settings: ApiSettings;
  /** What the provider's adapter makes of a hook's parsed body; null if it is none of that provider's. */
  readonly readHook: (provider: string, body: unknown) => HookNews | null;
  /** What a carrier's adapter makes of its hook; null for a carrier that is not configured. */
  readonly readCarrierHook: (carrier: string, request: CarrierHookRequest) => Promise<CarrierHook | null>;
  /** Checks beside `postgres` and `prices`, which the API makes itself. */
  readonly readiness: readonly ReadinessCheck[];
  /** Has every provider's price list read now, unless that is under way. @throws DomainError `unavailable` */
  readonly refreshPrices: () => Promise<void>;
  /** Success rate (0 to 1) that decayed counts of our own outcomes speak for. */
  readonly posterior: (counts: { readonly successes: number; readonly failures: number }) => number;
}
