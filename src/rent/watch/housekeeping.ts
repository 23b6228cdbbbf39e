import { lostAttempts, resolveAttempt } from '../../db/attempts.js';
import { setGraceRead, takeCheck, takeMissing, type WatchedOrder } from '../../db/orders.js';
import { databaseNow } from '../../db/providers.js';
import { mayAbandon } from '../../domain/buying.js';
import type { Policy } from '../../domain/policy.js';
import type { RentDeps } from '../deps.js';
import { readOrder } from '../read.js';
import type { Errands } from './errands.js';
import { cancelOrphan } from './unclaimed.js';

/** How many whole lists in a row may lack an order before it is read by itself (ORDERS.md, rule 3). */
const MISSING_SWEEPS = 2;

/** Reads orders one by one that two whole lists did not show, the longest unseen first: absence is never evidence. */
export async function readMissing(deps: RentDeps, errands: Errands, watched: readonly WatchedOrder[]): Promise<void> {
  const missing = watched.filter((order) => order.ended_at === null && order.missing_sweeps >= MISSING_SWEEPS);
  for (const order of missing.toSorted((a, b) => a.last_seen_at.getTime() - b.last_seen_at.getTime())) {
    if (!errands.mayGo()) return;
    if (!(await takeMissing(deps.database, order.id, MISSING_SWEEPS))) continue;
    await errands.go(order.id, async () => {
      const { endedNow } = await readOrder(deps, order, 'watch');
      if (endedNow && order.activation_id !== null) await deps.signals.orderEnded(order.activation_id, order.id);
    });
  }
}

/** Gives up attempts whose reply was lost and that two whole sweeps did not show (rule 8). */
export async function abandonLost(deps: RentDeps, provider: string): Promise<void> {
  const now = (await databaseNow(deps.database)).getTime();
  for (const attempt of await lostAttempts(deps.database, provider)) {
    if (!mayAbandon({ replyBy: attempt.reply_by!.getTime(), sweeps: attempt.sweeps }, now)) continue;
    const given = await resolveAttempt(deps.database, attempt.id, ['OPEN', 'AMBIGUOUS'], 'ABANDONED', { reason: 'no_reply' });
    if (given) deps.log.warn({ provider, attempt: attempt.id }, 'gave up a purchase whose reply was lost');
  }
}

/**
 * Reads ended orders again: until a refund's own record agrees, and once at the end of the grace time (rules 12 and 24). The
 * longest due first.
 */
export async function readEnded(deps: RentDeps, errands: Errands, watched: readonly WatchedOrder[]): Promise<void> {
  const { database, policy } = deps;
  const now = (await databaseNow(database)).getTime();
  const due = watched.flatMap((order) => {
    if (order.ended_at === null || (order.status !== 'REFUND_PENDING' && order.status !== 'REFUNDED')) return [];
    const graceAt = order.grace_read_at === null ? order.ended_at.getTime() + policy.orderGraceMs : Infinity;
    const unagreed = order.status === 'REFUND_PENDING' && order.agreed_at === null;
    const checkAt = unagreed ? (order.next_check_at ?? order.ended_at).getTime() : Infinity;
    const dueAt = Math.min(graceAt, checkAt);
    return dueAt <= now ? [{ order, dueAt, graceOver: graceAt <= now }] : [];
  });
  for (const { order, graceOver } of due.toSorted((a, b) => a.dueAt - b.dueAt)) {
    if (!errands.mayGo()) return;
    if (!(await takeCheck(database, order, pauseAfter(policy, order.checks)))) continue;
    await errands.go(order.id, async () => {
      await readOrder(deps, order, 'order');
    });
    // Also when the provider knows the order no longer: nothing more will be seen of it.
    if (graceOver) await setGraceRead(database, order.id);
  }
}

/** Cancels numbers of the house that nobody waits for. @returns milliseconds until the next may be cancelled. */
export async function cancelOrphans(deps: RentDeps, errands: Errands, watched: readonly WatchedOrder[]): Promise<number> {
  const now = (await databaseNow(deps.database)).getTime();
  let pause = Infinity;
  for (const order of watched) {
    if (order.beneficiary !== 'house' || order.origin === 'foreign') continue;
    if (order.ended_at !== null || (order.status !== 'OPEN' && order.status !== 'CANCEL_ASKED')) continue;
    const wait = Math.max(order.cancel_allowed_at?.getTime() ?? 0, order.next_check_at?.getTime() ?? 0) - now;
    if (wait > 0) {
      pause = Math.min(pause, wait);
      continue;
    }
    if (!errands.mayGo()) return 0;
    if (!(await takeCheck(deps.database, order, pauseAfter(deps.policy, order.checks)))) continue;
    await errands.go(order.id, async () => {
      const result = await cancelOrphan(deps, order.id);
      if (result !== 'done') pause = Math.min(pause, result);
    });
  }
  return pause;
}

/** An order is read again after 15, 30, 60 s, then doubling to 15 min (rule 24). */
function pauseAfter(policy: Policy, checks: number): number {
  return Math.min(policy.recheckMaxMs, policy.recheckMs * 2 ** Math.min(checks, 20));
}
