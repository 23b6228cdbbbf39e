import type { Sql } from '../db/database.js';
import { provenBy } from '../db/fraud-proofs.js';
import type { Asked } from './rule.js';

/** Whose budget a code is counted in. */
export interface Budget {
  /** `strangers`, or one of those who have proven the number: part of limiters' keys. */
  readonly lane: string;
  /** For operators: what the budget rests on. */
  readonly kind: 'strangers' | 'captcha' | 'subject' | 'ip';
}

/** Finds the budget of who asks; asked once for one wish. */
export type NumberBudget = (asked: Asked) => Promise<Budget>;

/** The budget that all share who have not proven the number. */
export const STRANGERS: Budget = Object.freeze({ lane: 'strangers', kind: 'strangers' });

/** The budget that all share who have solved a CAPTCHA. */
export const HUMANS: Budget = Object.freeze({ lane: 'captcha', kind: 'captcha' });

/** The budget of one who has proven the number. */
export function ownBudget(kind: 'subject' | 'ip', whoHash: string): Budget {
  return { lane: `${kind}:${whoHash}`, kind };
}

/** Looks proofs up. */
export function createNumberBudget(sql: Sql): NumberBudget {
  const found = new WeakMap<Asked, Promise<Budget>>();
  const look = async ({ risk, now, ipHash, subjectHash, human }: Asked): Promise<Budget> => {
    const others = human ? HUMANS : STRANGERS;
    const who = [subjectHash, ipHash].filter((hash) => hash !== null);
    if (who.length === 0) return others;
    const proven = new Set(await provenBy(sql, { accountId: risk.accountId, numberHash: risk.numberHash, who, now }));
    if (subjectHash !== null && proven.has(subjectHash)) return ownBudget('subject', subjectHash);
    return ipHash !== null && proven.has(ipHash) ? ownBudget('ip', ipHash) : others;
  };
  return (asked) => {
    const known = found.get(asked) ?? look(asked);
    found.set(asked, known);
    return known;
  };
}
