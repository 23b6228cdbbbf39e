import type { FraudConfig } from '../config/config.js';
import type { FraudGate } from '../domain/fraud.js';
import { createFraudGate, type FraudGateDeps } from './create-gate.js';
import { openIpCountries } from './ip-country.js';
import { postgresLimits, redisLimits } from './limit-store.js';

/** A gate with what it holds open. */
export interface OpenFraudGate {
  readonly gate: FraudGate;
  /** Whether limits can be counted: null when all is well, else what is wrong. */
  check(): Promise<string | null>;
  close(): Promise<void>;
}

/**
 * Opens the gate that the configuration describes, with its connection to Redis where one is named.
 *
 * @throws Error if the file of addresses cannot be used
 */
export async function openFraudGate(
  config: FraudConfig,
  deps: Pick<FraudGateDeps, 'database' | 'secret' | 'http' | 'clock' | 'ids' | 'log' | 'metrics'>,
): Promise<OpenFraudGate> {
  const { settings } = config;
  const { mode, database: addresses } = settings.ip_country;
  const ipCountries = mode === 'off' || addresses === undefined ? null : await openIpCountries(addresses);
  const limits =
    config.redisUrl === null
      ? postgresLimits(deps.database)
      : redisLimits({
          url: config.redisUrl.reveal(),
          onError: (error) => deps.log.warn({ error: error.message.slice(0, 200) }, 'the connection to Redis broke'),
        });
  const gate = createFraudGate({
    ...deps,
    settings,
    limiters: limits.limiters,
    captchaSecret: config.captchaSecret?.reveal() ?? null,
    lookupSecret: config.lookupSecret?.reveal() ?? null,
    ipCountries,
  });
  return { gate, check: () => limits.check(), close: () => limits.close() };
}
