/**
 * Whose is an order that nobody claimed? Rules 6 to 9 of ORDERS.md as pure functions: an order that a provider lists and
 * no purchase's reply told us of is adopted by the attempt that bought it, cancelled as an orphan, or left alone as foreign.
 */

/** An attempt to buy, as far as it matters here. Times are milliseconds of the database's clock. */
export interface AttemptView {
  readonly id: string;
  readonly service: string;
  readonly country: string;
  /** The operator that was asked for; null for any. */
  readonly operator: string | null;
  /** Micro units of the provider's currency. */
  readonly maxPrice: bigint;
  /** `unresolved`: its reply is awaited or lost; `abandoned`: given up, and no orphan was taken for it yet. */
  readonly state: 'unresolved' | 'abandoned';
  readonly sentAt: number;
  /** When its reply counts as lost. */
  readonly replyBy: number;
}

/** An unclaimed order, as its record shows it. */
export interface SightedOrder {
  readonly service: string | null;
  readonly country: string | null;
  readonly operator: string | null;
  readonly price: bigint | null;
  readonly firstSeenAt: number;
}

export type Ownership =
  | { readonly kind: 'adopt'; readonly attemptId: string }
  /** A reply that may name this order is still awaited, or its record does not yet say enough. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'orphan'; readonly attemptId: string }
  | { readonly kind: 'foreign' };

/** Decides whose a sighted order is. `now` by the database's clock. */
export function ownerOf(order: SightedOrder, attempts: readonly AttemptView[], now: number): Ownership {
  const before = attempts.filter(
    (attempt) => attempt.service === order.service && attempt.country === order.country && attempt.sentAt < order.firstSeenAt,
  );
  const unresolved = before.filter((attempt) => attempt.state === 'unresolved');
  if (unresolved.some((attempt) => now < attempt.replyBy)) return { kind: 'wait' };

  const matching = unresolved.filter((attempt) => operatorFits(attempt, order));
  if (matching.length > 0 && order.price === null) return { kind: 'wait' };
  const adopter = oldest(matching.filter((attempt) => order.price! <= attempt.maxPrice));
  if (adopter !== undefined) return { kind: 'adopt', attemptId: adopter.id };
  if (unresolved.length > 0) return { kind: 'wait' };

  const abandoned = oldest(before.filter((attempt) => attempt.state === 'abandoned'));
  return abandoned === undefined ? { kind: 'foreign' } : { kind: 'orphan', attemptId: abandoned.id };
}

function operatorFits(attempt: AttemptView, order: SightedOrder): boolean {
  return attempt.operator === null || order.operator === null || attempt.operator === order.operator;
}

function oldest(attempts: readonly AttemptView[]): AttemptView | undefined {
  return attempts.toSorted((a, b) => a.sentAt - b.sentAt || (a.id < b.id ? -1 : 1))[0];
}

/** How many whole sweeps without a match an attempt outlives before it is abandoned (rule 8). */
export const SWEEPS_BEFORE_ABANDON = 2;

/** Whether an attempt whose reply was lost may be given up, so that the next candidate may be bought. */
export function mayAbandon(attempt: { readonly replyBy: number; readonly sweeps: number }, now: number): boolean {
  return now >= attempt.replyBy && attempt.sweeps >= SWEEPS_BEFORE_ABANDON;
}
