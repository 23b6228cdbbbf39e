/**
 * One proof that a person holds a phone: a code goes there and is typed back. The state machine of a verification and the
 * rules that are pinned at its start (DESIGN.md, section 5).
 */

/** Where a verification stands. All but PENDING are final. */
export const VERIFICATION_STATUSES = [
  /** A code is on its way or there; checks are welcome. */
  'PENDING',
  /** A code was typed back: all codes are dead. */
  'VERIFIED',
  /** Its time is over. */
  'EXPIRED',
  /** Its budget of checks is used up. */
  'FAILED',
  /** Its client took it back. */
  'CANCELLED',
] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

/** What is pinned at the start of a verification: a change of the configuration does not reach one that is open. */
export interface VerificationPolicy {
  /** Digits of a code. */
  readonly codeLength: number;
  /** Checks of all codes together. */
  readonly maxChecks: number;
  /** Seconds from its start until no code is accepted any more. */
  readonly validitySeconds: number;
  /** Seconds between two codes, as told to apps; the rule that holds it is `cooldown`. */
  readonly resendAfterSeconds: number;
  /** Seconds that a channel is given to deliver before the next one is tried. */
  readonly channelTimeoutSeconds: number;
  /** Seconds, more or less, that a code waits for a carrier's throughput before another carrier is asked. */
  readonly queueTimeoutSeconds: number;
}

export const DEFAULT_VERIFICATION_POLICY: VerificationPolicy = Object.freeze({
  codeLength: 6,
  maxChecks: 3,
  validitySeconds: 600,
  resendAfterSeconds: 30,
  channelTimeoutSeconds: 60,
  queueTimeoutSeconds: 10,
});

/** How a test number behaves. The last five answer the request itself, and nothing is begun. */
export const TEST_OUTCOMES = [
  /** Its code is accepted. */
  'delivered',
  /** No channel delivers: no code is ever right. */
  'undelivered',
  /** It expires after a second. */
  'expired',
  'blocked',
  'limited',
  'no_route',
  'insufficient_credit',
  'unavailable',
] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

/** A number to which nothing is ever sent or billed. */
export interface TestNumber {
  /** E.164 with its plus. */
  readonly number: string;
  /** Digits; always the right code. */
  readonly code: string;
  readonly outcome: TestOutcome;
}

/** The most that verifications may cost, in micro units of the wallet currency, by UTC day and month; null for no cap. */
export interface SpendCaps {
  readonly day: bigint | null;
  readonly month: bigint | null;
}
