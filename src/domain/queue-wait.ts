/** What decides how long a message waits for a carrier's throughput. */
export interface QueueWait {
  /** Seconds that a code waits for one carrier while another may have room; null for a message that nobody sits and waits for. */
  readonly timeoutSeconds: number | null;
  /** Which time round the carriers are asked, from 0. */
  readonly round: number;
  /** Another carrier is left to be asked, in this round or the next. */
  readonly others: boolean;
  /** A carrier took the message already, and is silent: its word is still listened for. */
  readonly sent: boolean;
  /** Milliseconds until the message is of no use any more. */
  readonly leftMs: number;
  /** At least 0, below 1, and evenly spread over messages. */
  readonly share: number;
}

/** An ordinary message's wait for one carrier. */
const ORDINARY_MS = 60_000;

/**
 * Milliseconds that a message waits in a carrier's queue until another carrier is asked.
 *
 * Who leaves a queue loses his place in it: a code that no other carrier could take stays as long as it is of use. Where all are
 * busy it stays twice as long each time round. It leaves between half and one and a half of its time, so that a crowd does not go from
 * one carrier to the next all at once and leave the first with nothing to do.
 */
export function queueWaitMs(wait: QueueWait): number {
  if (wait.timeoutSeconds === null) return ORDINARY_MS;
  const left = Math.max(1, wait.leftMs);
  if (wait.others) return Math.min(left, Math.round(wait.timeoutSeconds * 1_000 * 2 ** wait.round * (0.5 + wait.share)));
  return wait.sent ? Math.min(left, ORDINARY_MS) : left;
}

/** A message's share, by the random end of its id. */
export function shareOf(messageId: string): number {
  return Number.parseInt(messageId.slice(-8), 16) / 2 ** 32;
}
