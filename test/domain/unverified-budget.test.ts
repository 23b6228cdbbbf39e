import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Conversion, expectationOf, meanOf, readBudget, unverifiedBudget } from '../../src/domain/unverified-budget.js';

const BOUNDS = { least: 20, share: 0.5, certainty: 0.9999 };
const share = (codes: number, part: number): Conversion => ({ codes, typedBack: Math.round(codes * part) });
const reads = (past: Conversion, window: Conversion, broader: Conversion | null = null) =>
  readBudget(expectationOf(past, broader === null ? null : expectationOf(broader, null)), window, BOUNDS);

describe('what a past lets expect', () => {
  test('nothing known: six of ten; much known: what was seen', () => {
    expect(meanOf(expectationOf(share(0, 0), null))).toBeCloseTo(0.6);
    expect(meanOf(expectationOf(share(10_000, 0.82), null))).toBeCloseTo(0.81, 2);
  });

  test('a narrow past leans on the broader one, until it knows better', () => {
    const broader = expectationOf(share(1_000, 0.9), null);
    expect(meanOf(expectationOf(share(0, 0), broader))).toBeCloseTo(meanOf(broader));
    expect(meanOf(expectationOf(share(20, 0.3), broader))).toBeCloseTo(0.6, 1);
    expect(meanOf(expectationOf(share(2_000, 0.3), broader))).toBeCloseTo(0.353, 2);
  });
});

describe('the budget', () => {
  test('is the quantile of the beta-binomial', () => {
    // Beta-binomial with both parameters 1 is uniform over 0 to n.
    expect(unverifiedBudget({ typedBack: 1, lost: 1 }, 99, 0.945)).toBe(94);
    // With very much known it is the binomial: of 100 fair coins, 63 or fewer with 99.6 %, 59 or fewer with 97.2 %.
    expect(unverifiedBudget({ typedBack: 1e9, lost: 1e9 }, 100, 0.972)).toBe(60);
    expect(unverifiedBudget({ typedBack: 1e9, lost: 1e9 }, 100, 0.9966)).toBe(63);
  });

  test('grows with the codes and with how many are usually lost, and never exceeds them', () => {
    const worth = fc.double({ min: 0.1, max: 200, noNaN: true });
    fc.assert(
      fc.property(worth, worth, fc.integer({ min: 0, max: 3_000 }), (typedBack, lost, codes) => {
        const budget = unverifiedBudget({ typedBack, lost }, codes, 0.9999);
        expect(budget).toBeGreaterThanOrEqual(0);
        expect(budget).toBeLessThanOrEqual(codes);
        expect(unverifiedBudget({ typedBack, lost }, codes + 10, 0.9999)).toBeGreaterThanOrEqual(budget);
        expect(unverifiedBudget({ typedBack, lost: lost * 2 }, codes, 0.9999)).toBeGreaterThanOrEqual(budget);
      }),
    );
  });
});

describe('a window', () => {
  test('like its past is within the budget, however large', () => {
    for (const codes of [0, 5, 50, 500, 1_000]) expect(reads(share(1_000, 0.8), share(codes, 0.8)).overrun).toBe(false);
  });

  test('of an attack is not: nine of ten codes are never typed back', () => {
    expect(reads(share(1_000, 0.8), share(30, 0.1))).toMatchObject({
      overrun: true,
      unverified: 27,
      expectedShare: expect.closeTo(0.79, 1) as number,
    });
    expect(reads(share(1_000, 0.8), share(1_000, 0.1)).overrun).toBe(true);
  });

  test('that says too little does not count, even where nothing was typed back', () => {
    expect(reads(share(1_000, 0.8), share(19, 0)).overrun).toBe(false);
    expect(reads(share(1_000, 0.8), share(20, 0)).overrun).toBe(true);
  });

  test('that is surely a little worse is no attack', () => {
    const worse = reads(share(100_000, 0.9), share(1_000, 0.7));
    expect(worse.unverified).toBeGreaterThan(worse.budget);
    expect(worse.overrun).toBe(false);
  });

  test('where a country never converted well is held to its own past', () => {
    expect(reads(share(500, 0.25), share(100, 0.2), share(5_000, 0.85)).overrun).toBe(false);
    expect(reads(share(500, 0.25), share(100, 0.02), share(5_000, 0.85)).overrun).toBe(true);
  });

  test('where nothing is known needs more to be sure of', () => {
    expect(reads(share(0, 0), share(20, 0.1)).overrun).toBe(false);
    expect(reads(share(0, 0), share(60, 0)).overrun).toBe(true);
  });
});

describe('over many windows', () => {
  /** Reproducible draws of 0 to 1 (xorshift). */
  function draws(): () => number {
    let state = 12_345;
    return () => {
      state ^= state << 13;
      state >>>= 0;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state / 4_294_967_296;
    };
  }

  test.each([
    [0.85, 200, 0],
    [0.6, 200, 5],
    [0.3, 200, 100],
  ])(
    'at %d typed back, %i codes a window and a share that wanders by 5 points, at most %i of 10,000 are false alarms',
    (usual, codes, most) => {
      const draw = draws();
      const normal = () => Math.sqrt(-2 * Math.log(draw() || 1e-9)) * Math.cos(2 * Math.PI * draw());
      const expected = expectationOf(share(1_000, usual), null);
      let alarms = 0;
      for (let window = 0; window < 10_000; window += 1) {
        const now = Math.min(0.99, Math.max(0.01, usual + 0.05 * normal()));
        let typedBack = 0;
        for (let code = 0; code < codes; code += 1) if (draw() < now) typedBack += 1;
        if (readBudget(expected, { codes, typedBack }, BOUNDS).overrun) alarms += 1;
      }
      expect(alarms).toBeLessThanOrEqual(most);
    },
  );

  test.each([
    [0.85, 100, 130],
    [0.6, 100, 140],
    [0.85, 500, 560],
  ])('at %d typed back, an attack beside %i honest codes is seen after at most %i codes', (usual, honest, most) => {
    const expected = expectationOf(share(1_000, usual), null);
    const typedBack = Math.round(honest * usual);
    let attack = 0;
    while (!readBudget(expected, { codes: honest + attack, typedBack }, BOUNDS).overrun) attack += 1;
    expect(attack).toBeGreaterThan(20);
    expect(attack).toBeLessThanOrEqual(most);
  });
});
