import type { FraudSettings } from '../config/fraud.js';
import { busiestHour } from '../db/fraud-prefixes.js';
import type { Sql } from '../db/database.js';
import type { FraudHashes } from './hashes.js';
import { limitOf, type LimiterFactory } from './limiters.js';
import { remembered } from './remembered.js';
import type { Rule } from './rule.js';

const HOUR = 3_600;
/** The past changes slowly: it is read again after so long. */
const PAST_MS = 600_000;

/**
 * Codes an hour to one prefix: above a ceiling, or far above the busiest hour of its own past. Whoever pumps traffic has a
 * few thousand numbers side by side, at a carrier that pays him.
 */
export function prefixVelocityRule(
  settings: FraudSettings['prefix_velocity'],
  deps: { readonly sql: Sql; readonly limiters: LimiterFactory; readonly hashes: FraudHashes },
): Rule {
  const { mode, ceiling, least, factor } = settings;
  const limiter = deps.limiters({ name: 'prefix', points: ceiling, seconds: HOUR, kept: false });
  const pastOf = remembered(PAST_MS, (accountId: string, prefix: string, now: Date) =>
    busiestHour(deps.sql, { accountId, prefix, until: new Date(now.getTime() - HOUR * 1000), days: settings.past_days }),
  );
  return {
    name: 'prefix_velocity',
    mode,
    async ask({ risk, prefix, now }) {
      const count = await limitOf(limiter, deps.hashes.key('prefix_velocity', [risk.accountId, prefix]));
      const past = await pastOf([risk.accountId, prefix], now, risk.accountId, prefix, now);
      const usual = Math.min(ceiling, Math.max(least, Math.ceil(factor * past)));
      if (count.consumed <= usual) return null;
      return {
        verdict: 'limit',
        retryAfterMs: count.msBeforeNext,
        detail: { prefix, codes: count.consumed, usual, busiest_hour: past, over_ceiling: count.consumed > ceiling },
      };
    },
  };
}
