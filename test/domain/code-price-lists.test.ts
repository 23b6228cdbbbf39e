import { describe, expect, it } from 'vitest';
import {
  CODE_PRICE_LISTS,
  type CodePriceList,
  LIMITER_PRICE_LISTS,
  type LimiterPriceList,
  limiterMonthAt,
  monthAt,
} from '../../src/domain/code-price-lists.js';
import { formatMoney, parseMoney } from '../../src/domain/money.js';

const of = <List extends { readonly id: string }>(lists: readonly List[], id: string) => lists.find((list) => list.id === id)!;
const codes = (id: string, volume: number) => monthAt(of<CodePriceList>(CODE_PRICE_LISTS, id), BigInt(volume));
const limiter = (id: string, verifications: number) => limiterMonthAt(of<LimiterPriceList>(LIMITER_PRICE_LISTS, id), BigInt(verifications));

/** Rounded half up to so many places, as the tables of ADR-002 write amounts. */
const rounded = (micros: bigint, places: number) => {
  const unit = 10n ** BigInt(6 - places);
  return ((micros + unit / 2n) / unit) * unit;
};
/** That an amount is the one of a table, to the places that the table gives. */
const isOfTable = (micros: bigint, dollars: string) => {
  const places = dollars.split('.')[1]?.length ?? 0;
  expect(formatMoney(rounded(micros, places))).toBe(formatMoney(parseMoney(dollars)));
};

describe('the rows of “SMS Delivery Costs”', () => {
  it.each([
    [1_000, '0', '50', '50'],
    [10_000, '58', '500', '450'],
    [50_000, '316', '2500', '2250'],
    // The last two rows leave the free thousand out, which the three before take off.
    [100_000, '645', '5000', '4500'],
    [500_000, '3225', '25000', '12100'],
  ])('%i codes a month', (volume, sns, supabase, twilio) => {
    isOfTable(codes(volume < 100_000 ? 'aws_sns_first_year' : 'aws_sns', volume), sns);
    isOfTable(codes('supabase', volume), supabase);
    isOfTable(codes('twilio_verify', volume), twilio);
  });

  it('contradict each other: the rows of 100,000 and 500,000 are not those of a first year', () => {
    isOfTable(codes('aws_sns_first_year', 100_000), '639');
    isOfTable(codes('aws_sns_first_year', 500_000), '3219');
  });
});

describe('the amounts of the text', () => {
  it('of the spike: 15,000 codes in seven days, 50,000 in a month', () => {
    isOfTable(codes('aws_sns', 15_000), '96.75');
    isOfTable(codes('supabase', 15_000), '750');
    isOfTable(codes('aws_sns', 50_000), '322.50');
    // "Twilio bill: $750" there is the price below 10,000; the table's own price from 10,000 on makes it this.
    isOfTable(codes('twilio_verify', 15_000), '675');
  });

  it('of a year of 120,000, a month of 10,000 at a time', () => {
    isOfTable(12n * codes('aws_sns_first_year', 10_000), '696.60');
    isOfTable(12n * codes('supabase', 10_000), '6000');
  });

  it('of Vonage and Firebase, which stand in no table', () => {
    isOfTable(codes('vonage', 500_000), '32000');
    isOfTable(codes('vonage', 100_000), '8000');
    isOfTable(codes('firebase', 10_000), '0');
    isOfTable(codes('firebase', 10_001), '0.06');
    // What ten thousand free ones save beside SNS.
    isOfTable(codes('aws_sns', 10_000), '64.50');
  });
});

describe('the rows of “Redis Cache Costs”', () => {
  it.each([
    [75_000, '0'],
    [150_000, '0.60'],
    [291_000, '1.73'],
    [583_000, '4.06'],
    [1_166_000, '8.73'],
  ])('%i verifications a month', (verifications, upstash) => {
    isOfTable(limiter('upstash', verifications), upstash);
    isOfTable(limiter('elasticache', verifications), '12.24');
    isOfTable(limiter('memorystore', verifications), '36');
  });

  it('contradict the list from 1,500,000 on, by twenty cents, and ElastiCache wins earlier than is said', () => {
    isOfTable(limiter('upstash', 1_500_000), '11.40');
    isOfTable(limiter('upstash', 2_000_000), '15.40');
    expect(limiter('upstash', 1_605_000)).toBe(limiter('elasticache', 1_605_000));
    expect(limiter('upstash', 1_605_001)).toBeGreaterThan(limiter('elasticache', 1_605_001));
  });
});

describe('the rows of “Total Phone Verification Cost”', () => {
  it('agree with the list in their last row only', () => {
    isOfTable(codes('aws_sns', 2_000_000), '12900');
    for (const [volume, said] of [
      [75_000, '435'],
      [291_000, '1819'],
      [583_000, '3703'],
      [1_166_000, '7455'],
    ] as const) {
      const missing = codes('aws_sns_first_year', volume) - parseMoney(said);
      // Between 42 and 60 dollars less than even a first year costs.
      expect(missing).toBeGreaterThan(42_000_000n);
      expect(missing).toBeLessThan(60_000_000n);
    }
  });
});

it('nothing costs nothing, but for what is paid by the month', () => {
  for (const list of CODE_PRICE_LISTS) expect(monthAt(list, 0n)).toBe(0n);
  expect(limiter('upstash', 0)).toBe(0n);
  expect(limiter('elasticache', 0)).toBe(12_240_000n);
});
