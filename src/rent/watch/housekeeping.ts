import { lostAttempts, resolveAttempt } from '../../db/attempts.js';
import { scheduleCheck, setGraceRead, type WatchedOrder } from '../../db/orders.js';
import { databaseNow } from '../../db/providers.js';
import { mayAbandon } from '../../domain/buying.js';
import type { RentDeps } from '../deps.js';
import { readOrder } from '../read.js';
import { cancelOrphan } from './unclaimed.js';
import type { WatchHost } from './watch.js';

/** How many whole lists in a row may lack an order before it is read by itself (ORDERS.md, rule 3). */
const MISSING_SWEEPS = 2;

/** Reads orders one by one that two whole lists did not show: absence is never evidence. */
export async function readMissing(
  deps: RentDeps,
  host: Pick<WatchHost, 'signal' | 'alive'>,
  watched: readonly WatchedOrder[],
): Promise<void> {
  for (const order of watched) {
    if (host.signal.aborted) return;
    if (order.ended_at !== null || order.missing_sweeps < MISSING_SWEEPS) continue;
    host.alive();
    const { endedNow } = await readOrder(deps, order, 'watch');
    if (endedNow && order.activation_id !== null) await deps.signals.orderEnded(order.activation_id, order.id);
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

/** Reads ended orders again: until a refund's own record agrees, and once at the end of the grace time (rules 12 and 24). */
export async function readEnded(
  deps: RentDeps,
  host: Pick<WatchHost, 'signal' | 'alive'>,
  watched: readonly WatchedOrder[],
): Promise<void> {
  const { database, policy } = deps;
  const now = (await databaseNow(database)).getTime();
  for (const order of watched) {
    if (host.signal.aborted) return;
    if (order.ended_at === null || (order.status !== 'REFUND_PENDING' && order.status !== 'REFUNDED')) continue;
    const graceOver = order.grace_read_at === null && now >= order.ended_at.getTime() + policy.orderGraceMs;
    const recheck =
      order.status === 'REFUND_PENDING' && order.agreed_at === null && now >= (order.next_check_at ?? order.ended_at).getTime();
    if (!graceOver && !recheck) continue;
    host.alive();
    await readOrder(deps, order, 'order');
    if (graceOver) await setGraceRead(database, order.id);
    if (recheck) await scheduleCheck(database, order.id, Math.min(policy.recheckMaxMs, policy.recheckMs * 2 ** Math.min(order.checks, 20)));
  }
}

/** Cancels numbers of the house that nobody waits for. @returns milliseconds until the next may be cancelled. */
export async function cancelOrphans(deps: RentDeps, host: Pick<WatchHost, 'alive'>, watched: readonly WatchedOrder[]): Promise<number> {
  const now = (await databaseNow(deps.database)).getTime();
  let pause = Infinity;
  for (const order of watched) {
    if (order.beneficiary !== 'house' || order.origin === 'foreign') continue;
    if (order.ended_at !== null || (order.status !== 'OPEN' && order.status !== 'CANCEL_ASKED')) continue;
    const wait = (order.cancel_allowed_at?.getTime() ?? 0) - now;
    if (wait > 0) {
      pause = Math.min(pause, wait);
      continue;
    }
    host.alive();
    const result = await cancelOrphan(deps, order.id);
    if (result !== 'done') pause = Math.min(pause, result);
  }
  return pause;
}
