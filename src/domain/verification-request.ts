import type { ErrorCode, Json } from './errors.js';
import type { Channel, MessageStatus } from './message.js';
import type { VerificationPolicy, VerificationStatus } from './verification.js';

/** Who asks for a code, as far as the client tells. */
export interface Person {
  /** IPv4 or IPv6 address; null where it is not told. */
  readonly ip: string | null;
  /** The client's own name for who asks. */
  readonly subject: string | null;
}

/** What starts a verification's workflow. Nothing in it is a code. */
export interface StartVerification {
  /** UUID derived from account and idempotency key, so that the same request always means the same verification. */
  readonly verificationId: string;
  readonly accountId: string;
  readonly idempotencyKey: string;
  /** Hex SHA-256 of the canonical request body. */
  readonly requestHash: string;
  readonly purpose: string;
  /** E.164 with its plus. */
  readonly to: string;
  /** Keyed hash of the number, in hex. */
  readonly numberHash: string;
  /** ISO 3166-1 alpha-2 of the number. */
  readonly country: string;
  /** In the order in which they are tried. */
  readonly channels: readonly Channel[];
  /** BCP 47 tag; null for the default language. */
  readonly locale: string | null;
  readonly brand: string;
  readonly webOtpDomain: string | null;
  readonly appHash: string | null;
  readonly policy: VerificationPolicy;
  readonly person: Person;
  readonly metadata: { readonly [key: string]: Json };
}

/** Why a code cannot be sent. */
export interface SendFailure {
  readonly code: ErrorCode;
  readonly detail: { readonly [key: string]: Json };
}

/** What the starting update answers. */
export interface VerificationAnswer {
  /** The verification that is open now: this one, or another of the same number and purpose that was open before. */
  readonly verificationId: string;
  readonly requestHash: string;
  /** Null when a verification is open. */
  readonly failure: SendFailure | null;
}

/** A code to compare; only its keyed hash travels. */
export interface CodeCheck {
  /** Names this check, so that it is accepted again when its answer was lost. */
  readonly checkId: string;
  /** Hex. */
  readonly codeHash: string;
}

/** What became of a check. */
export interface CheckReply {
  /** `accepted` exactly once in a verification's life; `over`: nothing was compared. */
  readonly kind: 'accepted' | 'wrong' | 'over';
  readonly status: VerificationStatus;
  readonly checksRemaining: number;
}

/** A wish for another code. */
export interface ResendRequest {
  /** What makes asking again harmless. */
  readonly sendKey: string;
  /** Null for the next of the verification's channels that was not tried, or the last. */
  readonly channel: Channel | null;
}

/** What became of it. */
export type ResendReply =
  | { readonly kind: 'sent' }
  | { readonly kind: 'over'; readonly status: VerificationStatus }
  | { readonly kind: 'failed'; readonly failure: SendFailure };

/** A message that a verification's first step opened, for the child workflow that sends it. */
export interface CodeMessage {
  readonly messageId: string;
  readonly accountId: string;
  readonly channel: Channel;
  readonly country: string;
  /** Seconds until it is of no use any more. */
  readonly validitySeconds: number;
  /** Seconds that it waits for a carrier's throughput while another may have room; left out of those that began before there was such a time. */
  readonly queueTimeoutSeconds?: number;
  readonly sendAt: null;
  readonly requestHash: string;
}

/** How a message of a verification ended, as its parent hears. */
export interface CodeMessageEnd {
  readonly status: MessageStatus | null;
}

/** The API's only way to verifications' workflows. */
export interface VerificationCommands {
  /** UUID and workflow id that this account's idempotency key stands for. */
  identify(accountId: string, idempotencyKey: string): { readonly verificationId: string; readonly workflowId: string };
  /** Starts the workflow, or joins the one that this key started. @throws DomainError `unavailable` when Temporal cannot be reached. */
  start(
    input: StartVerification,
    waitMs: number,
  ): Promise<{ kind: 'answered'; answer: VerificationAnswer } | { kind: 'pending' } | { kind: 'ended' }>;
  /**
   * Compares a code. `ended`: its workflow is over, and the answer may be lost: read the row.
   *
   * @throws DomainError `unavailable`
   */
  check(verificationId: string, check: CodeCheck): Promise<CheckReply | { kind: 'ended' }>;
  /** Sends another code. @throws DomainError `unavailable` */
  resend(verificationId: string, request: ResendRequest): Promise<ResendReply | { kind: 'ended' }>;
  /** Takes a verification back. @throws DomainError `unavailable` */
  cancel(verificationId: string): Promise<{ readonly kind: 'cancelled' | 'ended' }>;
}
