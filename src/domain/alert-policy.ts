/** How an installation looks for what is wrong, and how it tells. Milliseconds. */
export interface AlertPolicy {
  /** Pause between evaluations. */
  readonly everyMs: number;
  /** While an alert lasts, it is told again after this. */
  readonly repeatMs: number;
  /** Further subjects of a condition are gathered for so long before they are told. */
  readonly gatherMs: number;
  /** For how long a message is offered to a receiver that does not take it. */
  readonly deliverMs: number;
  /** Pause between checks of the ledger. */
  readonly ledgerCheckMs: number;
  /** How long one check may take; beyond it is incomplete. */
  readonly ledgerCheckBoundMs: number;
}

export const DEFAULT_ALERT_POLICY: AlertPolicy = Object.freeze({
  everyMs: 60_000,
  repeatMs: 21_600_000,
  gatherMs: 300_000,
  deliverMs: 86_400_000,
  ledgerCheckMs: 21_600_000,
  ledgerCheckBoundMs: 300_000,
});

/** The share of time that checking the ledger may take at most: after a long check the next one waits. */
const LEDGER_CHECK_SHARE = 0.05;

/** Whether the ledger may be checked again, given how long the last check took. */
export function mayCheckLedger(last: { readonly startedAt: number; readonly tookMs: number } | null, now: number): boolean {
  return last === null || now - last.startedAt >= last.tookMs / LEDGER_CHECK_SHARE;
}
