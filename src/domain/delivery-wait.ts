/**
 * How long to wait for a carrier's receipt before the same message goes to the next one, and when the waiting is nobody's
 * fault. Pure.
 */

/** Receipt times of a route, as far as they are known. */
export interface ReceiptTimes {
  /** Seconds within which 95 of 100 delivered messages had their receipt; null where too few are known. */
  readonly p95Seconds: number | null;
  readonly samples: number;
}

/** Bounds of a wait, in seconds. */
export const WAIT = Object.freeze({
  /** Nothing is known: most text messages that arrive do so within this. */
  unknown: 60,
  /** Below it a network's ordinary hiccup would send everything twice. */
  least: 15,
  /** Nobody who waits for a code waits longer. */
  most: 300,
  /** How much later than its p95 a receipt may come. */
  margin: 1.5,
  /** So many receipts speak for a route of their own. */
  enough: 20,
});

/** Seconds to wait for a receipt of a route: its own p95 with a margin, within bounds. */
export function receiptWaitSeconds({ p95Seconds, samples }: ReceiptTimes): number {
  if (p95Seconds === null || samples < WAIT.enough) return WAIT.unknown;
  return Math.min(WAIT.most, Math.max(WAIT.least, Math.ceil(p95Seconds * WAIT.margin)));
}

/** How a carrier's newest receipts of late came: in time, or after their wait was over (or not yet at all). */
export interface Punctuality {
  readonly carrier: string;
  readonly timely: number;
  readonly overdue: number;
}

/** From what it is judged whether everything is slow. */
export const GENERAL = Object.freeze({
  /** Of each carrier so many of its newest messages … */
  newest: 10,
  /** … of so many seconds back; what is older says nothing of now. */
  windowSeconds: 600,
  /** With fewer a carrier is not judged. */
  least: 3,
  /** It is slow if so many of them, as a share, are overdue. */
  share: 0.5,
  /** For so long after it was seen last, receipts that come late are put down to it. */
  rememberedSeconds: 120,
});

/**
 * Whether silence is general: every carrier of which enough is known is slow, and they are two at least. Then the cause is not
 * the route (the country's network, our own door for receipts): nobody is left for another, and nothing is held against
 * anybody. With one carrier judged it may as well be its own fault, and the next message's second try will tell.
 */
export function isSilenceGeneral(carriers: readonly Punctuality[]): boolean {
  const judged = carriers.filter(({ timely, overdue }) => timely + overdue >= GENERAL.least);
  return judged.length >= 2 && judged.every(({ timely, overdue }) => overdue >= GENERAL.share * (timely + overdue));
}
