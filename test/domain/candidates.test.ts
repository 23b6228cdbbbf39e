import { describe, expect, it } from 'vitest';
import { type Offer, rankOffers } from '../../src/domain/candidates.js';
import { PRIOR, posterior } from '../../src/domain/scoring.js';

const none = { basisPoints: 0, fixed: 0n };
const offer = (change: Partial<Offer>): Offer => ({
  provider: 'a',
  operator: null,
  cost: 100n,
  rateMicros: 1_000_000n,
  stock: 5,
  outcomes: { successes: 0, failures: 0 },
  medianSecondsToCode: null,
  ...change,
});

describe('ranking', () => {
  it('prefers what delivers over what is cheap', () => {
    const ranked = rankOffers(
      [
        offer({ provider: 'cheap', cost: 50n, outcomes: { successes: 12, failures: 88 } }),
        offer({ provider: 'good', outcomes: { successes: 95, failures: 5 } }),
      ],
      () => none,
      null,
      9,
    );
    expect(ranked.map(({ provider }) => provider)).toEqual(['good', 'cheap']);
  });

  it('prefers the cheaper, then the faster, among equals', () => {
    const offers = [
      offer({ provider: 'dear', cost: 200n }),
      offer({ provider: 'slow', medianSecondsToCode: 60 }),
      offer({ provider: 'fast', medianSecondsToCode: 5 }),
    ];
    expect(rankOffers(offers, () => none, null, 9).map(({ provider }) => provider)).toEqual(['fast', 'slow', 'dear']);
  });

  it('leaves out empty stock and what is above the ceiling, markup included', () => {
    const offers = [
      offer({ provider: 'empty', stock: 0 }),
      offer({ provider: 'fits', cost: 80n }),
      offer({ provider: 'above', cost: 81n }),
    ];
    expect(rankOffers(offers, () => ({ basisPoints: 2_500, fixed: 0n }), 100n, 9).map(({ provider, price }) => [provider, price])).toEqual([
      ['fits', 100n],
    ]);
  });

  it("keeps three of one provider's operators at most, and as many candidates as asked", () => {
    const offers = ['1', '2', '3', '4'].map((operator) => offer({ operator }));
    expect(rankOffers([...offers, offer({ provider: 'b', cost: 999n })], () => none, null, 9).map(({ provider }) => provider)).toEqual([
      'a',
      'a',
      'a',
      'b',
    ]);
    expect(rankOffers(offers, () => none, null, 2)).toHaveLength(2);
  });

  it('compares prices of different currencies at their rates', () => {
    const offers = [offer({ provider: 'rub', cost: 1_000n, rateMicros: 11_000n }), offer({ provider: 'usd', cost: 12n })];
    expect(rankOffers(offers, () => none, null, 9).map(({ provider }) => provider)).toEqual(['rub', 'usd']);
  });
});

describe('posterior', () => {
  it('starts at the prior and follows the evidence', () => {
    expect(posterior({ successes: 0, failures: 0 }).mean).toBeCloseTo(PRIOR.successes / (PRIOR.successes + PRIOR.failures));
    expect(posterior({ successes: 12, failures: 88 }).mean).toBeLessThan(0.2);
    expect(posterior({ successes: 95, failures: 5 }).deviation).toBeLessThan(posterior({ successes: 2, failures: 0 }).deviation);
  });
});
