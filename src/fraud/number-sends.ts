import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { FraudSettings } from '../config/fraud.js';
import type { FraudHashes } from './hashes.js';
import { limitOf, type LimiterFactory } from './limiters.js';
import { HUMANS, STRANGERS, type Budget, type NumberBudget } from './number-budget.js';
import type { Asked, Counter } from './rule.js';

/** The rule, and what clears it. */
export interface NumberSends {
  readonly rule: Counter;
  /** Forgets what was counted for a number, in the budgets that all share and in those named. */
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
  const place = deps.limiters({ name: 'number', points: 1, seconds: hours * 3_600, kept: true });
  const { own_codes: own, captcha_codes: captcha } = settings;
  const placesOf = ({ kind }: Budget) => ({ strangers: codes, captcha, subject: own, ip: own })[kind];
  const keyOf = (accountId: string, numberHash: string, { lane }: Budget, index: number) =>
    deps.hashes.key('number_sends', [accountId, numberHash, lane, String(index)]);
  const taken = new WeakMap<Asked, string>();
  return {
    rule: {
      name: 'number_sends',
      mode,
      async ask(asked) {
        const { accountId, numberHash } = asked.risk;
        const budget = await deps.budgetOf(asked);
        const places = placesOf(budget);
        const found = await takePlace(
          place,
          Array.from({ length: places }, (_, index) => keyOf(accountId, numberHash, budget, index)),
        );
        if ('waitMs' in found)
          return { verdict: 'limit', retryAfterMs: found.waitMs, detail: { codes: places, hours, budget: budget.kind } };
        taken.set(asked, found.key);
        return null;
      },
      async release(asked) {
        const key = taken.get(asked);
        taken.delete(asked);
        if (key !== undefined) await place.delete(key);
      },
    },
    async clear(accountId, numberHash, budgets) {
      const keys = [STRANGERS, HUMANS, ...budgets].flatMap((budget) =>
        Array.from({ length: placesOf(budget) }, (_, index) => keyOf(accountId, numberHash, budget, index)),
      );
      await Promise.all(keys.map((key) => place.delete(key)));
    },
  };
}

/** Takes the first free place. @returns its key, or the milliseconds until one is free */
async function takePlace(limiter: RateLimiterAbstract, keys: readonly string[]): Promise<{ key: string } | { waitMs: number }> {
  let waitMs = Number.POSITIVE_INFINITY;
  for (const key of keys) {
    const { over, msBeforeNext } = await limitOf(limiter, key);
    if (!over) return { key };
    waitMs = Math.min(waitMs, msBeforeNext);
  }
  return { waitMs };
}
