/** What a pass of the proof left unexplained at a provider account. Micro units of its currency. */
export interface DriftFacts {
  /** Observed less expected, or what of it lies unclaimed; null before the first pass. */
  readonly surplus: bigint | null;
  /** Refunds that are expected: money that came in may be theirs. */
  readonly pending: bigint;
  /** Purchases that the balance may have shown before the books did. */
  readonly underWay: bigint;
}

/** The drift lies within [surplus − pending, surplus]; this is how far that is from nothing, 0 where nothing lies in it. */
export function unexplainedDrift({ surplus, pending, underWay }: DriftFacts): bigint {
  if (surplus === null) return 0n;
  if (surplus > pending) return surplus - pending;
  return surplus + underWay < 0n ? surplus + underWay : 0n;
}
