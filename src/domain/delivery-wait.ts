/** How long to wait for a carrier's receipt before the same message goes to the next one. Pure. */

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
