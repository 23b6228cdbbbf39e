/**
 * What others charge for sending a code, as ADR-002 of 2025-10-27 lists it, in US dollars. Kept as data, so that the same traffic
 * can be priced at each; where the rows of its own tables contradict a list, docs/verification-report.md says so.
 */
import { type Micros, MICROS_PER_UNIT } from './money.js';

/** Where the lists are from. They are what was known that day; nobody asks the suppliers. */
export const PRICE_LISTS_SOURCE = Object.freeze({ document: 'ADR-002', date: '2025-10-27', currency: 'USD' });

/** A supplier's list. Volumes are codes of one calendar month, amounts micro dollars for each. */
export interface CodePriceList {
  /** Stable, lower case. */
  readonly id: string;
  readonly name: string;
  /** Codes of each month that cost nothing. */
  readonly free: bigint;
  /** What all codes of a month cost each, from a volume on; ascending, the first from nought. */
  readonly prices: readonly { readonly from: bigint; readonly each: Micros }[];
  /** What codes beyond a volume cost each, instead of that. */
  readonly beyond: { readonly volume: bigint; readonly each: Micros } | null;
}

const flat = (id: string, name: string, each: Micros, free = 0n): CodePriceList =>
  Object.freeze({ id, name, free, prices: [{ from: 0n, each }], beyond: null });

/** Every list, the one that was chosen first. */
export const CODE_PRICE_LISTS: readonly CodePriceList[] = Object.freeze([
  flat('aws_sns', 'AWS SNS', 6_450n),
  flat('aws_sns_first_year', 'AWS SNS, first 12 months', 6_450n, 1_000n),
  flat('supabase', 'Supabase', 50_000n),
  Object.freeze({
    id: 'twilio_verify',
    name: 'Twilio Verify',
    free: 0n,
    prices: [
      { from: 0n, each: 50_000n },
      { from: 10_000n, each: 45_000n },
    ],
    beyond: { volume: 100_000n, each: 19_000n },
  }),
  flat('firebase', 'Firebase', 60_000n, 10_000n),
  Object.freeze({
    id: 'vonage',
    name: 'Vonage',
    free: 0n,
    prices: [{ from: 0n, each: 80_000n }],
    beyond: { volume: 100_000n, each: 60_000n },
  }),
]);

/** What so many codes of one month cost at a list, micro dollars. */
export function monthAt(list: CodePriceList, codes: bigint): Micros {
  const charged = codes > list.free ? codes - list.free : 0n;
  const { each } = list.prices.findLast(({ from }) => charged >= from)!;
  const further = list.beyond !== null && charged > list.beyond.volume ? charged - list.beyond.volume : 0n;
  return (charged - further) * each + further * (list.beyond?.each ?? 0n);
}

/** Commands of a limiter in Redis for one verification, as ADR-002 assumes: set and get the code, count, expire. */
export const LIMITER_COMMANDS = 4n;

/** What a month of a limiter in Redis costs. */
export interface LimiterPriceList {
  readonly id: string;
  readonly name: string;
  /** For each month, whatever it is used for. */
  readonly fixed: Micros;
  /** Commands of each month that cost nothing. */
  readonly free: bigint;
  /** What so many commands beyond them cost. */
  readonly each: { readonly commands: bigint; readonly price: Micros } | null;
}

export const LIMITER_PRICE_LISTS: readonly LimiterPriceList[] = Object.freeze([
  { id: 'upstash', name: 'Upstash', fixed: 0n, free: 300_000n, each: { commands: 100_000n, price: 200_000n } },
  { id: 'elasticache', name: 'AWS ElastiCache t4g.micro', fixed: (1_224n * MICROS_PER_UNIT) / 100n, free: 0n, each: null },
  { id: 'memorystore', name: 'GCP Memorystore M1', fixed: 36n * MICROS_PER_UNIT, free: 0n, each: null },
]);

/** What the limiter of so many verifications of one month costs, micro dollars, rounded up. */
export function limiterMonthAt(list: LimiterPriceList, verifications: bigint): Micros {
  const commands = verifications * LIMITER_COMMANDS;
  if (list.each === null || commands <= list.free) return list.fixed;
  const { commands: per, price } = list.each;
  return list.fixed + ((commands - list.free) * price + per - 1n) / per;
}
