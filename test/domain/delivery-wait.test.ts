import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENERAL, isSilenceGeneral, receiptWaitSeconds, WAIT } from '../../src/domain/delivery-wait.js';

describe('a receipt is waited for', () => {
  it('as long as this route takes, with a margin, and for a minute where little is known', () => {
    expect(receiptWaitSeconds({ p95Seconds: 40, samples: 100 })).toBe(60);
    expect(receiptWaitSeconds({ p95Seconds: 20, samples: WAIT.enough })).toBe(30);
    expect(receiptWaitSeconds({ p95Seconds: 20, samples: WAIT.enough - 1 })).toBe(WAIT.unknown);
    expect(receiptWaitSeconds({ p95Seconds: null, samples: 0 })).toBe(WAIT.unknown);
  });

  it('never shorter than a hiccup nor longer than anybody waits', () => {
    fc.assert(
      fc.property(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null }), fc.nat(500), (p95Seconds, samples) => {
        const wait = receiptWaitSeconds({ p95Seconds, samples });
        expect(wait).toBeGreaterThanOrEqual(WAIT.least);
        expect(wait).toBeLessThanOrEqual(WAIT.most);
      }),
    );
  });
});

describe('silence is general', () => {
  const late = (carrier: string, timely: number, overdue: number) => ({ carrier, timely, overdue });

  it('when every carrier of which enough is known is late', () => {
    expect(isSilenceGeneral([late('a', 2, 8), late('b', 0, 3)])).toBe(true);
    expect(isSilenceGeneral([late('a', 2, 8), late('b', 0, 3), late('hardly', 2, 0)])).toBe(true);
  });

  it('not when one of them is in time, and not on one carrier’s word', () => {
    expect(isSilenceGeneral([late('a', 0, 10), late('b', 9, 1)])).toBe(false);
    expect(isSilenceGeneral([late('a', 0, 10)])).toBe(false);
    expect(isSilenceGeneral([late('a', 0, 10), late('b', 0, GENERAL.least - 1)])).toBe(false);
    expect(isSilenceGeneral([])).toBe(false);
  });

  it('the more so the later they are', () => {
    const some = fc.array(fc.record({ carrier: fc.string(), timely: fc.nat(10), overdue: fc.nat(10) }), { maxLength: 5 });
    fc.assert(
      fc.property(some, (given) => {
        const later = given.map((one) => ({ ...one, timely: 0, overdue: one.overdue + one.timely }));
        if (isSilenceGeneral(given)) expect(isSilenceGeneral(later)).toBe(true);
      }),
    );
  });
});
