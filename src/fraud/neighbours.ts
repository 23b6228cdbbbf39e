import type { FraudSettings } from '../config/fraud.js';
import type { FraudHashes } from './hashes.js';
import { limitOf, type LimiterFactory } from './limiters.js';
import type { Rule } from './rule.js';

/** Numbers that differ in their last three digits only. */
const BLOCK_DIGITS = 3;

/** Different numbers out of one block of a thousand: people’s phones are not neighbours, a bought block’s are. */
export function neighboursRule(
  { mode, numbers, minutes }: FraudSettings['neighbours'],
  deps: { readonly limiters: LimiterFactory; readonly hashes: FraudHashes },
): Rule {
  const seconds = minutes * 60;
  const seen = deps.limiters({ name: 'neighbour', points: 1, seconds, kept: false });
  const block = deps.limiters({ name: 'block', points: numbers, seconds, kept: false });
  return {
    name: 'neighbours',
    mode,
    async ask({ risk }) {
      const key = deps.hashes.key('neighbours', [risk.accountId, risk.number.slice(0, -BLOCK_DIGITS)]);
      const known = await limitOf(seen, deps.hashes.key('neighbour', [key, risk.numberHash]));
      if (known.over) return null;
      const count = await limitOf(block, key);
      return count.over ? { verdict: 'block', detail: { numbers: count.consumed, minutes } } : null;
    },
  };
}
