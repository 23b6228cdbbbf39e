import { lostAttempts } from '../../db/attempts.js';
import { hintedOrders } from '../../db/inbox.js';
import type { WatchedOrder } from '../../db/orders.js';
import { hasEligibleRefund, proofOf } from '../../db/proofs.js';
import { databaseNow, providerById } from '../../db/providers.js';
import { expectedBalance } from '../../ledger/provider-money.js';
import type { RentDeps } from '../deps.js';
import type { Memory } from './memory.js';

/** Hooks closer together than this are answered by one read of the list. */
const COALESCE_MS = 250;
/** Hooks older than this no longer pull a read forward. */
const HINT_MS = 3_600_000;

/** Whether the list of orders is to be read now, how far, and milliseconds until that is asked again. */
export interface ListDue {
  readonly extent: 'page' | 'sweep' | null;
  readonly pause: number;
}

/**
 * The list is read often while an order is young, an answer is missing or a hook came, and seldom otherwise; nothing is
 * read while nothing is open.
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
  if (alive.length === 0 && lost.length === 0 && !hinted) return { extent: null, pause: policy.idleMs };

  const isYoung = (order: WatchedOrder) =>
    order.status !== 'CLOSED_WITH_SMS' && databaseTime - order.first_seen_at.getTime() < policy.youngMs;
  const pause = lost.length > 0 || alive.some(isYoung) ? policy.pollMs : policy.slowPollMs;
  const wait = memory.listedAt + (hinted ? COALESCE_MS : pause) - now;
  if (wait > 0) return { extent: null, pause: wait };
  memory.hintSeen = newestHint;
  const sweep = now - memory.sweptAt >= policy.sweepMs || lost.length > 0;
  return { extent: sweep ? 'sweep' : 'page', pause };
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
  const since = (pause: number) => ({ ms: memory.provedAt + pause - now, expected });
  if (proof.opened_at === null || proof.frozen_at !== null) return { ms: Infinity, expected };
  const eligible = await hasEligibleRefund(database, provider);
  if (proof.armed_at !== null) return eligible ? since(policy.balanceMs) : { ms: Infinity, expected };
  const follow = eligible || expected !== memory.provedExpected;
  return follow ? since(Math.min(policy.pollMs, policy.balanceMs) / 2) : { ms: Infinity, expected };
}
