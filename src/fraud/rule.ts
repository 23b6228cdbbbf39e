import type { RuleFinding, RuleMode, SendRisk } from '../domain/fraud.js';

/** A wish for a code, with what the gate made of it before it asks the rules. */
export interface Asked {
  readonly risk: SendRisk;
  readonly now: Date;
  /** Calling code and next digits; see `destination.ts`. */
  readonly prefix: string;
  /** What line it is: libphonenumber's word in lower case, or what a lookup said. */
  readonly lineType: string;
  /** The address, if the client names one that is one. Never kept, never in a detail. */
  readonly address: string | null;
  /** Whether a CAPTCHA was solved for this wish. */
  readonly human: boolean;
  /** Keyed hash, in hex, of the address or its network; null where the client names none. */
  readonly ipHash: string | null;
  /** Keyed hash, in hex, of the client's name for who asks; null where it gives none. */
  readonly subjectHash: string | null;
}

/** What a rule found. */
export interface Found {
  readonly verdict: RuleFinding['verdict'];
  readonly detail: RuleFinding['detail'];
  /** Of a `limit`: milliseconds after which it may have passed. */
  readonly retryAfterMs?: number;
  /** Of a `block`: the public word, where the person must know more than `blocked`. */
  readonly reason?: 'captcha_required' | 'country' | 'landline';
}

/** One rule. The gate asks those that are not off. */
export interface Rule {
  /** Stable, lower case; decisions, metrics and the configuration carry it. */
  readonly name: string;
  readonly mode: RuleMode;
  /** Null if there is nothing to say. @throws whatever keeps it from knowing, which refuses the send where the rule is enforced */
  ask(asked: Asked): Found | null | Promise<Found | null>;
}

/** A rule that counts the code it is asked about. */
export interface Counter extends Rule {
  /** Takes back what was counted, where the code is not sent after all; left out where a count too many does no harm. */
  release?(asked: Asked): Promise<void>;
}
