import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Outcomes } from '../../src/domain/scoring.js';
import { stillTrue } from '../../src/domain/steadiness.js';

const part = (successes: number, failures: number): Outcomes => ({ successes, failures });
const count = fc.integer({ min: 0, max: 300 });

it('adds up what agrees', () => {
  expect(stillTrue([part(10, 0), part(19, 1), part(66, 4), part(190, 10)])).toEqual(part(285, 15));
});

it('leaves out what was before a route died or recovered', () => {
  expect(stillTrue([part(4, 6), part(20, 0), part(68, 2)])).toEqual(part(4, 6));
  expect(stillTrue([part(5, 5), part(0, 20), part(0, 70)])).toEqual(part(5, 5));
});

it('takes an unlucky moment for luck', () => {
  expect(stillTrue([part(7, 3), part(19, 1), part(64, 6)])).toEqual(part(90, 10));
});

it('finds nothing in equal parts, and what it keeps is what is newest', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(count, count), { maxLength: 5 }), (given) => {
      const parts = given.map(([successes, failures]) => part(successes, failures));
      const kept = stillTrue(parts);
      const sums = parts.map((_, index) =>
        parts.slice(0, index + 1).reduce((sum, one) => part(sum.successes + one.successes, sum.failures + one.failures), part(0, 0)),
      );
      expect([part(0, 0), ...sums]).toContainEqual(kept);
      if (parts.length > 0) expect(kept.successes + kept.failures).toBeGreaterThanOrEqual(sums[0]!.successes + sums[0]!.failures);
    }),
  );
  fc.assert(
    fc.property(count, count, fc.integer({ min: 1, max: 5 }), (successes, failures, times) => {
      expect(stillTrue(Array.from({ length: times }, () => part(successes, failures)))).toEqual(part(successes * times, failures * times));
    }),
  );
});
