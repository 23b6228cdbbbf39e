import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RefusalReason } from '../../src/domain/purchase.js';
import { limitNear, restAfter, restMs, type SaleLimits } from '../../src/domain/resting.js';

const LIMITS: SaleLimits = {
  pair: { numbers: 100, successRate: 0.06, windowMs: 86_400_000 },
  account: { numbers: 500, successRate: 0.03, windowMs: 86_400_000 },
  rating: null,
};
const NONE = { numbers: 0, withCode: 0 };

describe('what a refusal puts to rest', () => {
  it('is the offer that had no number, the pair that is not sold, the account that has no money', () => {
    expect(restAfter({ reason: 'no_numbers' })).toMatchObject({ scope: 'offer', strict: false, firstMs: 30_000 });
    expect(restAfter({ reason: 'unavailable' })).toMatchObject({ scope: 'pair', strict: false });
    expect(restAfter({ reason: 'no_balance' })).toMatchObject({ scope: 'account', strict: false });
  });

  it('is kept strictly where the provider names a time', () => {
    expect(restAfter({ reason: 'unavailable', retryAfterMs: 1_800_000 })).toMatchObject({ strict: true, firstMs: 1_800_000 });
  });

  it.each<RefusalReason>(['price_too_low', 'rate_limited', 'not_sent', 'too_late', 'circuit_open', 'turned_away', 'resting'])(
    'is nothing after %s',
    (reason) => {
      expect(restAfter({ reason })).toBeNull();
    },
  );

  it('lasts twice as long each time, up to a bound', () => {
    const plan = restAfter({ reason: 'no_numbers' })!;
    expect([0, 1, 2, 3, 4, 99].map((times) => restMs(plan, times) / 1_000)).toEqual([30, 60, 120, 240, 300, 300]);
  });
});

describe('limits of a provider', () => {
  const near = (numbers: number, withCode: number) => limitNear(LIMITS, { pair: { numbers, withCode }, account: NONE, rating: null });

  it('are near a tenth before the ban, and not sooner', () => {
    expect(near(89, 0)).toBeNull();
    expect(near(90, 0)).toBe('near_pair_ban');
    expect(near(90, 5)).toBe('near_pair_ban');
    expect(near(90, 6)).toBeNull();
    expect(near(1_000, 120)).toBeNull();
  });

  it('are always seen before they are reached, whatever the order of codes and failures', () => {
    const rule = LIMITS.pair!;
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 100, maxLength: 400 }), fc.integer({ min: 0, max: 10 }), (codes, open) => {
        const bought = { numbers: 0, withCode: 0 };
        for (const code of codes) {
          // The next number is bought while `open` more without a code are under way.
          if (limitNear(LIMITS, { pair: { ...bought, numbers: bought.numbers + open }, account: NONE, rating: null }) !== null) break;
          bought.numbers += 1;
          if (code) bought.withCode += 1;
          const banned = bought.numbers >= rule.numbers && bought.withCode < rule.successRate * bought.numbers;
          expect(banned).toBe(false);
        }
      }),
    );
  });

  it('of the account rest only the pairs that pull it down', () => {
    const account = { numbers: 480, withCode: 10 };
    expect(limitNear(LIMITS, { pair: { numbers: 20, withCode: 0 }, account, rating: null })).toBe('near_account_ban');
    expect(limitNear(LIMITS, { pair: { numbers: 20, withCode: 10 }, account, rating: null })).toBeNull();
  });

  it('of a rating rest what costs more of it than it earns, once it is low', () => {
    const limits: SaleLimits = { pair: null, account: null, rating: { full: 96, gain: 0.4, loss: 0.15 } };
    const at = (rating: number, withCode: number) => limitNear(limits, { pair: { numbers: 100, withCode }, account: NONE, rating });
    expect(at(60, 0)).toBeNull();
    expect(at(10, 12)).toBe('low_rating');
    expect(at(10, 40)).toBeNull();
  });
});
