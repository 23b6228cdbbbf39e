import { lostAttempts, resolveAttempt } from '../../db/attempts.js';
import { hintedOrders } from '../../db/inbox.js';
import { scheduleCheck, setGraceRead, watchedOrders, type WatchedOrder } from '../../db/orders.js';
import { proofOf } from '../../db/proofs.js';
import { databaseNow, noteWatcher, providerById } from '../../db/providers.js';
import { blockBudget } from '../../db/request-budget.js';
import { mayAbandon } from '../../domain/buying.js';
import { expectedBalance } from '../../ledger/provider-money.js';
import { ProviderError } from '../../providers/provider-error.js';
import { adapterOf, type RentDeps } from '../deps.js';
import { takeReading } from '../read.js';
import { type ListRead, readList, type SeenReadings } from './list.js';
import { openBooks } from './open-books.js';
import { provePass } from './prove.js';
import { tellWorkflows } from './tell.js';
import { cancelOrphan } from './unclaimed.js';
import type { Wakes } from './wakes.js';

/** What keeps a watcher going and what stops it. */
export interface WatchHost {
  readonly wakes: Wakes;
  /** Milliseconds; monotonic. */
  readonly now: () => number;
  /** Aborted when the watcher must stop at once. */
  readonly signal: AbortSignal;
  /** Milliseconds of {@link WatchHost.now} at which this run hands over to the next. */
  readonly until: number;
  /** Says that the watcher is alive. */
  readonly alive: () => void;
}

/** What a watcher remembers between loops. All of it can be lost: Postgres says what is to be done (ORDERS.md, rule 25). */
interface Memory {
  readonly seen: SeenReadings;
  listedAt: number;
  sweptAt: number;
  provedAt: number;
  provedExpected: bigint | null;
  hintSeen: number;
  backoffMs: number;
}

const SHORTEST_PAUSE_MS = 250;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;

/**
 * Watches one provider account until told to stop: reads its list of our orders, stores SMS and tells workflows, adopts or
 * cancels what nobody claimed, and proves refunds by the balance. Every loop derives what to do from Postgres.
 */
export async function watchProvider(deps: RentDeps, provider: string, host: WatchHost): Promise<void> {
  const memory: Memory = { seen: new Map(), listedAt: -Infinity, sweptAt: -Infinity, provedAt: -Infinity, provedExpected: null, hintSeen: 0, backoffMs: 0 };
  while (!host.signal.aborted && host.now() < host.until) {
    host.alive();
    let pause: number;
    try {
      pause = await lookOnce(deps, provider, host, memory);
      memory.backoffMs = 0;
    } catch (error) {
      if (host.signal.aborted) return;
      pause = await backOff(deps, provider, memory, error);
    }
    await host.wakes.next(provider, Math.min(Math.max(SHORTEST_PAUSE_MS, pause), Math.max(0, host.until - host.now())), host.signal);
    if (memory.backoffMs > 0) await host.wakes.next(`${provider}/backoff`, memory.backoffMs, host.signal);
  }
}

async function backOff(deps: RentDeps, provider: string, memory: Memory, error: unknown): Promise<number> {
  const asked = error instanceof ProviderError ? error.retryAfterMs : undefined;
  memory.backoffMs = Math.min(LONGEST_BACKOFF_MS, Math.max(FIRST_BACKOFF_MS, memory.backoffMs * 2));
  const code = error instanceof ProviderError ? error.code : 'internal';
  deps.log.warn({ provider, code, err: error instanceof ProviderError ? undefined : error }, 'the watcher could not finish a look');
  // Postgres itself may be what failed: the note is a courtesy.
  await noteWatcher(deps.database, provider, { error: code }).catch(() => {});
  if (error instanceof ProviderError && asked !== undefined && (code === 'rate_limited' || code === 'banned')) {
    await blockBudget(deps.database, provider, asked).catch(() => {});
  }
  return 0;
}

/** One loop. @returns milliseconds until there is something to do again, unless woken before. */
async function lookOnce(deps: RentDeps, provider: string, host: WatchHost, memory: Memory): Promise<number> {
  const { database, policy } = deps;
  await tellWorkflows(deps, provider);
  const proof = await proofOf(database, provider);
  if (proof.opened_at === null && !(await openBooks(deps, provider))) return SHORTEST_PAUSE_MS;

  let watched = await watchedOrders(database, provider);
  const due = await whatIsDue(deps, provider, host, memory, watched);
  if (due.list !== null) {
    const read = await list(deps, provider, host, memory, watched, due.list);
    await readSingly(deps, read.missing);
    watched = await watchedOrders(database, provider);
  }
  await abandonLost(deps, provider);
  await readEnded(deps, host, watched);
  const orphanPause = await cancelOrphans(deps, host, watched);
  if (await isProofDue(deps, provider, host, memory)) {
    await prove(deps, provider, host, memory, watched);
    await tellWorkflows(deps, provider);
  } else {
    await tellWorkflows(deps, provider);
  }
  return Math.min(due.pause, orphanPause, await proofPause(deps, provider, host, memory));
}

async function list(deps: RentDeps, provider: string, host: WatchHost, memory: Memory, watched: readonly WatchedOrder[], extent: 'page' | 'sweep'): Promise<ListRead> {
  const read = await readList(deps, provider, watched, memory.seen, extent);
  memory.listedAt = host.now();
  if (read.whole) memory.sweptAt = host.now();
  return read;
}

interface Due {
  readonly list: 'page' | 'sweep' | null;
  readonly pause: number;
}

