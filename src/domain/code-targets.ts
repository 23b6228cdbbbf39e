/** What ADR-002 wants verifications to reach, and whether they do. Judged in integers; what is shown is rounded. */
import { formatMoney, type Micros, MICROS_PER_UNIT } from './money.js';

/** From how many of what it is measured by a target is judged at all. */
export const LEAST_SAMPLE = 100;

/** A target with what was measured. */
export interface JudgedTarget {
  readonly target: 'delivery' | 'delivery_seconds' | 'drop_off' | 'fraud' | 'cost_50000' | 'cost_100000' | 'cost_of_revenue';
  /** What `value` and `bound` are in; `money` is units of the wallet currency. */
  readonly unit: 'percent' | 'seconds' | 'money';
  readonly sense: 'at_least' | 'below';
  /** Decimal strings; `value` is null where nothing was measured. */
  readonly bound: string;
  readonly value: string | null;
  /** What it was measured by: codes, verifications, or wishes for one. */
  readonly sample: number;
  readonly verdict: 'met' | 'missed' | 'too_few';
}

/** What the targets are judged by. Amounts are micro units of the wallet currency. */
export interface Measured {
  readonly verifications: number;
  readonly delivered: number;
  readonly undelivered: number;
  readonly timed: number;
  readonly p99Seconds: number | null;
  readonly reached: number;
  readonly dropped: number;
  readonly cost: Micros;
  /** Null in a client's own report: that of the house alone knows it. */
  readonly fraud: { readonly blocked: number; readonly suspect: number } | null;
  /** Of the same days; null where nobody said. */
  readonly revenue: Micros | null;
}

/** Holds what was measured against every target. */
export function judgeTargets(it: Measured): JudgedTarget[] {
  const wishes = it.verifications + (it.fraud?.blocked ?? 0);
  return [
    share('delivery', { part: it.delivered, whole: it.delivered + it.undelivered }, 'at_least', 95),
    {
      target: 'delivery_seconds',
      unit: 'seconds',
      sense: 'below',
      bound: '30',
      value: it.p99Seconds === null ? null : it.p99Seconds.toFixed(2),
      sample: it.timed,
      verdict: verdict(it.timed, it.p99Seconds !== null && it.p99Seconds < 30),
    },
    share('drop_off', { part: it.dropped, whole: it.reached }, 'below', 5),
    ...(it.fraud === null ? [] : [share('fraud', { part: it.fraud.blocked + it.fraud.suspect, whole: wishes }, 'below', 1)]),
    volume('cost_50000', it, 50_000n, 500n),
    volume('cost_100000', it, 100_000n, 1_000n),
    ...(it.revenue === null ? [] : [ofRevenue(it.cost, it.revenue, it.verifications)]),
  ];
}

/** A share in percent with two places, rounded; null of nothing. */
export function percentOf(part: number, whole: number): string | null {
  return whole === 0 ? null : (Math.round((part * 10_000) / whole) / 100).toFixed(2);
}

/** What so many verifications cost at the rate of those that were measured, rounded up; null of none. */
export function costOfVolume(cost: Micros, verifications: number, volume: bigint): Micros | null {
  if (verifications === 0) return null;
  const count = BigInt(verifications);
  return (cost * volume + count - 1n) / count;
}

function share(
  target: JudgedTarget['target'],
  { part, whole }: { readonly part: number; readonly whole: number },
  sense: JudgedTarget['sense'],
  bound: number,
): JudgedTarget {
  const isMet = sense === 'at_least' ? part * 100 >= bound * whole : part * 100 < bound * whole;
  return {
    target,
    unit: 'percent',
    sense,
    bound: String(bound),
    value: percentOf(part, whole),
    sample: whole,
    verdict: verdict(whole, isMet),
  };
}

function volume(target: JudgedTarget['target'], it: Measured, of: bigint, units: bigint): JudgedTarget {
  const cost = costOfVolume(it.cost, it.verifications, of);
  const isMet = it.cost * of < units * MICROS_PER_UNIT * BigInt(it.verifications);
  return {
    target,
    unit: 'money',
    sense: 'below',
    bound: formatMoney(units * MICROS_PER_UNIT),
    value: cost === null ? null : formatMoney(cost),
    sample: it.verifications,
    verdict: verdict(it.verifications, isMet),
  };
}

function ofRevenue(cost: Micros, revenue: Micros, sample: number): JudgedTarget {
  const hundredths = (cost * 10_000n + revenue / 2n) / revenue;
  return {
    target: 'cost_of_revenue',
    unit: 'percent',
    sense: 'below',
    bound: '5',
    value: `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`,
    sample,
    verdict: verdict(sample, cost * 100n < revenue * 5n),
  };
}

function verdict(sample: number, isMet: boolean): JudgedTarget['verdict'] {
  if (sample < LEAST_SAMPLE) return 'too_few';
  return isMet ? 'met' : 'missed';
}
