import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientPrice, convertAt, costCeiling, formatMoney, moneyFromProvider, parseMoney } from '../../src/domain/money.js';

const micros = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
const markup = fc.record({ basisPoints: fc.integer({ min: 0, max: 100_000 }), fixed: fc.bigInt({ min: 0n, max: 10_000_000n }) });

describe('money', () => {
  it('writes what it reads, to the last micro unit', () => {
    fc.assert(fc.property(micros, (amount) => parseMoney(formatMoney(amount)) === amount));
  });

  it('keeps at least two places and no needless ones', () => {
    expect(formatMoney(150_000n)).toBe('0.15');
    expect(formatMoney(6_450n)).toBe('0.00645');
    expect(formatMoney(10_000_000n)).toBe('10.00');
    expect(formatMoney(-1n)).toBe('-0.000001');
    expect(formatMoney(0n)).toBe('0.00');
  });

  it.each(['', '1e3', '1.', '.5', ' 1', '+1', '1.0000001', '0x10', 'NaN', '1,5', '1234567890123', '--1'])('refuses %j', (text) => {
    expect(() => parseMoney(text)).toThrow(RangeError);
  });

  it("reads providers' numbers without float noise", () => {
    expect(moneyFromProvider(0.1 + 0.2)).toBe(300_000n);
    expect(moneyFromProvider('0.2500')).toBe(250_000n);
    expect(moneyFromProvider('0.0000005')).toBe(1n);
    expect(moneyFromProvider(3.6109)).toBe(3_610_900n);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        (tenThousandths) => moneyFromProvider(tenThousandths / 10_000) === BigInt(tenThousandths) * 100n,
      ),
    );
  });

  it('never sells below cost', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), markup, (cost, marked) => clientPrice(cost, marked) >= cost + marked.fixed),
    );
  });

  it('finds the highest cost that fits a ceiling', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), markup, (ceiling, marked) => {
        const cost = costCeiling(ceiling, marked);
        if (cost < 0n) return ceiling < marked.fixed;
        return clientPrice(cost, marked) <= ceiling && clientPrice(cost + 1n, marked) > ceiling;
      }),
    );
  });

  it('rounds conversions against us', () => {
    expect(convertAt(1n, 500_000n)).toBe(1n);
    expect(convertAt(100_000_000n, 11_000n)).toBe(1_100_000n);
  });
});
