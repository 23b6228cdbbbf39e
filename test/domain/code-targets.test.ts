import { describe, expect, it } from 'vitest';
import { costOfVolume, type JudgedTarget, judgeTargets, type Measured, percentOf } from '../../src/domain/code-targets.js';

const calm: Measured = {
  verifications: 1_000,
  delivered: 970,
  undelivered: 30,
  timed: 970,
  p99Seconds: 12,
  reached: 900,
  dropped: 20,
  cost: 6_450_000n,
  fraud: { blocked: 2, suspect: 3 },
  revenue: 1_000_000_000n,
};
const judged = (more: Partial<Measured>, target: JudgedTarget['target']) =>
  judgeTargets({ ...calm, ...more }).find((one) => one.target === target);

describe('the targets of ADR-002', () => {
  it('are all met by a calm month', () => {
    expect(judgeTargets(calm).map(({ target, bound, value, verdict }) => [target, bound, value, verdict])).toEqual([
      ['delivery', '95', '97.00', 'met'],
      ['delivery_seconds', '30', '12.00', 'met'],
      ['drop_off', '5', '2.22', 'met'],
      ['fraud', '1', '0.50', 'met'],
      ['cost_50000', '500.00', '322.50', 'met'],
      ['cost_100000', '1000.00', '645.00', 'met'],
      ['cost_of_revenue', '5', '0.65', 'met'],
    ]);
  });

  it.each([
    ['delivery', { delivered: 950, undelivered: 50 }, { delivered: 949, undelivered: 51 }],
    ['delivery_seconds', { p99Seconds: 29.99 }, { p99Seconds: 30 }],
    ['drop_off', { reached: 1_000, dropped: 49 }, { reached: 1_000, dropped: 50 }],
    ['fraud', { verifications: 991, fraud: { blocked: 5, suspect: 4 } }, { verifications: 990, fraud: { blocked: 10, suspect: 0 } }],
    ['cost_50000', { cost: 9_999_999n }, { cost: 10_000_000n }],
    ['cost_100000', { cost: 9_999_999n }, { cost: 10_000_000n }],
    ['cost_of_revenue', { cost: 49_999_999n }, { cost: 50_000_000n }],
  ] as const)('%s is met just within its bound, and missed at it', (target, within, at) => {
    expect(judged(within, target)?.verdict).toBe('met');
    expect(judged(at, target)?.verdict).toBe('missed');
  });

  it.each([
    ['delivery', { delivered: 99, undelivered: 0 }],
    ['delivery_seconds', { timed: 99 }],
    ['drop_off', { reached: 99 }],
    ['fraud', { verifications: 97 }],
    ['cost_50000', { verifications: 99, cost: 1n }],
    ['cost_of_revenue', { verifications: 99 }],
  ] as const)('%s is not judged by fewer than a hundred', (target, few) => {
    expect(judged(few, target)?.verdict).toBe('too_few');
  });

  it('have no value where nothing was measured, and fraud and revenue are left out where nobody knows them', () => {
    const none = { verifications: 0, delivered: 0, undelivered: 0, timed: 0, p99Seconds: null, reached: 0, dropped: 0, cost: 0n };
    expect(judgeTargets({ ...none, fraud: null, revenue: null }).map(({ target, value, verdict }) => [target, value, verdict])).toEqual([
      ['delivery', null, 'too_few'],
      ['delivery_seconds', null, 'too_few'],
      ['drop_off', null, 'too_few'],
      ['cost_50000', null, 'too_few'],
      ['cost_100000', null, 'too_few'],
    ]);
  });
});

it('amounts of a volume are exact, and rounded up', () => {
  expect(costOfVolume(10n, 3, 50_000n)).toBe(166_667n);
  expect(costOfVolume(9_007_199_254_740_993n, 1, 50_000n)).toBe(450_359_962_737_049_650_000n);
  expect(costOfVolume(1n, 0, 1n)).toBeNull();
});

it('shares are in percent with two places', () => {
  expect([percentOf(1, 3), percentOf(2, 3), percentOf(0, 5), percentOf(5, 5), percentOf(1, 0)]).toEqual([
    '33.33',
    '66.67',
    '0.00',
    '100.00',
    null,
  ]);
});
