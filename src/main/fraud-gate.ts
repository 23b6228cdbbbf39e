import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { FraudConfig } from '../config/config.js';
import type { FraudSettings } from '../config/fraud.js';
import type { Database } from '../db/database.js';
import type { FraudGate } from '../domain/fraud.js';
import { createFraudGate } from '../fraud/create-gate.js';
import { openIpCountries } from '../fraud/ip-country.js';
import { type LimitStore, postgresLimits, redisLimits } from '../fraud/limit-store.js';
import type { HttpClient } from '../http/client.js';
import type { Metrics } from '../observability/metrics.js';

/** The gate before every code, and where its limits are counted. */
export interface InstalledGate {
  readonly gate: FraudGate;
  readonly limits: LimitStore;
}

/**
 * Builds the gate of an installation; limits are counted in Redis where the configuration names one.
 *
 * @throws Error if the file of addresses cannot be used
 */
export async function installFraudGate(
  { settings, redisUrl, captchaSecret, lookupSecret }: FraudConfig,
  deps: {
    readonly database: Database;
    readonly secret: Uint8Array;
    readonly http: HttpClient;
    readonly clock: () => Date;
    readonly log: Logger;
    readonly metrics: Metrics;
  },
): Promise<InstalledGate> {
  const { mode, database: addresses } = settings.ip_country;
  const ipCountries = mode === 'off' || addresses === undefined ? null : await openIpCountries(addresses);
  const limits =
    redisUrl === null
      ? postgresLimits(deps.database)
      : redisLimits({
          url: redisUrl.reveal(),
          onError: (error) => deps.log.warn({ err: error }, 'a connection to Redis broke: no code is sent until limits can be counted'),
        });
  const gate = createFraudGate({
    ...deps,
    settings,
    limiters: limits.limiters,
    outside: {
      http: deps.http,
      captchaSecret: captchaSecret?.reveal() ?? null,
      lookupSecret: lookupSecret?.reveal() ?? null,
      ipCountries,
    },
    ids: randomUUID,
  });
  return { limits, gate };
}

/** The rules for codes of the next channel, which nobody asked for: what is asked of a person or of their patience is not asked. */
export function forUnaskedCodes(config: FraudConfig): FraudConfig {
  const { settings } = config;
  const quiet: FraudSettings = {
    ...settings,
    cooldown: { ...settings.cooldown, mode: 'off' },
    user_agent: { mode: 'off' },
    ip_country: { mode: 'off' },
    // Whoever opened the verification solved it; that its codes are counted among those of people must stay so.
    captcha: { ...settings.captcha, resends: false },
    lookup: undefined,
  };
  return { ...config, settings: quiet };
}

/** Countries that codes are sent to; null where the rule refuses none. */
export function codeCountriesOf({ country }: FraudSettings): ReadonlySet<string> | null {
  return country.mode === 'enforce' ? new Set(country.allowed) : null;
}
