import type { RuleFinding, RuleMode, SendRisk } from '../domain/fraud.js';

/** A wish for a code, with what the gate made of it before it asks the rules. */
export interface Asked {
  readonly risk: SendRisk;
  readonly now: Date;
  /** Calling code and next digits; see `destination.ts`. */
  readonly prefix: string;
  /** libphonenumber's type of the number, in lower case. */
  readonly lineType: string;
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
