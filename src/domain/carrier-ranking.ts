import { clientPrice, convertAt, type Markup, type Micros } from './money.js';
import { type Estimate, estimate, hopedRate, type Outcomes } from './scoring.js';

/** A carrier that could send a message, with what is known of it on this route. */
export interface RouteOffer {
  readonly carrier: string;
  readonly network: string | null;
  /** For one segment, micro units of the carrier's currency. */
  readonly price: Micros;
  /** Micro units of the wallet currency for one unit of the carrier's. */
  readonly rateMicros: Micros;
  /** Decayed outcomes from broad to exact: everywhere else, elsewhere in this country, this country's network. */
  readonly evidence: { readonly carrier: Outcomes; readonly country: Outcomes; readonly network: Outcomes };
  /** Seconds to the receipt in the middle case; null where nothing is known. */
  readonly medianSeconds: number | null;
}

/** A ranked carrier: in which order they are asked, and why. */
export interface RankedCarrier {
  readonly carrier: string;
  /** What the carrier asks for the whole message, micro units of its currency. */
  readonly cost: Micros;
  /** What the client pays for it, micro units of the wallet currency. */
  readonly price: Micros;
  readonly score: Estimate;
  /** The rate that it was ranked by: the score's mean, raised by hope as far as it is unsure. */
  readonly hoped: number;
  readonly medianSeconds: number | null;
}

/** How carriers are ranked. */
export interface CarrierRanking {
  readonly segments: number;
  readonly markup: Markup;
  /** The most that the client pays for the message, micro units of the wallet currency; null for no ceiling. */
  readonly ceiling: Micros | null;
  readonly limit: number;
  /** Drawn anew for each choice; see `hopeOf`. */
  readonly hope: number;
}

/** Rates closer than this are told apart by price instead. */
const RATE_STEP = 0.03;
const SECONDS_STEP = 5;

/**
 * Ranks carriers: the rate of delivery on this very route first (rates within three points of the best count as equal), then
 * what the client pays, then how fast receipts come. Carriers above the ceiling are left out.
 */
export function rankCarriers(offers: readonly RouteOffer[], how: CarrierRanking): RankedCarrier[] {
  const ranked = offers
    .map((offer): RankedCarrier => {
      const { carrier, country, network } = offer.evidence;
      const score = estimate([[carrier], [country], [network]]);
      const cost = offer.price * BigInt(how.segments);
      return {
        carrier: offer.carrier,
        cost,
        price: clientPrice(convertAt(cost, offer.rateMicros), how.markup),
        score,
        hoped: hopedRate(score, how.hope),
        medianSeconds: offer.medianSeconds,
      };
    })
    .filter(({ price }) => how.ceiling === null || price <= how.ceiling);
  return byMerit(ranked).slice(0, how.limit);
}

/** The best rate and all that come close to it, cheapest first; then the best of what is left, and so on. */
function byMerit(candidates: readonly RankedCarrier[]): RankedCarrier[] {
  const left = candidates.toSorted((a, b) => b.hoped - a.hoped || compareEquals(a, b));
  const ranked: RankedCarrier[] = [];
  while (left.length > 0) {
    const close = left.findIndex(({ hoped }) => hoped < left[0]!.hoped - RATE_STEP);
    ranked.push(...left.splice(0, close < 0 ? left.length : close).toSorted(compareEquals));
  }
  return ranked;
}

function compareEquals(a: RankedCarrier, b: RankedCarrier): number {
  return compare(a.price, b.price) || compare(hurry(a), hurry(b)) || compare(a.carrier, b.carrier);
}

function hurry({ medianSeconds }: RankedCarrier): number {
  return medianSeconds === null ? Infinity : Math.round(medianSeconds / SECONDS_STEP);
}

function compare<T extends bigint | string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
