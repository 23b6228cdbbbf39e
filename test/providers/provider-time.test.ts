import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyOf } from '../../src/providers/currency.js';
import { msBetween, msUntil, readTime, retryAfterMs } from '../../src/providers/provider-time.js';

const NOON = Date.UTC(2026, 10, 21, 12);

describe('a provider’s timestamp', () => {
  it.each([
    ['2026-11-21T12:00:00Z', NOON, true],
    ['2026-11-21T12:00:00.5Z', NOON + 500, true],
    ['2026-11-21T12:00:00.123456Z', NOON + 123, true],
    ['2026-11-21T12:00:00.809469028Z', NOON + 809, true],
    ['2026-11-21T15:00:00+03:00', NOON, true],
    ['2026-11-21T08:30:00-0330', NOON, true],
    ['2026-11-21 12:00:00', NOON, false],
    ['2026-11-21 12-00-00', NOON, false],
    ['2026-11-21 12:00:00 UTC', NOON, true],
  ])('%s', (text, ms, zoned) => {
    expect(readTime(text)).toEqual({ ms, zoned });
  });

  it.each(['', 'soon', '1700000000', '2026-02-31 00:00:00', '2026-13-01T00:00:00Z', '2026-11-21T25:00:00Z', '2026-11-21'])(
    '"%s" is none',
    (text) => {
      expect(readTime(text)).toBeNull();
    },
  );

  it('never throws, and reads what a machine writes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readTime(text)?.zoned ?? true).toBeTypeOf('boolean');
      }),
    );
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
        expect(readTime(date.toISOString())).toEqual({ ms: date.getTime(), zoned: true });
      }),
    );
  });

  it('counts from the reply’s own Date header, and only with a zone', () => {
    expect(msUntil('2026-11-21T12:20:00Z', NOON)).toBe(1_200_000);
    expect(msUntil('2026-11-21T11:00:00Z', NOON)).toBe(0);
    expect(msUntil('2026-11-21 12:20:00', NOON)).toBeNull();
    expect(msUntil('2026-11-21T12:20:00Z', null)).toBeNull();
    expect(msUntil(null, NOON)).toBeNull();
  });

  it('gives a difference only between times of one kind', () => {
    expect(msBetween('2026-11-21 12:00:00', '2026-11-21 12:20:00')).toBe(1_200_000);
    expect(msBetween('2026-11-21T12:00:00Z', '2026-11-21T13:20:00+01:00')).toBe(1_200_000);
    expect(msBetween('2026-11-21 12:00:00', '2026-11-21T12:20:00Z')).toBeNull();
    expect(msBetween('2026-11-21 12:20:00', '2026-11-21 12:00:00')).toBeNull();
    expect(msBetween(null, '2026-11-21 12:00:00')).toBeNull();
  });

  it('of Retry-After is seconds or a date', () => {
    expect(retryAfterMs('10', NOON)).toBe(10_000);
    expect(retryAfterMs(new Date(NOON + 60_000).toUTCString(), NOON)).toBe(60_000);
    expect(retryAfterMs(new Date(NOON - 60_000).toUTCString(), NOON)).toBe(0);
    expect(retryAfterMs('later', NOON)).toBeUndefined();
    expect(retryAfterMs(undefined, NOON)).toBeUndefined();
  });
});

describe('a currency', () => {
  it.each([
    ['840', 'USD'],
    ['643', 'RUB'],
    ['usd', 'USD'],
    ['999', '999'],
    ['', null],
    [null, null],
  ])('%s', (given, expected) => {
    expect(currencyOf(given)).toBe(expected);
  });
});
