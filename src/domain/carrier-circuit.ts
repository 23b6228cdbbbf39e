/** What a carrier's answers say of the health of our account there. Pure; the circuit itself is `circuit.ts`. */
import { type Circuit, react, type Reaction, type Signal } from './circuit.js';
import type { Refusal } from './message.js';

/** The parts of a send's outcome that matter here. */
export type SendAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly retryAfterMs?: number }
  | { readonly kind: 'ambiguous'; readonly why: string }
  | { readonly kind: 'fatal'; readonly reason: string };

/** How long a carrier is left alone that has no money of ours, where it names no time. */
const NO_BALANCE_MS = 60_000;

/**
 * Reads a send's outcome as a signal for the carrier's circuit. A refusal of this number, text, sender or price is an answer
 * like any other: it says nothing of the next message.
 */
export function signalOfSend(outcome: SendAnswer): Signal {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'answer' };
    case 'ambiguous':
      return { kind: 'fault', reason: outcome.why };
    case 'fatal':
      return { kind: 'fatal', reason: outcome.reason, forMs: null };
    case 'refused':
      if (outcome.reason === 'unavailable') return { kind: 'fault', reason: outcome.reason };
      // Every further message would be refused until somebody tops the account up.
      if (outcome.reason === 'no_balance') return { kind: 'fatal', reason: outcome.reason, forMs: outcome.retryAfterMs ?? NO_BALANCE_MS };
      // It is well, and we were too fast: a matter of throughput.
      if (outcome.reason === 'throttled') return { kind: 'nothing' };
      return { kind: 'answer' };
  }
}

/** What was heard last of another carrier. */
export interface OtherCarrier {
  /** Sends in a row without an answer. */
  readonly faults: number;
  /** When it was heard last; milliseconds of the same clock as `now`. */
  readonly heardAt: number;
}

/** What was heard longer ago says nothing of now. */
const LATELY_MS = 60_000;

/**
 * Whether a fault is nobody's own: every other carrier that was heard within the last minute did not answer either. Then the
 * fault is ours (the network, a proxy). Where there is no other carrier nothing is gained by leaving the only one alone.
 */
export function isFaultGeneral(others: readonly OtherCarrier[], now: number): boolean {
  if (others.length === 0) return true;
  const heard = others.filter(({ heardAt }) => heardAt > now - LATELY_MS);
  return heard.length > 0 && heard.every(({ faults }) => faults > 0);
}

/**
 * Takes over what a send learned. A fault that is general is counted and opens nothing; what a carrier says itself (no money,
 * wrong key) is heard in any case.
 *
 * @param key names the send, so that a half-open circuit knows its probe.
 */
export function reactToSend(circuit: Circuit, key: string, signal: Signal, others: readonly OtherCarrier[], now: number): Reaction {
  const reaction = react(circuit, key, signal, now);
  if (signal.kind !== 'fault' || reaction.changed !== 'opened' || !isFaultGeneral(others, now)) return reaction;
  return { circuit: { ...reaction.circuit, openUntil: circuit.openUntil, reason: circuit.reason, trips: circuit.trips }, changed: null };
}
