/**
 * Every condition that an operator is told of, in one place. Its name is the alert's in Prometheus (deploy/prometheus-alerts.yaml)
 * and the title of its page in docs/runbook.md; a test holds the three together.
 */

/** What one alert of a condition is about. */
export type AlertSubject = 'installation' | 'provider' | 'carrier' | 'pair' | 'activation' | 'route' | 'phone' | 'address';

/** How an operator is told of it: `page` wakes somebody, `warn` waits for the morning. */
export type AlertSeverity = 'page' | 'warn';

/** One thing that can be wrong. */
export interface AlertCondition {
  readonly severity: AlertSeverity;
  readonly subject: AlertSubject;
  /** Evaluations in a row that must find it before anybody is told. */
  readonly holds: number;
  /** Evaluations in a row that must not find it before it counts as over. */
  readonly clears: number;
  /** What is wrong, and what may be pressed, without the subject's name. */
  readonly what: string;
  readonly press: string;
}

/** From when on something is wrong. Durations are seconds, amounts micro units. Prometheus' rules name the same figures. */
export const ALERT_BOUNDS = Object.freeze({
  watcherSilentSeconds: 180,
  /** A purchase whose end is unknown for so long. */
  unresolvedSeconds: 600,
  refundOverdueSeconds: 7_200,
  /** Paid to clients without proof in 24 hours, wallet currency. */
  paidFromLoss: 20_000_000n,
  /** Of what neither pending refunds nor purchases under way explain, in the account's currency. */
  drift: 50_000n,
  pricesSeconds: 600,
  blobSeconds: 300,
  /** A check of the ledger that is so much older than its interval has stopped. */
  ledgerCheckIntervals: 3,
  /** Fraud rules that could not be asked so often within ten minutes. */
  fraudFailures: 3,
  fraudFailuresMinutes: 10,
});

const CLEARS = 3;
const condition = (
  severity: AlertSeverity,
  subject: AlertSubject,
  holds: number,
  words: { readonly what: string; readonly press: string },
): AlertCondition => Object.freeze({ severity, subject, holds, clears: CLEARS, ...words });

