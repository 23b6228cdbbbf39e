import type { FraudSettings } from '../config/fraud.js';
import type { FraudHashes } from './hashes.js';
import { limitOf, type LimiterFactory } from './limiters.js';
import type { NumberBudget } from './number-budget.js';
import type { Rule } from './rule.js';

/** A pause between the codes of one number and purpose, so that an impatient thumb does not pay three times. */
export function cooldownRule(
  { mode, seconds }: FraudSettings['cooldown'],
  deps: { readonly limiters: LimiterFactory; readonly hashes: FraudHashes; readonly budgetOf: NumberBudget },
): Rule {
  const limiter = deps.limiters({ name: 'cooldown', points: 1, seconds, kept: false });
  return {
    name: 'cooldown',
    mode,
    async ask(asked) {
      const { risk } = asked;
      // By budget, so that a stranger who asks and asks does not keep the number's owner waiting.
      const { lane } = await deps.budgetOf(asked);
      const count = await limitOf(limiter, deps.hashes.key('cooldown', [risk.accountId, risk.numberHash, risk.purpose, lane]));
      return count.over ? { verdict: 'limit', retryAfterMs: count.msBeforeNext, detail: { seconds } } : null;
    },
  };
}
