import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgePass, openingFigure, type PendingRefund, type ProofPass, type ProofState, surplusOf } from '../../src/domain/proof.js';

const armed: ProofState = { armed: true, last: null, fall: null, suspect: null, unclaimed: null };
const unarmed: ProofState = { armed: false, last: null, fall: null, suspect: null, unclaimed: null };
const TIMES = { freezeConfirmMs: 15_000, balanceMs: 15_000 };
const refund = (orderId: string, cost: bigint, agreedAt: number | null): PendingRefund => ({
  orderId,
  cost,
  agreedAt,
  unsureSince: null,
});

function pass(expected: bigint, observed: bigint, pending: readonly PendingRefund[], possiblyEnded = 0n): ProofPass {
  return { expected, observed, granularity: 1n, pending, possiblyEnded };
}

describe('proof of refund', () => {
  it('confirms the youngest agreement first and skips what does not fit', () => {
    const pending = [refund('old', 30n, 1), refund('dear', 50n, 3), refund('young', 20n, 2)];
    expect(judgePass(pass(100n, 140n, pending), armed, 0, TIMES).confirm).toEqual(['young']);
    expect(judgePass(pass(100n, 150n, pending), armed, 0, TIMES).confirm).toEqual(['dear']);
    expect(judgePass(pass(100n, 200n, pending), armed, 0, TIMES).confirm).toEqual(['dear', 'young', 'old']);
  });

  it('confirms nobody whose own record does not agree', () => {
    expect(judgePass(pass(100n, 130n, [refund('a', 30n, null)]), armed, 0, TIMES).confirm).toEqual([]);
  });

  it('freezes on money that nothing explains, once two passes agree', () => {
    const pending = [refund('a', 30n, 1)];
    const first = judgePass(pass(100n, 131n, pending), armed, 1_000, TIMES);
    expect(first).toMatchObject({ confirm: [], freeze: false });
    const tooSoon = judgePass(pass(100n, 131n, pending), first.state, 15_999, TIMES);
    expect(tooSoon.freeze).toBe(false);
    expect(judgePass(pass(100n, 131n, pending), tooSoon.state, 16_000, TIMES).freeze).toBe(true);
    // What turns out to be an order's refund clears the suspicion.
    expect(judgePass(pass(100n, 130n, pending), first.state, 16_000, TIMES)).toMatchObject({
      freeze: false,
      confirm: ['a'],
      state: { suspect: null },
    });
  });

  it('counts orders that may have ended before it suspects', () => {
    expect(judgePass(pass(100n, 131n, [refund('a', 30n, 1)], 1n), armed, 0, TIMES).state.suspect).toBeNull();
  });

  it('arms only after an exact fall and an exact rise', () => {
    const opened = judgePass(pass(100n, 100n, []), unarmed, 0, TIMES).state;
    expect(opened).toMatchObject({ armed: false, fall: null, last: { observed: 100n, expected: 100n } });
    const inexact = judgePass(pass(70n, 75n, [], 30n), opened, 0, TIMES).state;
    expect(inexact.fall).toBeNull();
    const fell = judgePass(pass(70n, 70n, []), opened, 0, TIMES).state;
    expect(fell).toMatchObject({ armed: false, fall: { observed: 70n, expected: 70n } });
    const tooLittle = judgePass(pass(70n, 95n, [refund('a', 30n, 1)]), fell, 0, TIMES);
    expect(tooLittle).toMatchObject({ confirm: [], state: { armed: false } });
    const rose = judgePass(pass(70n, 100n, [refund('a', 30n, 1)]), fell, 0, TIMES);
    expect(rose).toMatchObject({ confirm: ['a'], state: { armed: true } });
  });

  it('arms in spite of a drift from before, and confirms no more than the surplus', () => {
    const opened = judgePass(pass(100n, 90n, []), unarmed, 0, TIMES).state;
    const fell = judgePass(pass(70n, 60n, []), opened, 0, TIMES).state;
    expect(fell.fall).toEqual({ observed: 60n, expected: 70n });
    const rose = judgePass(pass(70n, 90n, [refund('a', 30n, 1)]), fell, 0, TIMES);
    expect(rose).toMatchObject({ surplus: 20n, confirm: [], state: { armed: true } });
  });

  it('arms on one window that holds a fall and a rise, but not on a balance that stands still', () => {
    const opened = judgePass(pass(100n, 100n, []), unarmed, 0, TIMES).state;
    const both = judgePass(pass(50n, 80n, [refund('a', 30n, 1)]), opened, 0, TIMES);
    expect(both).toMatchObject({ confirm: ['a'], state: { armed: true } });
    const still = judgePass(pass(70n, 100n, [refund('a', 30n, 1)]), opened, 0, TIMES);
    expect(still).toMatchObject({ confirm: [], state: { armed: false } });
  });

  it('arms when money is back before the order’s own record says so', () => {
    const opened = judgePass(pass(100n, 100n, []), unarmed, 0, TIMES).state;
    const fell = judgePass(pass(70n, 70n, []), opened, 0, TIMES).state;
    const early = judgePass(pass(70n, 100n, [refund('a', 30n, null)]), fell, 0, TIMES);
    expect(early.state.armed).toBe(false);
    expect(judgePass(pass(70n, 100n, [refund('a', 30n, 1)]), early.state, 0, TIMES)).toMatchObject({
      confirm: ['a'],
      state: { armed: true },
    });
  });

  it('arms on a number given back after one that was sold for as much', () => {
    const opened = judgePass(pass(100n, 100n, []), unarmed, 0, TIMES).state;
    const sold = judgePass(pass(70n, 70n, []), opened, 0, TIMES).state;
    const fell = judgePass(pass(40n, 40n, []), sold, 0, TIMES).state;
    // Since the first fall the balance stands where it stood.
    expect(judgePass(pass(40n, 70n, [refund('a', 30n, 1)]), fell, 0, TIMES)).toMatchObject({ confirm: ['a'], state: { armed: true } });
  });

  it('arms in calm although money that came back in a storm fits no order', () => {
    const before = judgePass(pass(100n, 100n, []), unarmed, 0, TIMES).state;
    const storm = judgePass(pass(70n, 70n, [refund('old', 50n, 1)]), before, 0, TIMES).state;
    const odd = judgePass(pass(70n, 90n, [refund('old', 50n, 1)]), storm, 0, TIMES).state;
    const fell = judgePass(pass(60n, 80n, [refund('old', 50n, 1)]), odd, 0, TIMES).state;
    const pending = [refund('old', 50n, 1), refund('calm', 10n, 2)];
    expect(judgePass(pass(60n, 90n, pending), fell, 0, TIMES)).toMatchObject({ confirm: ['calm'], state: { armed: true } });
  });

  it('keeps the first fall while a record may still explain what came back', () => {
    const opened = judgePass(pass(100n, 100n, []), unarmed, 0, TIMES).state;
    const fell = judgePass(pass(70n, 70n, []), opened, 0, TIMES).state;
    const early = judgePass(pass(70n, 100n, [refund('a', 30n, null)]), fell, 0, TIMES).state;
    const again = judgePass(pass(50n, 80n, [refund('a', 30n, null)]), early, 0, TIMES).state;
    expect(judgePass(pass(50n, 80n, [refund('a', 30n, 1)]), again, 0, TIMES)).toMatchObject({ confirm: ['a'], state: { armed: true } });
  });

  it('never arms on a rise without a fall', () => {
    const opened = judgePass(pass(100n, 100n, []), unarmed, 0, TIMES).state;
    expect(judgePass(pass(100n, 130n, [refund('a', 30n, 1)]), opened, 0, TIMES)).toMatchObject({ confirm: [], state: { armed: false } });
  });

  it('takes half a declared granularity off the balance', () => {
    expect(surplusOf({ expected: 100n, observed: 110n, granularity: 10n })).toBe(5n);
    expect(surplusOf({ expected: 100n, observed: 110n, granularity: 1n })).toBe(10n);
  });

  it('takes half a step off what is shown, and opens the books with half a step more', () => {
    const granularity = 10n;
    // 104 and then 101 are both shown as 100: nothing came back after a charge of 3.
    const expected = openingFigure(100n, granularity) - 3n;
    const verdict = judgePass({ ...pass(expected, 100n, [refund('a', 3n, 1)]), granularity }, armed, 0, TIMES);
    expect(verdict.confirm).toEqual([]);
  });

  it('proves no refund of a price that no record has told', () => {
    expect(judgePass(pass(100n, 100n, [refund('a', 0n, 1)]), armed, 0, TIMES).confirm).toEqual([]);
  });

  it('is not armed by a balance that only rises, whatever it fits', () => {
    const opened = judgePass(pass(100n, 100n, []), unarmed, 0, TIMES).state;
    const rise = judgePass(pass(90n, 131n, [refund('a', 10n, 1), refund('b', 31n, 2)]), opened, 0, TIMES);
    expect(rise).toMatchObject({ confirm: [], state: { armed: false } });
  });

  it('never confirms more than came in', () => {
    const refunds = fc.array(
      fc.record({ cost: fc.bigInt({ min: 1n, max: 1_000n }), agreedAt: fc.option(fc.integer({ min: 0, max: 1_000 })) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(refunds, fc.bigInt({ min: -500n, max: 20_000n }), fc.boolean(), (costs, surplus, isArmed) => {
        const pending = costs.map(({ cost, agreedAt }, index) => refund(String(index), cost, agreedAt));
        const verdict = judgePass(pass(10_000n, 10_000n + surplus, pending), isArmed ? armed : unarmed, 0, TIMES);
        const confirmed = pending.filter(({ orderId }) => verdict.confirm.includes(orderId)).reduce((sum, { cost }) => sum + cost, 0n);
        expect(new Set(verdict.confirm).size).toBe(verdict.confirm.length);
        return confirmed <= (surplus > 0n ? surplus : 0n) && (isArmed || verdict.confirm.length === 0);
      }),
    );
  });
});
