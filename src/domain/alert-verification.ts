/** From when on verifications are a matter for operators. The defaults are those of ADR-002 (docs/verification-report.md). */

/** What a month may cost before operators are told. */
export interface MonthlySpend {
  /** Micro units of the wallet currency. */
  readonly amount: bigint;
  /** For how many months, counted from that of the first verification; null for all that follow. */
  readonly months: number | null;
}

/** Thresholds; above them, or below them for a share of deliveries, operators are told. */
export interface VerificationBounds {
  /** What a UTC day may cost, micro units of the wallet currency. */
  readonly spendDay: bigint;
  /** What UTC months may cost, in their order; the last holds for good. Never empty. */
  readonly spendMonths: readonly MonthlySpend[];
  /** The least share of codes that are delivered, in percent. */
  readonly deliveryPercent: number;
  /** The longest average from the wish for a code to its delivery, in seconds. */
  readonly deliverySeconds: number;
  /** The largest share of answers with a fault of ours, in percent. */
  readonly errorsPercent: number;
  /** Codes, or answers, from which on a share or an average says anything. */
  readonly leastSample: number;
  /** Wishes for a code to the same phone within 24 hours. */
  readonly phoneWishes: number;
  /** Wishes for a code from the same address within an hour. */
  readonly addressCodes: number;
}

export const DEFAULT_VERIFICATION_BOUNDS: VerificationBounds = Object.freeze({
  spendDay: 50_000_000n,
  spendMonths: Object.freeze([Object.freeze({ amount: 100_000_000n, months: 3 }), Object.freeze({ amount: 500_000_000n, months: null })]),
  deliveryPercent: 90,
  deliverySeconds: 60,
  errorsPercent: 5,
  leastSample: 20,
  phoneWishes: 3,
  addressCodes: 10,
});

/** Which codes are judged: those asked for so many minutes ago, because what is on its way says nothing yet. */
export const JUDGED_MINUTES = Object.freeze({ from: 65, to: 5 });

/** Over how many minutes answers of the endpoints are judged. */
export const ANSWERED_MINUTES = 10;

/** What the month of `now` may cost, in micro units; `began` is when the first verification was, null for none yet. */
export function monthlySpendBound(spend: readonly MonthlySpend[], began: Date | null, now: Date): bigint {
  const monthOf = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth();
  let left = began === null ? 0 : Math.max(0, monthOf(now) - monthOf(began));
  for (const { amount, months } of spend) {
    if (months === null || left < months) return amount;
    left -= months;
  }
  return spend.at(-1)!.amount;
}
