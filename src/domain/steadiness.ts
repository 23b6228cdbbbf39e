/** How far back the past still speaks of the present. Pure. */
import type { Outcomes } from './scoring.js';

export const STEADINESS = Object.freeze({
  /** By so many standard deviations must a part differ to be of another time. Every choice asks, so it is much. */
  kappa: 4,
});

/**
 * Adds parts of the past, the newest first, for as long as what is older agrees with them: the next part, and all that is older.
 * Two rates that differ by more than chance explains are those of before and after a change, and what was before is left
 * out.
 */
export function stillTrue(parts: readonly Outcomes[]): Outcomes {
  const older = parts.map((_, index) => parts.slice(index).reduce(added, NOTHING));
  let sum = NOTHING;
  for (const [index, part] of parts.entries()) {
    if (differ(sum, part) || differ(sum, older[index]!)) return sum;
    sum = added(sum, part);
  }
  return sum;
}

const NOTHING: Outcomes = Object.freeze({ successes: 0, failures: 0 });

function added(a: Outcomes, b: Outcomes): Outcomes {
  return { successes: a.successes + b.successes, failures: a.failures + b.failures };
}

/** Likelihood ratio of two rates against one, which holds for few outcomes and rates near one as well. */
function differ(a: Outcomes, b: Outcomes): boolean {
  return 2 * (likelihood(a) + likelihood(b) - likelihood(added(a, b))) > STEADINESS.kappa ** 2;
}

function likelihood({ successes, failures }: Outcomes): number {
  const all = successes + failures;
  return (successes > 0 ? successes * Math.log(successes / all) : 0) + (failures > 0 ? failures * Math.log(failures / all) : 0);
}
