import { awaitsOrphan, lostAttempts } from '../../db/attempts.js';
import { hintedOrders } from '../../db/inbox.js';
import type { WatchedOrder } from '../../db/orders.js';
import { hasEligibleRefund, proofOf } from '../../db/proofs.js';
import { databaseNow, providerById } from '../../db/providers.js';
import { expectedBalance } from '../../ledger/provider-money.js';
import { adapterOf, type RentDeps } from '../deps.js';
import { type Extent, pagesShowing } from './list.js';
import type { Memory } from './memory.js';

/** Hooks closer together than this are answered by one read of the list. */
const COALESCE_MS = 250;
/** Hooks older than this no longer pull a read forward. */
const HINT_MS = 3_600_000;

/** How many times as long as it took a sweep is rested from. */
const SWEEP_REST = 2;

/** Whether the list of orders is to be read now, how far, and milliseconds until that is asked again. */
export interface ListDue {
  readonly extent: Extent | null;
  readonly pause: number;
}

/**
 * The list is read often while an order is young, an answer is missing or a hook came, and seldom otherwise; nothing is
 * read while nothing is open and no number of a lost purchase may turn up. Between sweeps only the pages are read on which young orders and those that hooks spoke of
 * stand. Whatever takes long, because the list is long or the budget small, is rested from as long: the list never takes
 * more than half of the budget that is left to it.
 */
export async function isListDue(
  deps: RentDeps,
  provider: string,
  now: number,
  memory: Memory,
  watched: readonly WatchedOrder[],
): Promise<ListDue> {
  const { database, policy } = deps;
  const databaseTime = (await databaseNow(database)).getTime();
  const alive = watched.filter((order) => order.ended_at === null);
  const lost = await lostAttempts(database, provider);
  const hints = await hintedOrders(database, provider, HINT_MS);
  const newestHint = hints.reduce((newest, hint) => Math.max(newest, hint.newest.getTime()), 0);
  const hinted = newestHint > memory.hintSeen;
  if (alive.length === 0 && lost.length === 0 && !hinted) {
    // The number of a purchase that was given up may still turn up, for as long as a number lives.
    const { defaultLifetimeMs } = adapterOf(deps, provider).capabilities;
    if (!(await awaitsOrphan(database, provider, defaultLifetimeMs))) return { extent: null, pause: policy.idleMs };
  }

  const isYoung = (order: WatchedOrder) =>
    order.status !== 'CLOSED_WITH_SMS' && databaseTime - order.first_seen_at.getTime() < policy.youngMs;
  const often = lost.length > 0 || alive.some(isYoung);
  const pause = Math.max(often ? policy.pollMs : calmPause(policy.slowPollMs, alive, databaseTime), memory.listTook);
  const wait = memory.listedAt + (hinted ? Math.max(COALESCE_MS, memory.listTook) : pause) - now;
  if (wait > 0) return { extent: null, pause: wait };

  const named = new Set(hints.filter(({ newest }) => newest.getTime() > memory.hintSeen).map((hint) => hint.order_id));
  memory.hintSeen = newestHint;
  if (lost.length > 0 || now - memory.sweptAt >= Math.max(policy.sweepMs, SWEEP_REST * memory.sweepTook)) return { extent: 'sweep', pause };
  const { bulkPageSize } = adapterOf(deps, provider).capabilities;
  return { extent: pagesShowing(bulkPageSize, alive, (order) => isYoung(order) || named.has(order.id)), pause };
}

/** While no order is young, the pause is this part of the youngest one's age, … */
const PART_OF_AGE = 20;
/** … and never longer than so many slow pauses. */
const LONGEST_PAUSES = 3;

/**
 * Milliseconds between readings of the list while nothing is young. The older the youngest number is, the less an SMS is to
 * be expected and the less it matters when it is seen: nearly all codes come within two minutes, and hooks tell of the rest.
 */
function calmPause(slowPollMs: number, alive: readonly WatchedOrder[], databaseTime: number): number {
  const youngest = alive.reduce((age, order) => Math.min(age, databaseTime - order.first_seen_at.getTime()), Infinity);
  if (youngest === Infinity) return slowPollMs;
  return Math.min(LONGEST_PAUSES * slowPollMs, Math.max(slowPollMs, youngest / PART_OF_AGE));
}

/**
 * Milliseconds until a reading of the balance could prove something, and the ledger's figure now. An armed proof is read
 * only for refunds that are eligible, and seldom (rule 24); an unarmed one follows each movement (rule 20).
 */
export async function proofDueIn(
  deps: RentDeps,
  provider: string,
  now: number,
  memory: Memory,
): Promise<{ readonly ms: number; readonly expected: bigint }> {
  const { database, policy } = deps;
  const proof = await proofOf(database, provider);
  const account = await providerById(database, provider);
  const expected = await expectedBalance(database, provider, account?.currency ?? '');
  const since = (pause: number) => ({ ms: memory.provedAt + Math.max(pause, SWEEP_REST * memory.proofTook) - now, expected });
  if (proof.opened_at === null || proof.frozen_at !== null) return { ms: Infinity, expected };
  const eligible = await hasEligibleRefund(database, provider);
  if (proof.armed_at !== null) return eligible ? since(policy.balanceMs) : { ms: Infinity, expected };
  const follow = eligible || expected !== memory.provedExpected;
  return follow ? since(Math.min(policy.pollMs, policy.balanceMs) / 2) : { ms: Infinity, expected };
}
