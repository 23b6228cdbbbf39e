/**
 * How likely is it that an attempt succeeds, judged by what happened before at levels of different breadth? Pure, and free of
 * what is attempted: numbers that receive codes and messages that arrive are scored alike.
 */

/** What is known of a group's past, with old outcomes already decayed: fractional counts. */
export interface Outcomes {
  readonly successes: number;
  readonly failures: number;
}

/**
 * Where nothing is known: about 30 % of attempts fail, and what is new deserves a try before it is judged, so this weighs
 * as little as four attempts.
 */
export const PRIOR: Outcomes = Object.freeze({ successes: 2.8, failures: 1.2 });

/** A Beta posterior of the chance of success. */
export interface Posterior {
  /** Expected success rate, 0 to 1. */
  readonly mean: number;
  /** Standard deviation of that rate: how unsure we are. */
  readonly deviation: number;
  /** How many (decayed) attempts stand behind it, the prior left out. */
  readonly samples: number;
}

/** Posterior success rate of a group, given its outcomes and a prior. */
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

/**
 * Groups of the same breadth to which a candidate belongs (all attempts of its service elsewhere, all of its country
 * elsewhere). No outcome may stand in two groups of a hierarchy: what is counted exactly is not counted broadly as well.
 */
export type Level = readonly Outcomes[];

/** A posterior that leans on broader experience. */
export interface Estimate extends Posterior {
  /** The rate that broader levels spoke for before the exact level was looked at. */
  readonly expected: number;
}

/**
 * Posterior of a candidate from levels of evidence, the broadest first and the exact one last: each level's posterior is the
 * next one's prior.
 *
 * A broad level moves only where the prior lies, never what it weighs: that stays at four attempts ({@link PRIOR}), however
 * many thousands stand behind it. So with the fifth attempt of its own an exact group outweighs everything broader, and a
 * candidate that is excellent elsewhere and useless here is found out within a few attempts; one that nothing is known of
 * starts where its relatives stand. Groups side by side speak by their own weight, each of which is bounded as well, so that
 * a busy one cannot silence the other. A group without outcomes says what the level above says.
 *
 * @param levels may lack groups or be empty; the fixed prior is the level above the first.
 */
export function estimate(levels: readonly Level[], prior: Outcomes = PRIOR): Estimate {
  const weight = prior.successes + prior.failures;
  let expected = prior.successes / weight;
  for (const level of levels.slice(0, -1)) expected = besides(level, expected, weight);
  const exact = levels.at(-1) ?? [];
  const sum = exact.reduce<Outcomes>(
    (a, b) => ({ successes: a.successes + Math.max(0, b.successes), failures: a.failures + Math.max(0, b.failures) }),
    { successes: 0, failures: 0 },
  );
  return { ...posterior(sum, { successes: expected * weight, failures: (1 - expected) * weight }), expected };
}

/** What groups side by side make of a rate that was expected of each of them. */
function besides(level: Level, expected: number, weight: number): number {
  let means = 0;
  let weights = 0;
  for (const group of level) {
    const { mean, samples } = posterior(group, { successes: expected * weight, failures: (1 - expected) * weight });
    const heard = samples / (samples + weight);
    means += heard * mean;
    weights += heard;
  }
  return weights === 0 ? expected : means / weights;
}

/** The most standard deviations that a choice hopes for beyond the mean. */
const MOST_HOPE = 2;

/**
 * How many standard deviations above the mean all candidates of one choice are ranked by: up to two, evenly drawn for each
 * choice (a randomised confidence bound). What might be best is thereby tried as often as its uncertainty deserves, and
 * choices that are made before the first outcome is known do not all go the same way. Drawn once for a choice, not once for
 * each candidate, so that thirty candidates of which little is known are not thirty chances to look best.
 *
 * @param die evenly distributed, at least 0, below 1.
 */
export function hopeOf(die: number): number {
  return MOST_HOPE * die;
}

/** The rate to rank by: the mean, raised by hope as far as the evidence is unsure; 0 to 1. */
export function hopedRate(score: Posterior, hope: number): number {
  return Math.min(1, score.mean + hope * score.deviation);
}
