/** Least stock of each band: nothing, a few, tens, hundreds, thousands. */
export const STOCK_BANDS: readonly number[] = Object.freeze([0, 1, 10, 100, 1_000]);

/** The band that a stock lies in: an index into {@link STOCK_BANDS}. */
export function stockBand(stock: number): number {
  return STOCK_BANDS.findLastIndex((least) => stock >= least);
}

/** Counts of our own outcomes, with old ones faded: fractional. */
export interface Counts {
  readonly successes: number;
  readonly failures: number;
}

/** Below this many (faded) outcomes a success rate would say more of the prior than of the pair. */
const ENOUGH = 1;

/** The success rate that counts speak for, 0 to 1 with two places; null where too little is known. */
export function successRate(counts: Counts, posterior: (counts: Counts) => number): number | null {
  return counts.successes + counts.failures < ENOUGH ? null : Math.round(posterior(counts) * 100) / 100;
}

/** Tenth of a success rate, 0 to 9. */
export function successDecile(rate: number | null): number | null {
  return rate === null ? null : Math.min(9, Math.floor(rate * 10 + 1e-9));
}
