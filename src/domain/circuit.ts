/**
 * The circuit breaker of a provider account: closed it sells, open it is left alone, half-open one purchase at a time finds
 * out whether it answers again. Pure: the state is a row that all workers share, and whoever changes it holds that row.
 */
import type { PurchaseOutcome } from './purchase.js';

/** A provider account's circuit. Times are milliseconds of the database's clock. */
export interface Circuit {
  /** Null: closed. In the future: open. In the past: half-open. */
  readonly openUntil: number | null;
  /** Why it was opened last, in words for operators; null if it never was. */
  readonly reason: string | null;
  /** Purchases in a row without an answer. */
  readonly faults: number;
  /** Answers and faults of late, each counting half after {@link CIRCUIT.halfLifeMs}, as of `countedAt`. */
  readonly good: number;
  readonly bad: number;
  readonly countedAt: number;
  /** Openings in a row. */
  readonly trips: number;
  readonly closedAt: number | null;
  /** Half-open: the purchase that finds out, and until when it is waited for. */
  readonly probe: { readonly key: string; readonly until: number } | null;
}

/** A circuit that nothing has happened to. */
export const CLOSED: Circuit = Object.freeze({
  openUntil: null,
  reason: null,
  faults: 0,
  good: 0,
  bad: 0,
  countedAt: 0,
  trips: 0,
  closedAt: null,
  probe: null,
});

/**
 * When a circuit opens, and for how long. Three in a row, because each purchase without an answer keeps a client waiting for
 * sweeps of the order list; a share of half of at least five, because a provider that answers every other request costs as
 * much and never fails three times in a row. All durations are milliseconds.
 */
export const CIRCUIT = Object.freeze({
  faultsInARow: 3,
  faultShare: 0.5,
  leastFaults: 5,
  halfLifeMs: 60_000,
  /** First opening after faults; each further one in a row takes twice as long. */
  faultOpenMs: 15_000,
  longestFaultOpenMs: 600_000,
  /** The same after an answer that nothing will be sold, where the provider names no time. */
  fatalOpenMs: 300_000,
  longestFatalOpenMs: 3_600_000,
  /** No provider's own time is believed beyond this. */
  longestNamedOpenMs: 86_400_000,
  /** A circuit that stayed closed for so long opens shortly again. */
  forgottenAfterMs: 600_000,
});

/** What a purchase says of the account's health. */
export type Signal =
  /** The provider spoke: whatever it said, and be it that it has no number. */
  | { readonly kind: 'answer' }
  /** No connection, no reply, a broken one, an edge's page. */
  | { readonly kind: 'fault'; readonly reason: string }
  /** It will sell nothing until somebody acts or the time has passed. */
  | { readonly kind: 'fatal'; readonly reason: string; readonly forMs: number | null }
  /** Nothing was learned: it was not asked, or was asked too often. */
  | { readonly kind: 'nothing' };

/** Reads a purchase's outcome as a signal. No numbers, a ceiling too low or a wrong word of ours are answers. */
export function signalOf(outcome: PurchaseOutcome): Signal {
  switch (outcome.kind) {
    case 'bought':
      return { kind: 'answer' };
    case 'ambiguous':
      return { kind: 'fault', reason: outcome.reason };
    case 'fatal':
      return { kind: 'fatal', reason: outcome.reason, forMs: outcome.retryAfterMs ?? null };
    case 'refused':
      if (outcome.reason === 'not_sent' || outcome.reason === 'turned_away') return { kind: 'fault', reason: outcome.reason };
      if (outcome.reason === 'too_late' || outcome.reason === 'rate_limited') return { kind: 'nothing' };
      return { kind: 'answer' };
  }
}

export type CircuitState = 'closed' | 'open' | 'half_open';

/** The circuit's state at a moment; time alone leads from open to half-open. */
export function stateAt(circuit: Circuit, now: number): CircuitState {
  if (circuit.openUntil === null) return 'closed';
  return now < circuit.openUntil ? 'open' : 'half_open';
}

/**
 * Asks for a purchase to be let through. Half-open, the first to ask becomes the probe, and may ask again under its key; a
 * probe that nothing is heard of makes room for another after `probeMs`.
 *
 * @returns the circuit with the probe, or null when the purchase is not to be made.
 */
