import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { FraudConfig } from '../config/config.js';
import type { FraudSettings } from '../config/fraud.js';
import type { Database } from '../db/database.js';
import type { FraudGate } from '../domain/fraud.js';
import { createFraudGate } from '../fraud/create-gate.js';
import { type LimitStore, postgresLimits, redisLimits } from '../fraud/limit-store.js';
import type { Metrics } from '../observability/metrics.js';

/** The gate before every code, and where its limits are counted. */
export interface InstalledGate {
  readonly gate: FraudGate;
  readonly limits: LimitStore;
}

/** Builds the gate of an installation; limits are counted in Redis where the configuration names one. */
export function installFraudGate(
  { settings, redisUrl }: FraudConfig,
  deps: {
    readonly database: Database;
    readonly secret: Uint8Array;
    readonly clock: () => Date;
    readonly log: Logger;
    readonly metrics: Metrics;
  },
): InstalledGate {
  const limits =
    redisUrl === null
      ? postgresLimits(deps.database)
      : redisLimits({
          url: redisUrl.reveal(),
          onError: (error) => deps.log.warn({ err: error }, 'a connection to Redis broke: no code is sent until limits can be counted'),
        });
  return { limits, gate: createFraudGate({ ...deps, settings, limiters: limits.limiters, ids: randomUUID }) };
}

/** The rules for codes of the next channel, which nobody asked for: what is asked of a person or of their patience is not asked. */
export function forUnaskedCodes(config: FraudConfig): FraudConfig {
  const { settings } = config;
  return { ...config, settings: { ...settings, cooldown: { ...settings.cooldown, mode: 'off' } } satisfies FraudSettings };
}
