import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claims, conversionOf, outcomesOf, receiptWorth, type Reports, usualConversion } from '../../src/domain/receipt-worth.js';

const count = fc.double({ min: 0, max: 10_000, noNaN: true });
const told = fc.record({ delivered: count, failed: count, denied: count, worked: count });
const reports = fc.record({ confirmed: count, denied: count });
const claims = fc.record({ here: reports, elsewhere: reports });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const NONE: Reports = { confirmed: 0, denied: 0 };
const here = (confirmed: number, denied: number): Claims => ({ here: { confirmed, denied }, elsewhere: NONE });

describe('what a receipt is worth', () => {
  it('is its whole word while no sender has spoken, and as long as what they say can be chance', () => {
    const silent = here(0, 0);
    expect(receiptWorth(silent, usualConversion([silent, silent]))).toBe(1);
    const honest = [here(80, 20), here(76, 24), here(7, 3)];
    for (const one of honest) expect(receiptWorth(one, usualConversion(honest))).toBe(1);
  });

  it('falls to its own conversion over the usual one where a carrier lies', () => {
    const [liar, honest] = [here(60, 140), here(160, 40)];
    const usual = usualConversion([liar, honest]);
    expect(receiptWorth(honest, usual)).toBe(1);
    expect(receiptWorth(liar, usual)).toBeGreaterThan(0.35);
    expect(receiptWorth(liar, usual)).toBeLessThan(0.55);
  });

  it('is doubted of a liar that has no rival to be compared with, after some twenty words', () => {
    const alone = here(6, 18);
    expect(receiptWorth(alone, usualConversion([alone, here(0, 0)]))).toBeLessThan(0.9);
  });

  it('is carried from other countries to one where nobody has spoken yet', () => {
    const liar: Claims = { here: NONE, elsewhere: { confirmed: 100, denied: 300 } };
    const honest: Claims = { here: NONE, elsewhere: { confirmed: 320, denied: 80 } };
    expect(receiptWorth(liar, usualConversion([liar, honest]))).toBeLessThan(0.95);
    expect(conversionOf(liar).mean).toBeLessThan(conversionOf(honest).mean);
  });

  it('is a share, and never falls with a confirmation nor rises with a denial', () => {
    fc.assert(
      fc.property(claims, fc.array(claims, { maxLength: 4 }), (one, others) => {
        const usual = usualConversion([one, ...others]);
        expect(usual).toBeGreaterThan(0);
        expect(usual).toBeLessThanOrEqual(1);
        expect(receiptWorth(one, usual)).toBeGreaterThan(0);
        expect(receiptWorth(one, usual)).toBeLessThanOrEqual(1);
        const confirmed = { ...one, here: { ...one.here, confirmed: one.here.confirmed + 1 } };
        const denied = { ...one, here: { ...one.here, denied: one.here.denied + 1 } };
        expect(conversionOf(confirmed).mean).toBeGreaterThanOrEqual(conversionOf(one).mean);
        expect(conversionOf(denied).mean).toBeLessThanOrEqual(conversionOf(one).mean);
      }),
    );
  });
});

describe('what is told becomes outcomes', () => {
  it('of a truthful carrier: a code that was not typed is no failure of its', () => {
    expect(outcomesOf({ delivered: 10, failed: 2, denied: 3, worked: 5 }, 1, 0.8)).toEqual({ successes: 18, failures: 2 });
  });

  it('of a liar: a code that was not typed did most likely not come', () => {
    const { successes, failures } = outcomesOf({ delivered: 0, failed: 0, denied: 100, worked: 0 }, 0.3, 0.8);
    expect(successes).toBeLessThan(10);
    expect(successes + failures).toBeCloseTo(100);
  });

  it('believes the sender that it worked, whatever the carrier says', () => {
    expect(outcomesOf({ delivered: 0, failed: 0, denied: 0, worked: 4 }, 0.1, 0.9)).toEqual({ successes: 4, failures: 0 });
  });

  it('loses and invents nothing, and says more for the carrier the more it is believed', () => {
    fc.assert(
      fc.property(told, share, share, fc.double({ min: 0.05, max: 1, noNaN: true }), (given, a, b, usual) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((worth) => outcomesOf(given, worth, usual)) as [never, never];
        const all = given.delivered + given.failed + given.denied + given.worked;
        for (const { successes, failures } of [less, more] as { successes: number; failures: number }[]) {
          expect(successes).toBeGreaterThanOrEqual(0);
          expect(failures).toBeGreaterThanOrEqual(-1e-9);
          expect(successes + failures).toBeCloseTo(all, 3);
        }
        expect((more as { successes: number }).successes).toBeGreaterThanOrEqual((less as { successes: number }).successes - 1e-6);
      }),
    );
  });

  it('gives back what was true, where senders speak of every message', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 0.3, max: 1, noNaN: true }), (truly, usual) => {
        // A carrier that calls everything delivered and delivers `truly`, and people of whom `usual` type their code.
        const worked = 1_000 * truly * usual;
        const { successes } = outcomesOf({ delivered: 0, failed: 0, denied: 1_000 - worked, worked }, truly, usual);
        expect(successes / 1_000).toBeCloseTo(truly, 6);
      }),
    );
  });
});