/** What the scheduled evaluation looks for; by name. */
export const ALERT_CONDITIONS = Object.freeze({
  WatchwordAway: condition('page', 'route', 2, {
    what: 'The public address does not answer GET /healthz with 200.',
    press: 'See that an API process runs and that the proxy before it reaches it; GET /readyz says which part is missing.',
  }),
  PublicRouteFailing: condition('page', 'route', 2, {
    what: 'A public route does not answer with 200.',
    press: 'GET /readyz says which part is missing; the API’s log shows the failing requests.',
  }),
  WatcherSilent: condition('page', 'provider', 2, {
    what: 'The orders at this provider are not read: codes are not seen.',
    press: 'Open the workflow watcher/<provider> in Temporal; see that a worker with this provider’s key runs.',
  }),
  SmsUndelivered: condition('page', 'activation', 2, {
    what: 'A confirmed SMS is not readable by its client.',
    press: 'Open the workflow activation/<id> in Temporal; restart the workers.',
  }),
  PurchasesUnresolved: condition('warn', 'activation', 1, {
    what: 'Nobody knows for ten minutes whether a purchase was made.',
    press: 'See that the provider’s order list can be read (WatcherSilent). Nothing is bought twice meanwhile.',
  }),
  ProofFrozen: condition('page', 'provider', 1, {
    what: 'Money came into the account that nobody announced: no refund is confirmed.',
    press: 'Enter the top-up or adjustment: POST /v1/operator/providers/<provider>/top-ups or …/adjustments.',
  }),
  BalanceDrift: condition('warn', 'provider', 5, {
    what: 'The account’s balance differs from the books by more than refunds and purchases under way explain.',
    press: 'Compare with the provider’s own list; enter what is known: POST /v1/operator/providers/<provider>/adjustments.',
  }),
  RefundsOverdue: condition('warn', 'provider', 1, {
    what: 'The provider has owed a refund for more than two hours.',
    press: 'GET /v1/operator/refunds?overdue=true lists them; write to the provider, or write them off.',
  }),
  PayingFromLoss: condition('warn', 'installation', 1, {
    what: 'More than 20 were paid to clients in 24 hours without proof of a refund.',
    press: 'See RefundsOverdue; pause the provider behind it: POST /v1/operator/providers/<provider>/pause.',
  }),
  CircuitOpen: condition('warn', 'provider', 5, {
    what: 'Nothing is bought at this provider: it does not answer, or refuses us.',
    press: 'circuit_reason in GET /v1/operator/providers says which; for a bad key, correct it and restart the workers.',
  }),
  CarrierCircuitOpen: condition('warn', 'carrier', 5, {
    what: 'Nothing is sent by this carrier: it does not answer, refuses us, or has no money of ours.',
    press: 'circuit_reason in GET /v1/operator/carriers says which; correct the key and restart the workers, or top the account up.',
  }),
  BalanceLow: condition('warn', 'provider', 2, {
    what: 'The prepaid balance is below its threshold.',
    press: 'Enter the top-up (POST /v1/operator/providers/<provider>/top-ups), then send the money.',
  }),
  PricesOld: condition('warn', 'provider', 2, {
    what: 'The provider’s price list cannot be read.',
    press: 'Open the newest workflow watchword-prices… in Temporal: it shows the failure.',
  }),
  PriceBlobOld: condition('page', 'installation', 2, {
    what: 'The price matrix that clients read is not replaced any more.',
    press: 'See that the schedule watchword-prices is not paused in Temporal, and that a worker runs.',
  }),
  SuccessCollapsed: condition('warn', 'pair', 2, {
    what: 'A pair brings far fewer codes than it used to.',
    press: 'Routing leaves it by itself. If many pairs of one provider are named, pause it: POST /v1/operator/providers/<provider>/pause.',
  }),
  LedgerWrong: condition('page', 'installation', 1, {
    what: 'The ledger’s check found differences, could not read everything, or does not run any more.',
    press: 'Run npm run check:ledger: it names every difference. Post nothing by hand before they are understood.',
  }),
  VerificationSpendDay: condition('page', 'installation', 1, {
    what: 'Codes cost more today than a day should: a crowd, or somebody who abuses them.',
    press:
      'GET /v1/operator/verifications/report says to which countries and whether codes are typed back; tighten the fraud rules or the spend caps.',
  }),
  VerificationSpendMonth: condition('warn', 'installation', 1, {
    what: 'Codes cost more this month than a month should.',
    press:
      'GET /v1/operator/verifications/report says to which countries, by which channels, and at what price; raise alerts.verification.spend_month if it is wanted.',
  }),
  CodesUndelivered: condition('page', 'installation', 2, {
    what: 'Too few of the codes that people ask for reach them.',
    press: 'GET /v1/operator/reports/carriers says whose; pause a carrier that loses them: POST /v1/operator/carriers/<carrier>/pause.',
  }),
  CodesSlow: condition('warn', 'installation', 2, {
    what: 'Codes take too long to reach people.',
    press: 'GET /v1/operator/reports/carriers says whose; see CarrierCircuitOpen and TasksWaiting, or pause the slow one.',
  }),
  VerifyEndpointsFailing: condition('page', 'installation', 2, {
    what: 'Too many requests to verify somebody are answered with a fault of ours.',
    press: 'GET /readyz says which part is missing; the API’s log shows the failing requests by route and status.',
  }),
  FraudRulesFailing: condition('page', 'installation', 1, {
    what: 'Fraud rules cannot be asked: a limiter, a lookup or a store of theirs is down. Where one is set to enforce, no code is sent.',
    press:
      'facts.parts says which; the API’s log says why. Bring Redis, or the CAPTCHA’s or lookup’s server, back; GET /readyz speaks for Postgres.',
  }),
  PhoneInsists: condition('warn', 'phone', 1, {
    what: 'Codes are wished for to the same phone again and again within 24 hours.',
    press: 'Nothing, where the rule number_sends refuses the rest. Where it only watches, set it to enforce.',
  }),
  AddressInsists: condition('warn', 'address', 1, {
    what: 'Codes are wished for from the same IP address again and again within an hour.',
    press: 'See whether they are typed back: GET /v1/operator/verifications/report. Where they are not, set the rule ip_sends to enforce.',
  }),
} as const satisfies Readonly<Record<string, AlertCondition>>);

export type AlertName = keyof typeof ALERT_CONDITIONS;
export const ALERT_NAMES = Object.freeze(Object.keys(ALERT_CONDITIONS) as AlertName[]);

/** What only somebody outside can see, because it silences the evaluation itself: alerts of Prometheus alone. */
export const OUTSIDE_ALERTS = Object.freeze({ AlertsSilent: 'page', TasksWaiting: 'warn' } as const satisfies Readonly<
  Record<string, AlertSeverity>
>);

/** Where the runbook tells of a condition. */
export function runbookOf(name: string): string {
  return `docs/runbook.md#${name.toLowerCase()}`;
}
