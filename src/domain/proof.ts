/**
 * Proof of refund (ORDERS.md, D): which refunds does a reading of the provider's balance prove? Pure rules; who reads what
 * in which order, and the fence around the posting, are the watcher's and the ledger's.
 */
import { allot, type Claim, type Unclaimed } from './surplus.js';

/** An order that ended without an SMS and whose charge has not come back yet. */
export interface PendingRefund {
  readonly orderId: string;
  /** Micro units of the provider's currency. */
  readonly cost: bigint;
  /** When the order's own record first agreed that it was refunded (ms of our clock); null while it does not. */
  readonly agreedAt: number | null;
  /** When it ended, as long as its record may still come to agree (ms of our clock); null once its client was paid from loss. */
  readonly unsureSince: number | null;
}

/** One pass: figures that were read in the order that rule 15 asks for. */
export interface ProofPass {
  /** The ledger's figure, read before the balance; charges younger than the provider's balance lag added back. */
  readonly expected: bigint;
  /** The balance as the provider shows it. */
  readonly observed: bigint;
  /** Coarsest step of the balance that the provider is declared to show; 1 where it shows micro units. */
  readonly granularity: bigint;
  readonly pending: readonly PendingRefund[];
  /** Together, the open orders that were not seen alive after the balance was read (rule 16). */
  readonly possiblyEnded: bigint;
}

/** Balance and ledger's figure of one pass. */
export interface ProofReading {
  readonly observed: bigint;
  readonly expected: bigint;
}

/** What earlier passes left behind. */
export interface ProofState {
  readonly armed: boolean;
  /** What the pass before read; null before the first. */
  readonly last: ProofReading | null;
  /** Arming: the first reading up to which the balance had fallen, since the pass before, by exactly what the ledger charged. */
  readonly fall: ProofReading | null;
  /** The first of two passes that found more than can be explained: its surplus, and when (ms). */
  readonly suspect: { readonly at: number; readonly surplus: bigint } | null;
  /** Surplus that nobody was confirmed with; null before the first pass that could confirm. */
  readonly unclaimed: Unclaimed | null;
}

/** The durations that a pass is judged by; ms. */
export interface ProofTimes {
  /** How far apart two passes must agree to freeze. */
  readonly freezeConfirmMs: number;
  /** The least time between two passes. */
  readonly balanceMs: number;
}

/** What a pass proves. */
export interface ProofVerdict {
  readonly surplus: bigint;
  /** Orders whose refund is proven, in the order in which they are confirmed. */
  readonly confirm: readonly string[];
  /** Something else came in: nobody may be confirmed until an operator says what (rule 16). */
  readonly freeze: boolean;
  readonly state: ProofState;
}

/** Judges one pass. `now` is milliseconds of our clock. */
export function judgePass(pass: ProofPass, state: ProofState, now: number, times: ProofTimes): ProofVerdict {
  const surplus = surplusOf(pass);
  const ended = pass.pending.reduce((sum, { cost }) => sum + cost, 0n);

  if (surplus > ended + pass.possiblyEnded) {
    const suspect = state.suspect ?? { at: now, surplus };
    return { surplus, confirm: [], freeze: now - suspect.at >= times.freezeConfirmMs, state: { ...state, suspect } };
  }

  const next = arm({ ...state, suspect: null }, pass);
  if (!next.armed) return { surplus, confirm: [], freeze: false, state: next };
  const reserved = pass.possiblyEnded + unsure(pass.pending, now - RESERVED_PASSES * times.balanceMs);
  const { confirm, unclaimed } = allot(claimsOf(pass.pending), surplus, reserved, state.unclaimed, now, times.balanceMs);
  return { surplus, confirm, freeze: false, state: { ...next, unclaimed } };
}

/** What the balance holds beyond the ledger's figure, less half of a declared granularity (rule 15b). */
export function surplusOf(pass: Pick<ProofPass, 'expected' | 'observed' | 'granularity'>): bigint {
  return pass.observed - roundingOf(pass.granularity) - pass.expected;
}

