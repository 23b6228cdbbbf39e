import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allot, type Claim, type Unclaimed } from '../../src/domain/surplus.js';

const PASS = 15_000;
const NOW = 100_000_000;
const claim = (orderId: string, cost: bigint, ageMs: number): Claim => ({ orderId, cost, agreedAt: NOW - ageMs });
const left = (...lots: readonly [amount: bigint, ageMs: number][]): Unclaimed => ({
  at: NOW - PASS,
  lots: lots.map(([amount, ageMs]) => ({ amount, since: NOW - ageMs })),
});
const NOTHING = left();
const judged = (claims: readonly Claim[], surplus: bigint, before: Unclaimed | null, reserved = 0n) =>
  allot(claims, surplus, reserved, before, NOW, PASS);

describe('whose is a surplus', () => {
  it('is theirs whose sum it is exactly, not the youngest’s', () => {
    const claims = [claim('kept', 5n, 1_000), claim('a', 10n, 2_000), claim('b', 7n, 3_000)];
    expect(judged(claims, 17n, NOTHING).confirm).toEqual(['a', 'b']);
    // Seven of it lay there before: what came in since is what counts.
    expect(judged(claims, 17n, left([7n, 400_000])).confirm.slice(0, 1)).toEqual(['a']);
  });

  it('is the youngest’s that fit, where no sum explains it', () => {
    const claims = [claim('young', 5n, 1_000), claim('dear', 50n, 2_000), claim('old', 6n, 3_000)];
    expect(judged(claims, 12n, NOTHING)).toEqual({ confirm: ['young', 'old'], unclaimed: { at: NOW, lots: [{ amount: 1n, since: NOW }] } });
  });

  it('is kept back for orders that may have ended, unless a sum explains it', () => {
    expect(judged([claim('a', 5n, 1_000)], 8n, NOTHING, 4n).confirm).toEqual([]);
    expect(judged([claim('a', 5n, 1_000)], 9n, NOTHING, 4n).confirm).toEqual(['a']);
    expect(judged([claim('a', 5n, 1_000)], 5n, NOTHING, 4n).confirm).toEqual(['a']);
  });

  it('is no overdue refund’s while it is fresh, even where the price is right', () => {
    const overdue = [claim('overdue', 5n, 120_000)];
    expect(judged(overdue, 5n, NOTHING).confirm).toEqual([]);
    expect(judged(overdue, 5n, left([5n, 29_999])).confirm).toEqual([]);
    expect(judged(overdue, 5n, left([5n, 30_000])).confirm).toEqual(['overdue']);
    expect(judged(overdue, 5n, left([5n, 30_000]), 1n).confirm).toEqual([]);
  });

  it('is any overdue refund’s that fits once it lay for 20 minutes', () => {
    const overdue = [claim('younger', 6n, 120_000), claim('older', 4n, 240_000)];
    expect(judged(overdue, 7n, left([7n, 1_199_999])).confirm).toEqual([]);
    expect(judged(overdue, 7n, left([7n, 1_200_000]), 100n)).toEqual({
      confirm: ['younger'],
      unclaimed: { at: NOW, lots: [{ amount: 1n, since: NOW - 1_200_000 }] },
    });
  });

  it('counts age from the pass before, so that a pause makes nobody overdue', () => {
    const paused: Unclaimed = { at: NOW - 3_600_000, lots: [] };
    expect(judged([claim('a', 5n, 1_800_000)], 6n, paused).confirm).toEqual(['a']);
    expect(judged([claim('a', 5n, 1_800_000)], 6n, null).confirm).toEqual(['a']);
  });

  it('loses what lay there last when it falls', () => {
    const { unclaimed } = judged([], 6n, left([5n, 900_000], [4n, 100_000], [3n, 50_000]));
    expect(unclaimed.lots).toEqual([
      { amount: 5n, since: NOW - 900_000 },
      { amount: 1n, since: NOW - 100_000 },
    ]);
    expect(judged([], -3n, left([5n, 900_000])).unclaimed.lots).toEqual([]);
  });

  it('remembers sixteen lots at most, the two oldest as one', () => {
    const many = left(...Array.from({ length: 16 }, (_, index): [bigint, number] => [10n, (20 - index) * 100_000]));
    const { lots } = judged([], 161n, many).unclaimed;
    expect(lots).toHaveLength(16);
    expect(lots[0]).toEqual({ amount: 20n, since: NOW - 1_900_000 });
    expect(lots.at(-1)).toEqual({ amount: 1n, since: NOW });
  });

  it('never confirms more than there is, and keeps the rest', () => {
    const claims = fc.array(fc.record({ cost: fc.bigInt({ min: 1n, max: 60n }), ageMs: fc.integer({ min: 0, max: 2_000_000 }) }), {
      maxLength: 14,
    });
    const lots = fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 80n }), fc.integer({ min: 0, max: 2_000_000 })), { maxLength: 18 });
    fc.assert(
      fc.property(
        claims,
        lots,
        fc.bigInt({ min: -50n, max: 600n }),
        fc.bigInt({ min: 0n, max: 90n }),
        (wanted, lying, surplus, reserved) => {
          const all = wanted.map(({ cost, ageMs }, index) => claim(String(index), cost, ageMs)).toSorted((a, b) => b.agreedAt - a.agreedAt);
          const before = left(...lying.toSorted((a, b) => b[1] - a[1]));
          const { confirm, unclaimed } = judged(all, surplus, before, reserved);
          const sum = all.filter(({ orderId }) => confirm.includes(orderId)).reduce((total, { cost }) => total + cost, 0n);
          const rest = unclaimed.lots.reduce((total, { amount }) => total + amount, 0n);
          expect(new Set(confirm).size).toBe(confirm.length);
          expect(sum + rest).toBe(surplus > 0n ? surplus : 0n);
        },
      ),
    );
  });
});
