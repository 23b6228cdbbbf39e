import { clientPrice, convertAt, type Markup, type Micros } from './money.js';
import { type Claims, outcomesOf, receiptWorth, type Told, usualConversion } from './receipt-worth.js';
import { type Estimate, estimate, hopedRate, type Outcomes } from './scoring.js';
import { stillTrue } from './steadiness.js';

/** What a carrier's messages came to, from broad to exact; what stands at one level stands at no other. */
export interface RouteEvidence {
  /** In all other countries. */
  readonly carrier: Told;
  /** In this country, on other networks; nothing where the network is not known. */
  readonly country: Told;
  /**
   * On this network, or in this country where the network is not known: the newest first, in parts of growing size, so that
   * what no longer holds can be left out.
   */
  readonly network: readonly Told[];
}

/** A carrier that could send a message, with what is known of it on this route. */
export interface RouteOffer {
  readonly carrier: string;
  readonly network: string | null;
  /** For one segment, micro units of the carrier's currency. */
  readonly price: Micros;
  /** Micro units of the wallet currency for one unit of the carrier's. */
  readonly rateMicros: Micros;
  readonly evidence: RouteEvidence;
  /** What senders made of its receipts. */
  readonly claims: Claims;
  /** Seconds to the receipt in the middle case; null where nothing is known. */
  readonly medianSeconds: number | null;
  /** Seconds that a message waits until the carrier's throughput lets it be sent. */
  readonly queueSeconds: number;
  /** Why it is asked after all others, such as an open circuit; null if nothing speaks against it. */
  readonly rest: string | null;
}

/** A ranked carrier: in which order they are asked, and why. */
export interface RankedCarrier {
  readonly carrier: string;
  /** What the carrier asks for the whole message, micro units of its currency. */
  readonly cost: Micros;
  /** What the client pays for it, micro units of the wallet currency. */
  readonly price: Micros;
  readonly score: Estimate;
  /** The score's mean, raised by hope as far as it is unsure. */
  readonly hoped: number;
  /** What it was ranked by: the hoped rate less what its price and its slowness are worth, see {@link meritOf}. */
  readonly merit: number;
  /** The share of its receipts of delivery that is believed. */
  readonly worth: number;
  readonly medianSeconds: number | null;
  readonly rest: string | null;
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

/**
 * What price and time are worth in points of delivery (1 is all messages). Ratios, so that a cheap country and a dear one are
 * judged alike.
 */
export const EXCHANGE = Object.freeze({
  /** So many points more must a carrier deliver that asks twice as much. */
  priceDoubled: 0.05,
  /** Beyond so many doublings nothing more is said: carriers that cost nothing would otherwise always win. */
  mostDoublings: 4,
  /** So many points more must one deliver whose receipts take twice as long. */
  timeDoubled: 0.02,
  /** Nobody waits for what comes faster. */
  soonSeconds: 10,
});

/** How hard a route is to change. */
export const STAY = Object.freeze({
  /** The lead that another needs over the carrier that has been sending here, in points: less is not worth a change. */
  lead: 0.015,
});

/**
 * The worth of a carrier in points of delivery: its rate less what it costs beyond the cheapest and what it takes beyond
 * ten seconds (its queue included).
 */
export function meritOf(rate: number, price: Micros, cheapest: Micros, seconds: number): number {
  const doublings = Math.log2(Number(price > 0n ? price : 1n) / Number(cheapest > 0n ? cheapest : 1n));
  const slower = Math.log2(Math.max(1, seconds / EXCHANGE.soonSeconds));
  return rate - EXCHANGE.priceDoubled * Math.min(EXCHANGE.mostDoublings, Math.max(0, doublings)) - EXCHANGE.timeDoubled * slower;
}

/**
 * Ranks carriers by merit. The one that has sent most of late on this very route keeps its place unless another leads by more
 * than a point, so that equals do not take turns. Carriers above the ceiling are left out; what rests comes last, because
 * somebody may have no other.
 */
export function rankCarriers(offers: readonly RouteOffer[], how: CarrierRanking): RankedCarrier[] {
  const usual = usualConversion(offers.map(({ claims }) => claims));
  const priced = offers
    .map((offer) => {
      const cost = offer.price * BigInt(how.segments);
      return { offer, cost, price: clientPrice(convertAt(cost, offer.rateMicros), how.markup), worth: receiptWorth(offer.claims, usual) };
    })
    .filter(({ price }) => how.ceiling === null || price <= how.ceiling);
  const cheapest = priced.reduce<Micros | null>((least, { price }) => (least === null || price < least ? price : least), null) ?? 0n;
  const ranked = priced.map(({ offer, cost, price, worth }): RankedCarrier => {
    const score = scoreOf(offer.evidence, worth, usual);
    const hoped = hopedRate(score, how.hope);
    const { carrier, medianSeconds, queueSeconds, rest } = offer;
    return {
      carrier,
      cost,
      price,
      score,
      hoped,
      merit: meritOf(hoped, price, cheapest, (medianSeconds ?? 0) + queueSeconds),
      worth,
      medianSeconds,
      rest,
    };
  });
  const incumbent = incumbentOf(ranked);
  const lead = (one: RankedCarrier) => one.merit + (one === incumbent ? STAY.lead : 0);
  return ranked
    .toSorted((a, b) => compare(Number(a.rest !== null), Number(b.rest !== null)) || lead(b) - lead(a) || compare(a.carrier, b.carrier))
    .slice(0, how.limit);
}

function scoreOf({ carrier, country, network }: RouteEvidence, worth: number, usual: number): Estimate {
  const heard = (told: Told): Outcomes => outcomesOf(told, worth, usual);
  return estimate([[heard(carrier)], [heard(country)], [stillTrue(network.map(heard))]]);
}

/** Who has the most of the newest outcomes here; null where nobody has any. */
function incumbentOf(ranked: readonly RankedCarrier[]): RankedCarrier | null {
  return ranked.reduce<RankedCarrier | null>((most, one) => (one.score.samples > (most?.score.samples ?? 0) ? one : most), null);
}

function compare<T extends bigint | string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
