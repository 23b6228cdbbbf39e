/**
 * How many codes may stay unverified, from what our own people did before (docs/fraud.md). Codes count once they have settled:
 * had time to be typed back. Pure figures, no unit but codes.
 */

/** Codes that settled, and those of them that were typed back in time. */
export interface Conversion {
  readonly codes: number;
  readonly typedBack: number;
}

/** The share typed back that is expected before anything is known, and what that is worth in codes. */
const PRIOR = { share: 0.6, worth: 10 } as const;
/** What a broader past (the account's for a country, the country's for a prefix) is worth to a narrower one, in codes. */
const BROADER_WORTH = 20;
/** However long the past is, it is worth no more codes than this: days differ more than a coin that is tossed. */
const MOST_WORTH = 200;

/** A beta distribution of the share of codes that are typed back. */
export interface Expectation {
  readonly typedBack: number;
  readonly lost: number;
}

/** What a past lets expect; a narrow one leans on what the broader one that it is part of lets expect. */
export function expectationOf(past: Conversion, broader: Expectation | null): Expectation {
  const [share, worth] = broader === null ? [PRIOR.share, PRIOR.worth] : [meanOf(broader), BROADER_WORTH];
  const weight = past.codes === 0 ? 0 : Math.min(1, MOST_WORTH / past.codes);
  return {
    typedBack: worth * share + weight * past.typedBack,
    lost: worth * (1 - share) + weight * (past.codes - past.typedBack),
  };
}

/** The share that an expectation amounts to, 0 to 1. */
export function meanOf({ typedBack, lost }: Expectation): number {
  return typedBack / (typedBack + lost);
}

/**
 * The most of `codes` that stay unverified with the given certainty while nothing has changed: the quantile of the
 * beta-binomial that the expectation predicts.
 *
 * @param certainty 0.9 to below 1
 */
export function unverifiedBudget(expected: Expectation, codes: number, certainty: number): number {
  // P(0 lost), then each next from the one before; in logarithms, because the first underflow for many codes.
  let logged = logBeta(expected.lost, expected.typedBack + codes) - logBeta(expected.lost, expected.typedBack);
  let below = Math.exp(logged);
  for (let lost = 0; lost < codes; lost += 1) {
    if (below >= certainty) return lost;
    logged += Math.log(((codes - lost) / (lost + 1)) * ((lost + expected.lost) / (codes - lost - 1 + expected.typedBack)));
    below += Math.exp(logged);
  }
  return codes;
}

/** What a window showed against what its past lets expect. */
export interface BudgetReading {
  /** Codes of the window that were not typed back. */
  readonly unverified: number;
  readonly budget: number;
  /** Shares typed back, 0 to 1. */
  readonly share: number;
  readonly expectedShare: number;
  readonly overrun: boolean;
}

/**
 * Reads a window. It is overrun when more stayed unverified than the past makes credible, and less than `share` of what it
 * lets expect was typed back: the first alone would trip over small changes of much traffic, the second over little traffic.
 */
export function readBudget(
  expected: Expectation,
  window: Conversion,
  bounds: { readonly least: number; readonly share: number; readonly certainty: number },
): BudgetReading {
  const unverified = window.codes - window.typedBack;
  const budget = unverifiedBudget(expected, window.codes, bounds.certainty);
  const share = window.codes === 0 ? 1 : window.typedBack / window.codes;
  const expectedShare = meanOf(expected);
  return {
    unverified,
    budget,
    share,
    expectedShare,
    overrun: window.codes >= bounds.least && unverified > budget && share < bounds.share * expectedShare,
  };
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
  9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function, by Lanczos' approximation; for positive arguments. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const t = z + 7.5;
  const sum = LANCZOS.reduce((total, coefficient, index) => total + coefficient / (z + index + 1), 0.99999999999980993);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
