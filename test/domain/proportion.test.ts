import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proportionOf } from '../../src/domain/proportion.js';

describe('the interval of a share', () => {
  it.each([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
  ])('of %i in %i lies where Wilson puts it', (successes, trials, low, high) => {
    const found = proportionOf(successes, trials)!;
    expect([found.low, found.high].map((share) => Math.round(share * 1e4) / 1e4)).toEqual([low, high]);
  });

  it('holds the share, within 0 and 1, and is narrower the more is known', () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.integer({ min: 1, max: 500 }), (some, trials) => {
        const successes = Math.min(some, trials);
        const few = proportionOf(successes, trials)!;
        const many = proportionOf(successes * 10, trials * 10)!;
        expect(few.low).toBeGreaterThanOrEqual(0);
        expect(few.high).toBeLessThanOrEqual(1);
        expect(few.low).toBeLessThanOrEqual(few.rate);
        expect(few.high).toBeGreaterThanOrEqual(few.rate);
        expect(many.high - many.low).toBeLessThan(few.high - few.low);
      }),
    );
  });

  it('does not leave out the share itself where rounding would', () => {
    expect(proportionOf(0, 443)!.low).toBe(0);
    for (let trials = 1; trials <= 2_000; trials += 1) {
      expect([proportionOf(0, trials)!.low, proportionOf(trials, trials)!.high]).toEqual([0, 1]);
    }
  });

  it('is none of nothing', () => {
    expect(proportionOf(0, 0)).toBeNull();
  });
});
