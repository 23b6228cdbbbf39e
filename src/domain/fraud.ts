/**
 * Whether a code may be sent: what the rules are told, and what they answer. The rules themselves stand in `src/fraud`.
 */
import type { Json } from './errors.js';
import type { Channel } from './message.js';

/** What a rule does when it finds something: nothing at all, note it, or act on it. */
export const RULE_MODES = ['off', 'monitor', 'enforce'] as const;
export type RuleMode = (typeof RULE_MODES)[number];

/** Everything that is known of a wish to send a code. Nothing in it is kept but as keyed hashes. */
export interface SendRisk {
  /** UUID of the account that asks. */
  readonly accountId: string;
  /** The verification that it is for, which may not exist yet. */
  readonly verificationId: string;
  readonly purpose: string;
  /** E.164 with its plus. */
  readonly number: string;
  /** ISO 3166-1 alpha-2 of the number. */
  readonly country: string;
  /** Keyed hash of the number, in hex. */
  readonly numberHash: string;
  readonly channel: Channel;
  /** Whether it is another code of an open verification. */
  readonly again: boolean;
  /** Address of the person who asks, as the client tells it; null where it does not. */
  readonly ip: string | null;
  /** The client's own name for who asks: a user, a device. Null where it gives none. */
  readonly subject: string | null;
  /** The person's browser or app, as the client tells it. */
  readonly userAgent: string | null;
  readonly captchaToken: string | null;
}

/** What one rule found. */
export interface RuleFinding {
  /** Stable, lower case: `number_sends`, `country`. */
  readonly rule: string;
  readonly mode: Exclude<RuleMode, 'off'>;
  /** `limit`: passes with time. `block`: does not. */
  readonly verdict: 'limit' | 'block';
  /** For operators; never a number, address or code in the clear. */
  readonly detail: { readonly [key: string]: Json };
}

/** What the rules say together. */
export interface FraudDecision {
  /** UUID under which it is stored with its reasons. */
  readonly id: string;
  readonly verdict: 'allow' | 'limit' | 'block';
  /** Milliseconds after which a limit may have passed; null unless `limit`. */
  readonly retryAfterMs: number | null;
  /** A public word that tells an attacker nothing of the rule: `blocked`, `captcha_required`, `country`, `landline`; null unless `block`. */
  readonly reason: string | null;
  readonly findings: readonly RuleFinding[];
}

/** A number whose code was typed back, and by whom. */
export type ProvenNumber = Pick<SendRisk, 'accountId' | 'numberHash' | 'ip' | 'subject'>;

/** The gate before every code. */
export interface FraudGate {
  /**
   * Asks the rules and stores what they found. Whatever is allowed is counted in every limit; what is refused is not counted
   * against its number, so that nobody is locked out by codes that were never sent.
   *
   * @throws DomainError `unavailable` where a limit cannot be counted or the decision not be stored: a send fails closed.
   */
  decide(risk: SendRisk): Promise<FraudDecision>;
  /**
   * A code was typed back: clears the number's count, and gives who typed it a budget of his own for that number. Call it once
   * the verification is VERIFIED; twice does no harm. Never fails: what cannot be noted is logged, for a check fails open.
   */
  proven(proof: ProvenNumber): Promise<void>;
}
