import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CarrierRanking, EXCHANGE, meritOf, rankCarriers, type RouteOffer, STAY } from '../../src/domain/carrier-ranking.js';
import { NOTHING_TOLD, type Told } from '../../src/domain/receipt-worth.js';

const HOW: CarrierRanking = { segments: 1, markup: { basisPoints: 0, fixed: 0n }, ceiling: null, limit: 10, hope: 0 };
const NO_CLAIMS = { here: { confirmed: 0, denied: 0 }, elsewhere: { confirmed: 0, denied: 0 } };
const seen = (delivered: number, failed: number): Told => ({ ...NOTHING_TOLD, delivered, failed });

function offer(carrier: string, network: readonly Told[] = [], more: Partial<RouteOffer> = {}): RouteOffer {
  return {
    carrier,
    network: null,
    price: 10_000n,
    rateMicros: 1_000_000n,
    evidence: { carrier: NOTHING_TOLD, country: NOTHING_TOLD, network },
    claims: NO_CLAIMS,
    medianSeconds: null,
    queueSeconds: 0,
    rest: null,
    ...more,
  };
}

const order = (offers: readonly RouteOffer[], how: Partial<CarrierRanking> = {}) =>
  rankCarriers(offers, { ...HOW, ...how }).map(({ carrier }) => carrier);

describe('carriers are ranked', () => {
  it('by what they deliver on this very route, whatever they are elsewhere', () => {
    const famous = offer('famous', [seen(12, 88)], { evidence: { carrier: seen(950, 50), country: seen(95, 5), network: [seen(12, 88)] } });
    expect(order([famous, offer('local', [seen(80, 20)])])).toEqual(['local', 'famous']);
  });

  it('by what they deliver in the country, then anywhere, where the route itself is new', () => {
    const bad = { carrier: seen(95, 5), country: seen(1, 60), network: [] };
    const good = { carrier: seen(60, 40), country: seen(60, 1), network: [] };
    expect(order([offer('bad', [], { evidence: bad }), offer('good', [], { evidence: good })])).toEqual(['good', 'bad']);
  });

  it('with price and time worth points of delivery', () => {
    const record = [seen(90, 10)];
    expect(order([offer('dear', record, { price: 20_000n }), offer('cheap', record)])).toEqual(['cheap', 'dear']);
    expect(order([offer('slow', record, { medianSeconds: 60 }), offer('fast', record, { medianSeconds: 5 })])).toEqual(['fast', 'slow']);
    expect(order([offer('full', record, { queueSeconds: 30 }), offer('free', record)])).toEqual(['free', 'full']);
    // Ten points more are worth twice the price, three are not.
    expect(order([offer('dear', [seen(285, 15)], { price: 20_000n }), offer('cheap', [seen(250, 50)])])[0]).toBe('dear');
  });

  it('without those above the ceiling, the markup and all segments counted', () => {
    const how = { segments: 3, markup: { basisPoints: 1_000, fixed: 0n } };
    expect(order([offer('a')], { ...how, ceiling: 32_999n })).toEqual([]);
    expect(order([offer('a')], { ...how, ceiling: 33_000n })).toEqual(['a']);
  });

  it('with those that rest behind all others, and not left out: somebody may have no other', () => {
    const resting = offer('resting', [seen(99, 1)], { rest: 'circuit_open' });
    expect(order([resting, offer('awake', [seen(50, 50)])])).toEqual(['awake', 'resting']);
    expect(order([resting])).toEqual(['resting']);
  });

  it('by receipts only as far as senders confirm them', () => {
    const liar = offer('liar', [seen(490, 10)], { claims: { ...NO_CLAIMS, here: { confirmed: 30, denied: 70 } } });
    const honest = offer('honest', [seen(88, 12)], { claims: { ...NO_CLAIMS, here: { confirmed: 16, denied: 4 } } });
    expect(order([liar, honest])).toEqual(['honest', 'liar']);
    expect(order([{ ...liar, claims: NO_CLAIMS }, honest])).toEqual(['liar', 'honest']);
  });
});

it('what is hardly known is tried as far as hope goes, what is known to be worse is not', () => {
  const sure = offer('sure', [seen(180, 20)]);
  const fresh = offer('new');
  const worse = offer('worse', [seen(140, 60)]);
  expect(order([sure, fresh, worse])[0]).toBe('sure');
  expect(order([sure, fresh, worse], { hope: 2 })[0]).toBe('new');
  expect(order([sure, worse], { hope: 2 })[0]).toBe('sure');
});

