import { clientPrice, convertAt, type Markup, type Micros } from './money.js';
import type { Rest } from './resting.js';
import { type Estimate, estimate, hopedRate, type Level, type Outcomes } from './scoring.js';

/** Our own decayed outcomes, from broad to exact. */
export interface Evidence {
  /** Broader than the pair, the broadest first, and without the pair's own outcomes. */
  readonly broader: readonly Level[];
  /** The provider's for this service and country, whatever the operator. */
  readonly pair: Outcomes;
  /** Those of the pair that came by the offer's operator; null where the offer names none. */
  readonly operator: Outcomes | null;
}

/** An offer of stored stock and price, with what is known of it. */
export interface Offer {
  readonly provider: string;
  readonly operator: string | null;
  /** Micro units of the provider's currency. */
  readonly cost: Micros;
  /** Micro units of the wallet currency for one unit of the provider's. */
  readonly rateMicros: Micros;
  readonly stock: number;
  readonly evidence: Evidence;
  readonly medianSecondsToCode: number | null;
  /** Why it should be left alone now; null if nothing speaks against it. */
  readonly rest: Rest | null;
}

/** An offer that was ranked: in which order the providers are asked, and why. */
export interface Candidate {
  readonly provider: string;
  readonly operator: string | null;
  /** What the provider asks, micro units of its currency, when the list was read. */
  readonly cost: Micros;
  /** What the client pays at that cost, micro units of the wallet currency. */
  readonly price: Micros;
  readonly score: Estimate;
  /** The rate that it was ranked by: the score's mean, raised by hope as far as it is unsure. */
  readonly hoped: number;
  readonly stock: number;
  readonly medianSecondsToCode: number | null;
  /** It rests and is asked only because everything better was asked before. */
  readonly rest: Rest | null;
}

/** How offers are ranked. */
export interface Ranking {
  readonly markupOf: (offer: Offer) => Markup;
  /** The most that the client pays, micro units of the wallet currency; null for no ceiling. */
  readonly ceiling: Micros | null;
  /** How many candidates to keep. */
  readonly limit: number;
  /** Drawn anew for each choice; see `hopeOf`. */
  readonly hope: number;
}

/** Two success rates closer than this are told apart by price instead. */
const RATE_STEP = 0.05;
/** Times to code closer than this are alike. */
const SECONDS_STEP = 5;
/** Of one provider's operators only so many are tried. */
const OPERATORS = 3;

/**
 * Ranks offers: success rate first (rates within five points of the best count as equal, so that noise does not outrank
 * price), then what the client pays, then time to the code. Of a provider's operators only the best three stay, so that one
 * provider's operators cannot use up every try. Offers above the ceiling are left out.
 *
 * Hope is for pairs: an operator has its own mean and its pair's uncertainty, so that thirty operators which hardly anybody
 * has tried do not outrank a pair that is known to be good.
 *
 * What rests by the provider's own rules is left out. What rests because it just had nothing comes after everything else, one
 * offer a provider: it costs nothing while others sell, and is not refused to the client who has no other.
 */
export function rankOffers(offers: readonly Offer[], how: Ranking): Candidate[] {
  const candidates = offers
    .filter((offer) => offer.stock > 0 && offer.rest?.strict !== true)
    .map((offer): Candidate => {
      const score = scoreOf(offer.evidence);
      return {
        provider: offer.provider,
        operator: offer.operator,
        cost: offer.cost,
        price: clientPrice(convertAt(offer.cost, offer.rateMicros), how.markupOf(offer)),
        score,
        hoped: hopedRate(score, how.hope),
        stock: offer.stock,
        medianSecondsToCode: offer.medianSecondsToCode,
        rest: offer.rest,
      };
    })
    .filter((candidate) => how.ceiling === null || candidate.price <= how.ceiling);
  const awake = atMost(OPERATORS, byMerit(candidates.filter(({ rest }) => rest === null)));
  const resting = atMost(1, byMerit(candidates.filter(({ rest }) => rest !== null)));
  return [...awake, ...resting].slice(0, how.limit);
}

function scoreOf({ broader, pair, operator }: Evidence): Estimate {
  const whole = estimate([...broader, [pair]]);
  if (operator === null) return whole;
  const others = { successes: pair.successes - operator.successes, failures: pair.failures - operator.failures };
  return { ...estimate([...broader, [others], [operator]]), deviation: whole.deviation };
}

/** The best rate and all that come close to it, cheapest first; then the best of what is left, and so on. */
function byMerit(candidates: readonly Candidate[]): Candidate[] {
  const left = candidates.toSorted((a, b) => b.hoped - a.hoped || compareEquals(a, b));
  const ranked: Candidate[] = [];
  while (left.length > 0) {
    const close = left.findIndex(({ hoped }) => hoped < left[0]!.hoped - RATE_STEP);
    ranked.push(...left.splice(0, close < 0 ? left.length : close).toSorted(compareEquals));
  }
  return ranked;
}

function compareEquals(a: Candidate, b: Candidate): number {
  return (
    compare(a.price, b.price) ||
    compare(hurry(a), hurry(b)) ||
    compare(`${a.provider}/${a.operator ?? ''}`, `${b.provider}/${b.operator ?? ''}`)
  );
}

function hurry({ medianSecondsToCode }: Candidate): number {
  return medianSecondsToCode === null ? Infinity : Math.round(medianSecondsToCode / SECONDS_STEP);
}

function atMost(count: number, candidates: readonly Candidate[]): Candidate[] {
  const kept = new Map<string, number>();
  return candidates.filter(({ provider }) => {
    const so = (kept.get(provider) ?? 0) + 1;
    kept.set(provider, so);
    return so <= count;
  });
}

function compare<T extends bigint | string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
