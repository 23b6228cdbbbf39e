/**
 * Resting: a route that just had nothing is left alone for moments, and one that nears its provider's own ban is left alone
 * before the provider acts. Pure rules; which provider bans when is said by its adapter.
 */
import type { RefusalReason } from './purchase.js';

/** Why an offer is left alone now. */
export interface Rest {
  /** A word or two: `no_numbers`, `near_pair_ban`. */
  readonly reason: string;
  readonly until: Date;
  /** By the provider's own rules: buying would harm us, so it is not done even if nothing else is left. */
  readonly strict: boolean;
}

/** What a refusal rests. */
export type RestScope =
  /** Exactly what was asked for, operator included. */
  | 'offer'
  /** The service in that country, whatever the operator. */
  | 'pair'
  | 'account';

/** How long what rests, by how often it was refused in a row. */
export interface RestPlan {
  readonly scope: RestScope;
  readonly strict: boolean;
  /** Milliseconds of the first rest; each further one in a row takes twice as long. */
  readonly firstMs: number;
  readonly longestMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * What a refusal puts to rest, or null where it says nothing of the next purchase (a ceiling too low) or somebody else takes
 * care of it (the request budget of too many requests, the circuit of a provider out of reach).
 *
 * Half a minute at first: lists are read once a minute, so stock that a refusal has just denied is believed again after the
 * next list at the latest, and numbers come back in batches.
 */
export function restAfter(refusal: { readonly reason: RefusalReason; readonly retryAfterMs?: number }): RestPlan | null {
  switch (refusal.reason) {
    case 'no_numbers':
      return { scope: 'offer', strict: false, firstMs: 30 * SECOND, longestMs: 5 * MINUTE };
    case 'unsupported':
      // It is listed and cannot be bought: so says every further try, until somebody changes something.
      return { scope: 'offer', strict: false, firstMs: 10 * MINUTE, longestMs: 60 * MINUTE };
    case 'unavailable':
      if (refusal.retryAfterMs === undefined) return { scope: 'pair', strict: false, firstMs: 2 * MINUTE, longestMs: 30 * MINUTE };
      return { scope: 'pair', strict: true, firstMs: refusal.retryAfterMs, longestMs: refusal.retryAfterMs };
    case 'channels_limit':
      return { scope: 'account', strict: false, firstMs: 20 * SECOND, longestMs: MINUTE };
    case 'no_balance':
      return { scope: 'account', strict: false, firstMs: MINUTE, longestMs: MINUTE };
    case 'turned_away':
    case 'price_too_low':
    case 'rate_limited':
    case 'not_sent':
    case 'too_late':
    case 'circuit_open':
    case 'resting':
      return null;
  }
}

/** Milliseconds of the rest that follows `times` others in a row. */
export function restMs(plan: Pick<RestPlan, 'firstMs' | 'longestMs'>, times: number): number {
  return Math.min(plan.longestMs, plan.firstMs * 2 ** Math.min(times, 20));
}

/** A provider's rule of the kind "so many numbers with so few codes, and you buy no more". */
export interface BanRule {
  /** From so many numbers on. */
  readonly numbers: number;
  /** Below this share of numbers with a code, 0 to 1. */
  readonly successRate: number;
  /** Milliseconds over which numbers are counted. */
  readonly windowMs: number;
}

/** A provider's rating of its client, which rises with codes and falls without; at 0 nothing is sold. */
export interface RatingRule {
  readonly full: number;
  /** For a number that brought a code: the least that is documented. */
  readonly gain: number;
  /** For one that did not: the most that is documented. */
  readonly loss: number;
}

/** From when on a provider stops selling to whoever buys much and receives little. */
export interface SaleLimits {
  /** Of one service in one country. */
  readonly pair: BanRule | null;
  readonly account: BanRule | null;
  readonly rating: RatingRule | null;
}

/** Numbers that a provider sold us within a rule's window, open ones included. */
export interface Sales {
  readonly numbers: number;
  readonly withCode: number;
}

/** The share of a rule's numbers that is kept in reserve. */
const RESERVE = 0.1;
/** Below this share of a full rating only pairs that earn more of it than they cost are bought. */
const LOW_RATING = 0.15;

/**
 * Which of a provider's limits the next purchase of a pair nears; null if none. A ban is near if it came true should every
 * open number stay without a code, and a tenth of the rule's numbers after them. Where it is the whole account that is near
 * (or its rating below 15 %), only pairs that lower its standing rest: the good ones earn it back.
 */
export function limitNear(
  limits: SaleLimits,
  sales: { readonly pair: Sales; readonly account: Sales; readonly rating: number | null },
): 'near_pair_ban' | 'near_account_ban' | 'low_rating' | null {
  const { pair, account, rating } = limits;
  const { numbers, withCode } = sales.pair;
  if (isNear(pair, sales.pair)) return 'near_pair_ban';
  if (account !== null && isNear(account, sales.account) && withCode <= account.successRate * numbers) return 'near_account_ban';
  if (rating === null || sales.rating === null || sales.rating > LOW_RATING * rating.full) return null;
  return withCode * rating.gain < (numbers - withCode) * rating.loss ? 'low_rating' : null;
}

function isNear(rule: BanRule | null, { numbers, withCode }: Sales): boolean {
  if (rule === null) return false;
  const ahead = numbers + Math.ceil(rule.numbers * RESERVE);
  return ahead >= rule.numbers && withCode < rule.successRate * ahead;
}

/** Rests before a ban: as long as the ban of half an hour would last at first, so that nothing is lost by not being banned. */
export const LIMIT_REST: Pick<RestPlan, 'firstMs' | 'longestMs'> = Object.freeze({ firstMs: 30 * MINUTE, longestMs: 240 * MINUTE });
