import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { FraudSettings } from '../config/fraud.js';
import type { FraudHashes } from './hashes.js';
import { limitOf, type LimiterFactory } from './limiters.js';
import { STRANGERS, type Budget, type NumberBudget } from './number-budget.js';
import type { Rule } from './rule.js';

/** The rule, and what clears it. */
export interface NumberSends {
  readonly rule: Rule;
  /** Forgets what was counted for a number, in the strangers' budget and in those named. */
  clear(accountId: string, numberHash: string, budgets: readonly Budget[]): Promise<void>;
}

/**
 * So many codes to a number in any 24 hours. Each code takes a place that is free again a full window after it, so no moment
 * lies in a window with more; a counter that begins anew each window would let twice as many through around its edge.
 */
export function numberSends(
  settings: FraudSettings['number_sends'],
  deps: { readonly limiters: LimiterFactory; readonly hashes: FraudHashes; readonly budgetOf: NumberBudget },
): NumberSends {
  const { mode, codes, hours } = settings;
  const place = deps.limiters({ name: 'number', points: 1, seconds: hours * 3_600 });
  const placesOf = (budget: Budget) => (budget.kind === 'strangers' ? codes : settings.own_codes);
  const keyOf = (accountId: string, numberHash: string, { lane }: Budget, index: number) =>
    deps.hashes.key('number_sends', [accountId, numberHash, lane, String(index)]);
  return {
    rule: {
      name: 'number_sends',
      mode,
      async ask(asked) {
        const { accountId, numberHash } = asked.risk;
        const budget = await deps.budgetOf(asked);
        const places = placesOf(budget);
        const waits = await takePlace(place, places, (index) => keyOf(accountId, numberHash, budget, index));
        if (waits === null) return null;
        return { verdict: 'limit', retryAfterMs: waits, detail: { codes: places, hours, budget: budget.kind } };
      },
    },
    async clear(accountId, numberHash, budgets) {
      const keys = [STRANGERS, ...budgets].flatMap((budget) =>
        Array.from({ length: placesOf(budget) }, (_, index) => keyOf(accountId, numberHash, budget, index)),
      );
      await Promise.all(keys.map((key) => place.delete(key)));
    },
  };
}

/** Takes the first free place. @returns null, or the milliseconds until one is free */
async function takePlace(limiter: RateLimiterAbstract, places: number, keyOf: (index: number) => string): Promise<number | null> {
  let soonest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < places; index += 1) {
    const { over, msBeforeNext } = await limitOf(limiter, keyOf(index));
    if (!over) return null;
    soonest = Math.min(soonest, msBeforeNext);
  }
  return soonest;
}
