/**
 * Which carriers are asked once more when all of a message's carriers were asked and none took it. Pure. Only refusals lead
 * here: whoever may have sent it is never asked again.
 */

/** A carrier that surely did not send, and what it said. */
export interface Refused {
  readonly carrier: string;
  /** The attempt's reason. */
  readonly reason: string;
  /** When it may be asked again, as far as it says. */
  readonly retryAfterMs?: number;
}

/** Refusals that pass by themselves, and after how many milliseconds it is worth asking again where nothing is said. */
const PASSING: Readonly<Record<string, number>> = Object.freeze({
  throttled: 2_000,
  queue_full: 5_000,
  circuit_open: 15_000,
  unavailable: 15_000,
  never_sent: 5_000,
});

/** A carrier to ask once more, and how long to wait before. */
export interface AskAgain {
  readonly carrier: string;
  readonly afterMs: number;
}

/**
 * The carrier to ask next, and when: the one whose refusal passes first, in the order in which they were asked. Null when no
 * refusal passes before the message is of no use any more.
 *
 * @param leftMs milliseconds until the message's validity ends.
 */
export function askAgain(refused: readonly Refused[], leftMs: number): AskAgain | null {
  const soonest = refused
    .flatMap(({ carrier, reason, retryAfterMs }) => {
      const least = PASSING[reason];
      return least === undefined ? [] : [{ carrier, afterMs: Math.max(least, retryAfterMs ?? 0) }];
    })
    .toSorted((a, b) => a.afterMs - b.afterMs)[0];
  return soonest === undefined || soonest.afterMs >= leftMs ? null : soonest;
}
