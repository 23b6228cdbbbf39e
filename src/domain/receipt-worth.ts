/**
 * What a carrier's word is worth. A receipt says that a message was delivered; senders of codes know whether the code came
 * back. Where the two disagree more than people's own habits explain, the receipts are believed the less. Pure.
 */
import { type Outcomes, type Posterior, posterior } from './scoring.js';

/** Decayed counts of messages that a carrier took, by what it and the messages' senders said of them. */
export interface Told {
  /** The carrier: delivered. The sender said nothing. */
  readonly delivered: number;
  /** The carrier: not delivered, or it was silent for too long. The sender does not say otherwise. */
  readonly failed: number;
  /** The carrier: delivered. The sender: it did not do its work. */
  readonly denied: number;
  /** The sender: it did its work, whatever the carrier says. */
  readonly worked: number;
}

/** Nothing was said. */
export const NOTHING_TOLD: Told = Object.freeze({ delivered: 0, failed: 0, denied: 0, worked: 0 });

/** Messages that a carrier called delivered and of which their senders spoke as well. */
export interface Reports {
  /** They did their work. */
  readonly confirmed: number;
  readonly denied: number;
}

/** What senders made of a carrier's receipts in this country and everywhere else. */
export interface Claims {
  readonly here: Reports;
  readonly elsewhere: Reports;
}

/** People's habits, as far as they are believed before anything is known. */
export const HABIT = Object.freeze({
  /** Of ten delivered codes eight are typed back. */
  rate: 0.8,
  /** That weighs as much as ten senders' words, at each level. */
  weight: 10,
  /** So many standard deviations of a carrier's conversion are taken for chance. */
  forgive: 2,
});

/** How likely it is that a message which the carrier calls delivered does its work. */
export function conversionOf({ here, elsewhere }: Claims): Posterior {
  const broad = posterior({ successes: elsewhere.confirmed, failures: elsewhere.denied }, habitOf(HABIT.rate));
  return posterior({ successes: here.confirmed, failures: here.denied }, habitOf(broad.mean));
}

function habitOf(rate: number): Outcomes {
  return { successes: rate * HABIT.weight, failures: (1 - rate) * HABIT.weight };
}

/**
 * How often a message that truly arrives does its work on this route: the best that any carrier surely reaches, because
 * people do not type their codes less often for one carrier's sake. Above 0, at most 1.
 */
export function usualConversion(carriers: readonly Claims[]): number {
  const sure = carriers.map(conversionOf).map(({ mean, deviation }) => mean - deviation);
  return Math.min(1, Math.max(0.05, ...sure));
}

/**
 * The share of a carrier's "delivered" that is believed, 0 to 1: its conversion over the usual one. What chance can explain
 * is forgiven, so that carriers who say the truth are compared by their receipts.
 */
export function receiptWorth(claims: Claims, usual: number): number {
  const { mean, deviation } = conversionOf(claims);
  return Math.min(1, (mean + HABIT.forgive * deviation) / usual);
}

/**
 * Outcomes for the scorer. The sender's yes is a success, whatever the carrier said. Its no counts against the carrier as
 * far as its receipts are not believed: of a truthful one the person did not type the code, of a liar nothing came. A
 * receipt that no sender spoke of counts what this carrier's receipts are worth.
 *
 * @param worth see {@link receiptWorth}. @param usual see {@link usualConversion}.
 */
export function outcomesOf(told: Told, worth: number, usual: number): Outcomes {
  const untrue = 1 - worth * usual;
  const deniedYetThere = untrue <= 0 ? 1 : (worth * (1 - usual)) / untrue;
  return {
    successes: told.worked + told.delivered * worth + told.denied * deniedYetThere,
    failures: told.failed + told.delivered * (1 - worth) + told.denied * (1 - deniedYetThere),
  };
}
