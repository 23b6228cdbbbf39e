/** What is known of a pair's past, with old outcomes already decayed: fractional counts. */
export interface Outcomes {
  readonly successes: number;
  readonly failures: number;
}

/**
 * Prior of a pair that nothing is known of: about 30 % of activations never receive a code, and a new pair deserves
 * a try before it is judged, so the prior weighs as little as four activations.
 */
export const PRIOR: Outcomes = Object.freeze({ successes: 2.8, failures: 1.2 });

/** A Beta posterior of the chance that a code comes. */
export interface Posterior {
  /** Expected success rate, 0 to 1. */
  readonly mean: number;
  /** Standard deviation of that rate: how unsure we are. */
  readonly deviation: number;
  /** How many (decayed) activations stand behind it, the prior left out. */
  readonly samples: number;
}

/** Posterior success rate of a pair, given its outcomes and a prior (a broader pair's, or {@link PRIOR}). */
export function posterior(outcomes: Outcomes, prior: Outcomes = PRIOR): Posterior {
  const alpha = prior.successes + Math.max(0, outcomes.successes);
  const beta = prior.failures + Math.max(0, outcomes.failures);
  const total = alpha + beta;
  return {
    mean: alpha / total,
    deviation: Math.sqrt((alpha * beta) / (total * total * (total + 1))),
    samples: Math.max(0, outcomes.successes) + Math.max(0, outcomes.failures),
  };
}