export function admit(circuit: Circuit, key: string, now: number, probeMs: number): Circuit | null {
  const state = stateAt(circuit, now);
  if (state === 'closed') return circuit;
  if (state === 'open') return null;
  if (circuit.probe !== null && circuit.probe.key !== key && now < circuit.probe.until) return null;
  return { ...circuit, probe: { key, until: now + probeMs } };
}

/** What a signal makes of the circuit; `changed` says what is worth a line of log. */
export interface Reaction {
  readonly circuit: Circuit;
  readonly changed: 'opened' | 'closed' | null;
}

/**
 * Takes over what purchase `key` learned. While the circuit is not closed only its probe's signal counts, because others were
 * sent before it opened; but a provider that says it will not sell is always heard.
 */
export function react(circuit: Circuit, key: string, signal: Signal, now: number): Reaction {
  const state = stateAt(circuit, now);
  if (signal.kind === 'fatal') return opened(circuit, state, signal, now);
  const counted = count(circuit, signal, now);
  if (state === 'closed') {
    const failing = signal.kind === 'fault' && (counted.faults >= CIRCUIT.faultsInARow || isMostlyBad(counted));
    return failing ? opened(counted, state, signal, now) : { circuit: counted, changed: null };
  }
  if (circuit.probe?.key !== key) return { circuit, changed: null };
  if (signal.kind === 'nothing') return { circuit: { ...circuit, probe: null }, changed: null };
  if (signal.kind === 'fault') return opened(counted, state, signal, now);
  // It starts anew: what it failed before says nothing of a provider that answers again.
  return { circuit: { ...CLOSED, reason: circuit.reason, trips: circuit.trips, countedAt: now, closedAt: now }, changed: 'closed' };
}

function isMostlyBad({ good, bad }: Circuit): boolean {
  // What has just faded below a whole number still counts as that.
  return bad >= CIRCUIT.leastFaults - 0.5 && bad >= CIRCUIT.faultShare * (good + bad);
}

function count(circuit: Circuit, signal: Signal, now: number): Circuit {
  if (signal.kind !== 'answer' && signal.kind !== 'fault') return circuit;
  const kept = 0.5 ** (Math.max(0, now - circuit.countedAt) / CIRCUIT.halfLifeMs);
  const isFault = signal.kind === 'fault';
  return {
    ...circuit,
    faults: isFault ? circuit.faults + 1 : 0,
    good: circuit.good * kept + (isFault ? 0 : 1),
    bad: circuit.bad * kept + (isFault ? 1 : 0),
    countedAt: now,
  };
}

function opened(circuit: Circuit, state: CircuitState, signal: Extract<Signal, { reason: string }>, now: number): Reaction {
  const forgotten = state === 'closed' && circuit.closedAt !== null && now - circuit.closedAt >= CIRCUIT.forgottenAfterMs;
  // Further purchases that were under way when it opened are no further openings.
  const trips = state === 'open' ? Math.max(1, circuit.trips) : forgotten ? 1 : circuit.trips + 1;
  const until = now + openMs(signal, trips);
  const openUntil = state === 'open' ? Math.max(circuit.openUntil!, until) : until;
  const reason = reasonOf(circuit, state, signal);
  const changed = state !== 'open' || reason !== circuit.reason ? 'opened' : null;
  return { circuit: { ...circuit, openUntil, reason, trips, probe: null }, changed };
}

function openMs(signal: Extract<Signal, { reason: string }>, trips: number): number {
  const grown = 2 ** Math.min(trips - 1, 20);
  if (signal.kind === 'fault') return Math.min(CIRCUIT.longestFaultOpenMs, CIRCUIT.faultOpenMs * grown);
  if (signal.forMs !== null) return Math.min(CIRCUIT.longestNamedOpenMs, signal.forMs);
  return Math.min(CIRCUIT.longestFatalOpenMs, CIRCUIT.fatalOpenMs * grown);
}

function reasonOf(circuit: Circuit, state: CircuitState, signal: Extract<Signal, { reason: string }>): string {
  if (signal.kind === 'fatal') return signal.reason;
  if (state === 'half_open') return `${signal.reason}: still no answer when it was tried again`;
  if (circuit.faults >= CIRCUIT.faultsInARow) return `${signal.reason}: ${circuit.faults} purchases in a row without an answer`;
  return `${signal.reason}: ${Math.round((100 * circuit.bad) / (circuit.good + circuit.bad))} % of the last purchases without an answer`;
}
