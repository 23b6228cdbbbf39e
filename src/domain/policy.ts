/** Every duration and bound that the rules of orders, codes and refunds use. All durations are milliseconds. */
export interface Policy {
  /** How long POST /v1/activations waits for the number unless the client prefers otherwise. */
  readonly startWaitMs: number;
  /** How long after a purchase request was sent its reply may still come (ORDERS.md, rule 8). */
  readonly replyWaitMs: number;
  /** How long a purchase request may take from its attempt's opening; the worker sends only before this deadline. */
  readonly attemptMs: number;
  /** How many candidates one activation may try. */
  readonly maxCandidates: number;
  /** After the first SMS, how long without another until the activation is COMPLETED by itself. */
  readonly quietMs: number;
  /** With `on_no_code: replace`: after how long without an SMS a number is given back for the next (rule 14). */
  readonly replaceAfterMs: number;
  /** How many numbers one activation may replace. */
  readonly maxReplacements: number;
  /** How long an ended order stays watched for a late SMS (rule 12). */
  readonly orderGraceMs: number;
  /** After how long without proof the user is paid from `loss` (rule 21). */
  readonly refundGraceMs: number;
  /** Watcher: pause between reads of page one while an order is young. */
  readonly pollMs: number;
  /** Watcher: age below which an order counts as young. */
  readonly youngMs: number;
  /** Watcher: pause between reads of page one when no open order is young. */
  readonly slowPollMs: number;
  /** Watcher: pause between whole sweeps. */
  readonly sweepMs: number;
  /** Watcher: pause between loops when nothing is open. */
  readonly idleMs: number;
  /** Watcher: the least time between two readings of the balance (rule 24). */
  readonly balanceMs: number;
  /** Watcher: first pause before an unconfirmed refund's record is read again; doubles up to `recheckMaxMs` (rule 24). */
  readonly recheckMs: number;
  readonly recheckMaxMs: number;
  /** Proof: two passes that agree this far apart freeze a provider's proof (rule 16). */
  readonly freezeConfirmMs: number;
  /** Proof: how old a charge must be before the provider's balance is sure to show it (rule 15). */
  readonly balanceLagMs: number;
  /** Pause between price refreshes. */
  readonly pricesMs: number;
  /** Pause between erasures of what is over for longer than the retention time. */
  readonly eraseMs: number;
}

/** The policy of a real installation. Tests and demonstrations shorten it through the configuration file. */
export const DEFAULT_POLICY: Policy = Object.freeze({
  startWaitMs: 20_000,
  replyWaitMs: 15_000,
  attemptMs: 10_000,
  maxCandidates: 6,
  quietMs: 600_000,
  replaceAfterMs: 150_000,
  maxReplacements: 3,
  orderGraceMs: 120_000,
  refundGraceMs: 86_400_000,
  pollMs: 3_000,
  youngMs: 120_000,
  slowPollMs: 10_000,
  sweepMs: 30_000,
  idleMs: 60_000,
  balanceMs: 15_000,
  recheckMs: 15_000,
  recheckMaxMs: 900_000,
  freezeConfirmMs: 15_000,
  balanceLagMs: 0,
  pricesMs: 60_000,
  eraseMs: 300_000,
});
