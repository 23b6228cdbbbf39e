import { clientPrice, convertAt, type Markup, type Micros } from './money.js';
import { type Outcomes, type Posterior, posterior } from './scoring.js';

/** An offer of stored stock and price, with what is known of it. */
export interface Offer {
  readonly provider: string;
  readonly operator: string | null;
  /** Micro units of the provider's currency. */
  readonly cost: Micros;
  /** Micro units of the wallet currency for one unit of the provider's. */
  readonly rateMicros: Micros;
  readonly stock: number;
  readonly outcomes: Outcomes;
  readonly medianSecondsToCode: number | null;
}

/** An offer that was ranked: in which order the providers are asked, and why. */
export interface Candidate {
  readonly provider: string;
  readonly operator: string | null;
  /** What the provider asks, micro units of its currency, when the list was read. */
  readonly cost: Micros;
  /** What the client pays at that cost, micro units of the wallet currency. */
  readonly price: Micros;
  readonly score: Posterior;
  readonly stock: number;
  readonly medianSecondsToCode: number | null;
}

/** Two success rates closer than this are told apart by price instead. */
const RATE_STEP = 0.05;

/**
 * Ranks offers: success rate first (in steps of five points, so that noise does not outrank price), then what the client
 * pays, then time to the code. Of a provider's operators only the best three stay, so that one provider's operators
 * cannot use up every try. Offers above the ceiling are left out.
 *
 * @param ceiling the most that the client pays, micro units of the wallet currency; null for no ceiling.
 * @param limit how many candidates to keep.
 */
export function rankOffers(
  offers: readonly Offer[],
  markupOf: (offer: Offer) => Markup,
  ceiling: Micros | null,
  limit: number,
): Candidate[] {
  const ranked = offers
    .filter((offer) => offer.stock > 0)
    .map((offer): Candidate => ({
      provider: offer.provider,
      operator: offer.operator,
      cost: offer.cost,
      price: clientPrice(convertAt(offer.cost, offer.rateMicros), markupOf(offer)),
      score: posterior(offer.outcomes),
      stock: offer.stock,
      medianSecondsToCode: offer.medianSecondsToCode,
    }))
    .filter((candidate) => ceiling === null || candidate.price <= ceiling)
    .toSorted(byMerit);
  const kept = new Map<string, number>();
  return ranked
    .filter(({ provider }) => {
      const count = (kept.get(provider) ?? 0) + 1;
      kept.set(provider, count);
      return count <= 3;
    })
    .slice(0, limit);
}

function byMerit(a: Candidate, b: Candidate): number {
  return (
    Math.round(b.score.mean / RATE_STEP) - Math.round(a.score.mean / RATE_STEP) ||
    compare(a.price, b.price) ||
    (a.medianSecondsToCode ?? Infinity) - (b.medianSecondsToCode ?? Infinity) ||
    compare(`${a.provider}/${a.operator ?? ''}`, `${b.provider}/${b.operator ?? ''}`)
  );
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
