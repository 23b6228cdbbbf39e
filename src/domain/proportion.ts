/** A share that was observed, and where the true one lies: 95 of 100 such intervals hold it. */
export interface Proportion {
  /** 0 to 1. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Of a normal distribution 95 % lie within so many standard deviations. */
const Z = 1.959964;

/** The share of successes with its interval (Wilson's score interval, sound for few and for extreme shares too). Null of none. */
export function proportionOf(successes: number, trials: number): Proportion | null {
  if (trials <= 0) return null;
  const rate = successes / trials;
  const weight = Z ** 2 / trials;
  const centre = (rate + weight / 2) / (1 + weight);
  const reach = (Z / (1 + weight)) * Math.sqrt((rate * (1 - rate)) / trials + weight / (4 * trials));
  // At 0 and 1 rounding would leave the share just outside.
  return { rate, low: Math.max(0, Math.min(rate, centre - reach)), high: Math.min(1, Math.max(rate, centre + reach)) };
}