async function whatIsDue(deps: RentDeps, provider: string, host: WatchHost, memory: Memory, watched: readonly WatchedOrder[]): Promise<Due> {
  const { database, policy } = deps;
  const now = (await databaseNow(database)).getTime();
  const alive = watched.filter((order) => order.ended_at === null);
  const lost = await lostAttempts(database, provider);
  const hints = await hintedOrders(database, provider, policy.orderGraceMs + 1_800_000);
  const newestHint = hints.reduce((newest, hint) => Math.max(newest, hint.newest.getTime()), 0);
  const hinted = newestHint > memory.hintSeen;
  if (alive.length === 0 && lost.length === 0 && !hinted) return { list: null, pause: policy.idleMs };

  const young = lost.length > 0 || alive.some((order) => order.status !== 'CLOSED_WITH_SMS' && now - order.first_seen_at.getTime() < policy.youngMs);
  const every = hinted ? SHORTEST_PAUSE_MS : young ? policy.pollMs : policy.slowPollMs;
  const wait = memory.listedAt + every - host.now();
  if (wait > 0) return { list: null, pause: wait };
  memory.hintSeen = newestHint;
  const sweep = host.now() - memory.sweptAt >= policy.sweepMs || lost.length > 0;
  return { list: sweep ? 'sweep' : 'page', pause: young ? policy.pollMs : policy.slowPollMs };
}

async function readSingly(deps: RentDeps, orderIds: readonly string[]): Promise<void> {
  const { orderById } = await import('../../db/orders.js');
  for (const id of orderIds) {
    const order = await orderById(deps.database, id);
    if (order === null) continue;
    const reading = await adapterOf(deps, order.provider).readOrder(order.provider_order_id, { priority: 'watch' });
    const { endedNow } = await takeReading(deps, id, reading);
    if (endedNow && order.activation_id !== null) await deps.signals.orderEnded(order.activation_id, id);
  }
}

/** Attempts whose reply was lost and that two whole sweeps did not show are given up (rule 8). */
async function abandonLost(deps: RentDeps, provider: string): Promise<void> {
  const now = (await databaseNow(deps.database)).getTime();
  for (const attempt of await lostAttempts(deps.database, provider)) {
    if (!mayAbandon({ replyBy: attempt.reply_by!.getTime(), sweeps: attempt.sweeps }, now)) continue;
    await resolveAttempt(deps.database, attempt.id, ['OPEN', 'AMBIGUOUS'], 'ABANDONED', { reason: 'no_reply' });
    deps.log.warn({ provider, attempt: attempt.id }, 'gave up a purchase whose reply was lost');
  }
}

/** Ended orders are read again: until a refund's own record agrees, and once at the end of the grace time (rules 12 and 24). */
async function readEnded(deps: RentDeps, host: WatchHost, watched: readonly WatchedOrder[]): Promise<void> {
  const { database, policy } = deps;
  const now = (await databaseNow(database)).getTime();
  for (const order of watched) {
    if (host.signal.aborted) return;
    if (order.ended_at === null || (order.status !== 'REFUND_PENDING' && order.status !== 'REFUNDED')) continue;
    const graceOver = order.grace_read_at === null && now >= order.ended_at.getTime() + policy.orderGraceMs;
    const recheck = order.status === 'REFUND_PENDING' && order.agreed_at === null && now >= (order.next_check_at ?? order.ended_at).getTime();
    if (!graceOver && !recheck) continue;
    host.alive();
    await takeReading(deps, order.id, await adapterOf(deps, order.provider).readOrder(order.provider_order_id, { priority: 'order' }));
    if (graceOver) await setGraceRead(database, order.id);
    if (recheck) await scheduleCheck(database, order.id, Math.min(policy.recheckMaxMs, policy.recheckMs * 2 ** Math.min(order.checks, 20)));
  }
}

async function cancelOrphans(deps: RentDeps, host: WatchHost, watched: readonly WatchedOrder[]): Promise<number> {
  const now = (await databaseNow(deps.database)).getTime();
  let pause = Infinity;
  for (const order of watched) {
    if (order.origin !== 'orphan' && order.origin !== 'late_claim') continue;
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

/** Whether a reading of the balance could prove something now; rule 24 bounds how often, save for an unarmed proof. */
async function isProofDue(deps: RentDeps, provider: string, host: WatchHost, memory: Memory): Promise<boolean> {
  return (await proofPause(deps, provider, host, memory)) <= 0;
}

async function proofPause(deps: RentDeps, provider: string, host: WatchHost, memory: Memory): Promise<number> {
  const { database, policy } = deps;
  const proof = await proofOf(database, provider);
  if (proof.opened_at === null || proof.frozen_at !== null) return Infinity;
  const account = await providerById(database, provider);
  const eligible = await database.row('SELECT 1 AS one FROM orders WHERE provider = $1 AND status = $2 AND agreed_at IS NOT NULL LIMIT 1', [provider, 'REFUND_PENDING']);
  if (proof.armed_at === null) {
    const moved = (await expectedBalance(database, provider, account?.currency ?? '')) !== memory.provedExpected;
    if (!moved && eligible === null) return Infinity;
    return memory.provedAt + policy.pollMs / 2 - host.now();
  }
  if (eligible === null) return Infinity;
  return memory.provedAt + policy.balanceMs - host.now();
}

async function prove(deps: RentDeps, provider: string, host: WatchHost, memory: Memory, watched: readonly WatchedOrder[]): Promise<void> {
  const account = await providerById(deps.database, provider);
  const expected = await expectedBalance(deps.database, provider, account?.currency ?? '');
  await provePass(deps, provider, watched, memory.seen);
  memory.provedAt = host.now();
  memory.provedExpected = expected;
}
