/** Whether a pair's success has collapsed, judged by its own longer history. Pure. */
import type { Outcomes } from './scoring.js';

/** What is compared. Seconds, and counts of outcomes. */
export const COLLAPSE = Object.freeze({
  /** Lately: so far back, */
  recentSeconds: 7_200,
  /** at least so many outcomes, or nothing is said. */
  recentLeast: 10,
  /** Before that: so far back, so many of the newest, at least so many. */
  beforeSeconds: 604_800,
  beforeNewest: 300,
  beforeLeast: 30,
  /** Less than this share of the former rate, … */
  share: 0.5,
  /** … and less likely than this to be chance: pairs are many and are looked at every minute. */
  chance: 1e-4,
});

/**
 * Whether the newest outcomes are far worse than those before them, beyond what chance does. A pair that was always bad has not
 * collapsed, and one with few outcomes is not judged.
 */
export function hasCollapsed(recent: Outcomes, before: Outcomes): boolean {
  const tried = recent.successes + recent.failures;
  const known = before.successes + before.failures;
  if (tried < COLLAPSE.recentLeast || known < COLLAPSE.beforeLeast) return false;
  const usual = before.successes / known;
  if (recent.successes / tried >= usual * COLLAPSE.share) return false;
  return chanceOfAtMost(recent.successes, tried, usual) < COLLAPSE.chance;
}

/** Probability that of `tried` independent attempts, each succeeding at `rate`, at most `successes` succeed. */
export function chanceOfAtMost(successes: number, tried: number, rate: number): number {
  if (successes >= tried || rate <= 0) return 1;
  if (rate >= 1) return 0;
  // Logarithms, because the terms of some hundreds of attempts are too small to multiply.
  let logTerm = tried * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= successes; k += 1) {
    logTerm += Math.log((tried - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
