import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimate, hopedRate, hopeOf, type Level, type Outcomes, PRIOR, posterior } from '../../src/domain/scoring.js';

/** Decayed to less than a billionth, an outcome is no evidence, only a number that arithmetic is tired of. */
const count = fc.double({ min: 0, max: 100_000, noNaN: true }).map((number) => (number < 1e-9 ? 0 : number));
const outcomes = fc.record({ successes: count, failures: count });
const levels = fc.array(fc.array(outcomes, { maxLength: 3 }), { maxLength: 4 });
const WEIGHT = PRIOR.successes + PRIOR.failures;
const rateOf = ({ successes, failures }: Outcomes) => successes / (successes + failures);

describe('posterior', () => {
  it('starts at the prior and follows the evidence', () => {
    expect(posterior({ successes: 0, failures: 0 }).mean).toBeCloseTo(PRIOR.successes / WEIGHT);
    expect(posterior({ successes: 12, failures: 88 }).mean).toBeLessThan(0.2);
    expect(posterior({ successes: 95, failures: 5 }).deviation).toBeLessThan(posterior({ successes: 2, failures: 0 }).deviation);
  });
});

describe('estimate', () => {
  it('is the fixed prior where nothing is known, and the plain posterior where only the exact group is', () => {
    for (const [levels, outcomes] of [
      [[], { successes: 0, failures: 0 }],
      [[[], [], []], { successes: 0, failures: 0 }],
      [[[{ successes: 3, failures: 9 }]], { successes: 3, failures: 9 }],
    ] as const) {
      const { mean, deviation, samples } = estimate(levels);
      expect(mean).toBeCloseTo(posterior(outcomes).mean, 12);
      expect(deviation).toBeCloseTo(posterior(outcomes).deviation, 12);
      expect(samples).toBe(posterior(outcomes).samples);
    }
  });

  it('falls back from level to level', () => {
    const bad = [{ successes: 5, failures: 95 }];
    const none = [{ successes: 0, failures: 0 }];
    expect(estimate([bad, none, none]).mean).toBeLessThan(0.1);
    expect(estimate([[{ successes: 95, failures: 5 }], bad, none]).mean).toBeLessThan(0.15);
    // Two groups side by side are both heard, however busy one of them is.
    const torn = estimate([
      none,
      [
        { successes: 0, failures: 50_000 },
        { successes: 50, failures: 0 },
      ],
      none,
    ]).mean;
    expect(torn).toBeGreaterThan(0.35);
    expect(torn).toBeLessThan(0.65);
  });

  it('never lets what is broad outweigh the exact group: after its prior weight in attempts, its own rate is the nearer one', () => {
    fc.assert(
      fc.property(levels, outcomes, (broader, own) => {
        const samples = own.successes + own.failures;
        fc.pre(samples > WEIGHT);
        const { mean, expected } = estimate([...broader, [own]]);
        expect(Math.abs(mean - rateOf(own))).toBeLessThanOrEqual(Math.abs(mean - expected) + 1e-9);
        // The pull of everything broader is that of four attempts at most.
        expect(Math.abs(mean - rateOf(own))).toBeLessThanOrEqual(WEIGHT / (WEIGHT + samples) + 1e-9);
      }),
    );
  });

  it('stays between the rates that went into it, and is a chance', () => {
    fc.assert(
      fc.property(levels, (given) => {
        const { mean, deviation } = estimate(given);
        const rates = given
          .flat()
          .filter(({ successes, failures }) => successes + failures > 0)
          .map(rateOf);
        const all = [...rates, PRIOR.successes / WEIGHT];
        expect(mean).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
        expect(mean).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
        expect(deviation).toBeGreaterThanOrEqual(0);
        expect(deviation).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it('rises with a success and falls with a failure, at any level', () => {
    fc.assert(
      fc.property(
        levels.filter((all) => all.some((level) => level.length > 0)),
        fc.nat(),
        (given, place) => {
          const places = given.flatMap((level, at) => level.map((_, group) => [at, group] as const));
          const [at, group] = places[place % places.length]!;
          const before = estimate(given);
          const fail = (to: Outcomes): Outcomes => ({ ...to, failures: to.failures + 1 });
          const changed = given.map((level, l): Level => level.map((to, g) => (l === at && g === group ? fail(to) : to)));
          // Beside others a group is heard more with each outcome, so only alone the direction is certain.
          fc.pre(given[at]!.length === 1);
          expect(estimate(changed).mean).toBeLessThanOrEqual(before.mean + 1e-9);
        },
      ),
    );
  });
});

describe('hope', () => {
  it('is worth the more the less is known, and never makes more of it than certainty', () => {
    const unsure = posterior({ successes: 0, failures: 0 });
    const sure = posterior({ successes: 70, failures: 30 });
    expect(hopedRate(unsure, hopeOf(0))).toBeCloseTo(unsure.mean);
    expect(hopedRate(unsure, hopeOf(0.9))).toBeGreaterThan(hopedRate(sure, hopeOf(0.9)));
    expect(hopedRate(unsure, hopeOf(0.99))).toBeLessThanOrEqual(1);
  });
});