/**
 * The figure that the books open with where the balance shows `observed`: the most that it can be, as a reading counts as
 * the least that it can be. Taken off here too, the two roundings together could prove a refund that never came.
 */
export function openingFigure(observed: bigint, granularity: bigint): bigint {
  return observed + roundingOf(granularity);
}

/** How far a balance may lie from what is shown of it. */
function roundingOf(granularity: bigint): bigint {
  return granularity > 1n ? granularity / 2n : 0n;
}

/** For so many passes (an hour) money is kept back for an ended order whose own record does not agree yet. */
const RESERVED_PASSES = 240;

/** Together, the ended orders whose own record may still come to agree, as far as they ended after `since`. */
function unsure(pending: readonly PendingRefund[], since: number): bigint {
  return pending.reduce(
    (sum, { cost, agreedAt, unsureSince }) => (agreedAt === null && unsureSince !== null && unsureSince > since ? sum + cost : sum),
    0n,
  );
}

/** Refunds that can be confirmed, youngest agreement first. No balance proves the refund of a price that no record has told yet. */
function claimsOf(pending: readonly PendingRefund[]): Claim[] {
  return pending
    .flatMap(({ orderId, cost, agreedAt }) => (agreedAt === null || cost === 0n ? [] : [{ orderId, cost, agreedAt }]))
    .toSorted((a, b) => b.agreedAt - a.agreedAt || (a.orderId < b.orderId ? -1 : 1));
}

/** What is left of an amount when refunds are taken off it, youngest agreement first, skipping what does not fit. */
function leftOf(pending: readonly PendingRefund[], amount: bigint): bigint {
  return claimsOf(pending).reduce((left, { cost }) => (cost > left ? left : left - cost), amount);
}

/**
 * Arming (rule 20): the balance must once have fallen by exactly what the ledger charged and risen by exactly what came
 * back, before it may prove anything. The rise is counted from the fall, because money may be back before an order's own
 * record says so; or both lie in the window since the pass before, if the balance fell in it: another account's balance
 * that only ever rises must arm nothing. Movements are compared, not figures, so that a drift
 * from before does not keep an account unarmed; a balance that stands still proves nothing, even where charges and
 * refunds would cancel out.
 */
function arm(state: ProofState, pass: ProofPass): ProofState {
  const last: ProofReading = { observed: pass.observed, expected: pass.expected };
  if (state.armed || state.last === null) return { ...state, last };
  const since = movement(state.last, last);
  if (since.balance < 0n && since.balance === -since.charged) {
    // The first fall is kept while money that came back since then may still be explained by a record yet to come. Otherwise
    // the newest fall counts: what came back before it could be explained by nothing for good, or never came at all.
    const came = state.fall === null ? 0n : cameIn(movement(state.fall, last));
    const mayBeExplained = came > 0n && (pass.possiblyEnded > 0n || pass.pending.some(({ agreedAt }) => agreedAt === null));
    return { ...state, last, fall: mayBeExplained ? state.fall : last };
  }
  const rose = (window: Movement) => {
    const came = cameIn(window);
    return window.balance !== 0n && came > 0n && leftOf(pass.pending, came) === 0n;
  };
  const armed = (state.fall !== null && rose(movement(state.fall, last))) || (since.balance < 0n && rose(since));
  return { ...state, last, armed };
}

/** By how much the balance moved between two readings, and how much the ledger charged (refunds posted count against it). */
interface Movement {
  readonly balance: bigint;
  readonly charged: bigint;
}

/** What came back in a window, as far as the ledger has not posted it. */
function cameIn(window: Movement): bigint {
  return window.balance + window.charged;
}

function movement(from: ProofReading, to: ProofReading): Movement {
  return { balance: to.observed - from.observed, charged: from.expected - to.expected };
}
