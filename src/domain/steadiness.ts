/** How far back the past still speaks of the present. Pure. */
import type { Outcomes } from './scoring.js';

export const STEADINESS = Object.freeze({
  /** By so many standard deviations must a part differ to be of another time. Every choice asks, so it is much. */
  kappa: 4,
});

/**
 * Adds parts of the past, the newest first, for as long as the next older one agrees with what was added before: two rates
 * that differ by more than chance explains are those of before and after a change, and what was before is left out.
 */
export function stillTrue(parts: readonly Outcomes[]): Outcomes {
  let sum: Outcomes = { successes: 0, failures: 0 };
  for (const part of parts) {
    if (differ(sum, part)) return sum;
    sum = { successes: sum.successes + part.successes, failures: sum.failures + part.failures };
  }
  return sum;
}

/** Likelihood ratio of two rates against one, which holds for few outcomes and rates near one as well. */
function differ(a: Outcomes, b: Outcomes): boolean {
  const both = { successes: a.successes + b.successes, failures: a.failures + b.failures };
  return 2 * (likelihood(a) + likelihood(b) - likelihood(both)) > STEADINESS.kappa ** 2;
}

function likelihood({ successes, failures }: Outcomes): number {
  const all = successes + failures;
  return (successes > 0 ? successes * Math.log(successes / all) : 0) + (failures > 0 ? failures * Math.log(failures / all) : 0);
}