describe('a route is not changed for noise', () => {
  it('between equals: who has been sending goes on sending, by whatever name', () => {
    for (const [busy, idle] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const)
      expect(order([offer(idle, [seen(94, 5)]), offer(busy, [seen(380, 20)])])[0]).toBe(busy);
  });

  it('for less than the lead, and is for more', () => {
    const sending = offer('sending', [seen(900, 100)]);
    expect(order([sending, offer('other', [seen(455, 45)])])[0]).toBe('sending');
    expect(order([sending, offer('other', [seen(480, 20)])])[0]).toBe('other');
  });

  it('when the past of a dead route is long: its newest failures are heard at once', () => {
    const died = offer('died', [seen(3, 7), seen(20, 0), seen(69, 1), seen(198, 2), seen(198, 2)]);
    expect(order([died, offer('other', [seen(9, 1)])])[0]).toBe('other');
  });

  it('and one carrier is one carrier, however it did', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.double({ min: 0, max: 2, noNaN: true }), (delivered, failed, hope) => {
        const [only, ...others] = rankCarriers([offer('only', [seen(delivered, failed)])], { ...HOW, hope });
        expect(only?.carrier).toBe('only');
        expect(others).toEqual([]);
      }),
    );
  });
});

const told = fc.record({ delivered: fc.nat(300), failed: fc.nat(300), denied: fc.nat(50), worked: fc.nat(50) });
const offers = fc.uniqueArray(
  fc.record({
    carrier: fc.stringMatching(/^[a-e]$/),
    price: fc.bigInt({ min: 0n, max: 1_000_000n }),
    parts: fc.array(told, { maxLength: 5 }),
    elsewhere: told,
    seconds: fc.option(fc.double({ min: 0, max: 600, noNaN: true }), { nil: null }),
    rest: fc.constantFrom(null, 'circuit_open'),
  }),
  { selector: ({ carrier }) => carrier, maxLength: 5 },
);

it('ranks each carrier once, in an order that the list of offers does not decide, and all figures are chances', () => {
  fc.assert(
    fc.property(offers, fc.double({ min: 0, max: 2, noNaN: true }), (given, hope) => {
      const all = given.map(({ carrier, price, parts, elsewhere, seconds, rest }) =>
        offer(carrier, parts, {
          price,
          medianSeconds: seconds,
          rest,
          evidence: { carrier: elsewhere, country: NOTHING_TOLD, network: parts },
        }),
      );
      const ranked = rankCarriers(all, { ...HOW, hope });
      expect(ranked.map(({ carrier }) => carrier).toSorted()).toEqual(given.map(({ carrier }) => carrier).toSorted());
      expect(order(all.toReversed(), { hope })).toEqual(ranked.map(({ carrier }) => carrier));
      for (const { score, hoped, merit } of ranked) {
        expect(score.mean).toBeGreaterThan(0);
        expect(score.mean).toBeLessThan(1);
        expect(hoped).toBeLessThanOrEqual(1);
        expect(merit).toBeLessThanOrEqual(hoped + 1e-9);
        expect(merit).toBeGreaterThan(hoped - EXCHANGE.priceDoubled * EXCHANGE.mostDoublings - 10 * EXCHANGE.timeDoubled);
      }
      const awake = ranked.filter(({ rest }) => rest === null);
      expect(ranked.slice(0, awake.length)).toEqual(awake);
      for (const [index, one] of awake.entries()) expect((awake[index + 1]?.merit ?? -1) - one.merit).toBeLessThanOrEqual(STAY.lead + 1e-9);
    }),
  );
});

it('never finds more merit in a dearer or slower carrier', () => {
  const price = fc.bigInt({ min: 0n, max: 1_000_000n });
  const seconds = fc.double({ min: 0, max: 600, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), price, price, price, seconds, seconds, (rate, cheapest, a, b, s, t) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      expect(meritOf(rate, more, cheapest, s)).toBeLessThanOrEqual(meritOf(rate, less, cheapest, s));
      expect(meritOf(rate, a, cheapest, Math.max(s, t))).toBeLessThanOrEqual(meritOf(rate, a, cheapest, Math.min(s, t)));
    }),
  );
});
