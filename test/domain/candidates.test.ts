import { describe, expect, it } from 'vitest';
import { type Offer, rankOffers, type Ranking } from '../../src/domain/candidates.js';
import type { Outcomes } from '../../src/domain/scoring.js';

const none = { basisPoints: 0, fixed: 0n };
const offer = (change: Partial<Offer>): Offer => ({
  provider: 'a',
  operator: null,
  cost: 100n,
  rateMicros: 1_000_000n,
  stock: 5,
  evidence: { broader: [], pair: { successes: 0, failures: 0 }, operator: null },
  medianSecondsToCode: null,
  rest: null,
  ...change,
});

const pair = (successes: number, failures: number, operator: Outcomes | null = null) => ({
  evidence: { broader: [], pair: { successes, failures }, operator },
});
const rank = (offers: readonly Offer[], how: Partial<Ranking> = {}) =>
  rankOffers(offers, { markupOf: () => none, ceiling: null, limit: 9, hope: 0, ...how });

describe('ranking', () => {
  it('prefers what delivers over what is cheap', () => {
    const ranked = rank([offer({ provider: 'cheap', cost: 50n, ...pair(12, 88) }), offer({ provider: 'good', ...pair(95, 5) })]);
    expect(ranked.map(({ provider }) => provider)).toEqual(['good', 'cheap']);
  });

  it('prefers the cheaper, then the faster, among equals', () => {
    const offers = [
      offer({ provider: 'dear', cost: 200n }),
      offer({ provider: 'slow', medianSecondsToCode: 60 }),
      offer({ provider: 'fast', medianSecondsToCode: 5 }),
    ];
    expect(rank(offers).map(({ provider }) => provider)).toEqual(['fast', 'slow', 'dear']);
  });

  it('leaves out empty stock and what is above the ceiling, markup included', () => {
    const offers = [
      offer({ provider: 'empty', stock: 0 }),
      offer({ provider: 'fits', cost: 80n }),
      offer({ provider: 'above', cost: 81n }),
    ];
    expect(
      rank(offers, { markupOf: () => ({ basisPoints: 2_500, fixed: 0n }), ceiling: 100n }).map(({ provider, price }) => [provider, price]),
    ).toEqual([['fits', 100n]]);
  });

  it("keeps three of one provider's operators at most, and as many candidates as asked", () => {
    const offers = ['1', '2', '3', '4'].map((operator) => offer({ operator }));
    expect(rank([...offers, offer({ provider: 'b', cost: 999n })]).map(({ provider }) => provider)).toEqual(['a', 'a', 'a', 'b']);
    expect(rank(offers, { limit: 2 })).toHaveLength(2);
  });

  it('compares prices of different currencies at their rates', () => {
    const offers = [offer({ provider: 'rub', cost: 1_000n, rateMicros: 11_000n }), offer({ provider: 'usd', cost: 12n })];
    expect(rank(offers).map(({ provider }) => provider)).toEqual(['rub', 'usd']);
  });

  it('tells rates within five points of the best apart by price, wherever they lie', () => {
    const offers = [
      offer({ provider: 'best', cost: 300n, ...pair(9_480, 520) }),
      offer({ provider: 'close', cost: 200n, ...pair(9_020, 980) }),
      offer({ provider: 'less', cost: 100n, ...pair(8_970, 1_030) }),
    ];
    expect(rank(offers).map(({ provider }) => provider)).toEqual(['close', 'best', 'less']);
  });

  it('tries what is hardly known when hope is high, and what is known to be good when it is not', () => {
    const offers = [offer({ provider: 'known', ...pair(80, 20) }), offer({ provider: 'new', cost: 200n })];
    expect(rank(offers, { hope: 1.5 })[0]!.provider).toBe('new');
    expect(rank(offers, { hope: 0.2 })[0]!.provider).toBe('known');
  });

  it('does not hope for operators: thirty untried ones of a mediocre pair stay behind a good one', () => {
    const operators = Array.from({ length: 30 }, (_, index) =>
      offer({ provider: 'many', operator: `${index}`, cost: 1n, ...pair(60, 60, { successes: 0, failures: 0 }) }),
    );
    const known = offer({ provider: 'known', ...pair(80, 20) });
    expect(rank([...operators, known], { hope: 2 })[0]!.provider).toBe('known');
  });

  it('prefers the operators that deliver among those of a pair', () => {
    const offers = [
      offer({ operator: 'weak', cost: 1n, ...pair(50, 50, { successes: 1, failures: 45 }) }),
      offer({ operator: 'strong', ...pair(50, 50, { successes: 49, failures: 5 }) }),
    ];
    expect(rank(offers).map(({ operator }) => operator)).toEqual(['strong', 'weak']);
  });

  it('asks what rests last, one offer a provider, and what rests strictly never', () => {
    const until = new Date(0);
    const empty = { rest: { reason: 'no_numbers', until, strict: false } };
    const offers = [
      offer({ provider: 'a', operator: '1', cost: 1n, ...empty }),
      offer({ provider: 'a', operator: '2', cost: 2n, ...empty }),
      offer({ provider: 'b', cost: 3n, rest: { reason: 'near_pair_ban', until, strict: true } }),
      offer({ provider: 'c', cost: 999n, ...pair(1, 99) }),
    ];
    expect(rank(offers).map(({ provider, operator, rest }) => [provider, operator, rest?.reason])).toEqual([
      ['c', null, undefined],
      ['a', '1', 'no_numbers'],
    ]);
    // The last one is not rested away.
    expect(rank(offers.slice(0, 2))).toHaveLength(1);
  });
});
