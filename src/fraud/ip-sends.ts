import type { FraudSettings } from '../config/fraud.js';
import type { FraudHashes } from './hashes.js';
import { limitOf, type LimiterFactory } from './limiters.js';
import type { Rule } from './rule.js';

/** Codes that one address (of IPv6 one /64) may ask for in a window; many people may share one behind a carrier's NAT. */
export function ipSendsRule(
  { mode, codes, minutes }: FraudSettings['ip_sends'],
  deps: { readonly limiters: LimiterFactory; readonly hashes: FraudHashes },
): Rule {
  const limiter = deps.limiters({ name: 'ip', points: codes, seconds: minutes * 60, kept: false });
  return {
    name: 'ip_sends',
    mode,
    async ask({ risk, ipHash }) {
      if (ipHash === null) return null;
      const count = await limitOf(limiter, deps.hashes.key('ip_sends', [risk.accountId, ipHash]));
      return count.over ? { verdict: 'limit', retryAfterMs: count.msBeforeNext, detail: { codes: count.consumed, minutes } } : null;
    },
  };
}
