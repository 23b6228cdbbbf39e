import { noteWatcher } from '../../db/providers.js';
import { proofOf } from '../../db/proofs.js';
import { watchedOrders } from '../../db/orders.js';
import { blockBudget } from '../../db/request-budget.js';
import { ProviderError } from '../../providers/provider-error.js';
import type { RentDeps } from '../deps.js';
import { isListDue, proofDueIn } from './due.js';
import { abandonLost, cancelOrphans, readEnded, readMissing } from './housekeeping.js';
import { readList } from './list.js';
import { forgetful, type Memory } from './memory.js';
import { payOverdue } from '../pay-from-loss.js';
import { openBooks } from './open-books.js';
import { provePass } from './prove.js';
import { tellWorkflows } from './tell.js';
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

const SHORTEST_PAUSE_MS = 250;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;

/**
 * Watches one provider account until told to stop: reads its list of our orders, stores SMS and tells workflows, adopts or
 * cancels what nobody claimed, and proves refunds by the balance. Every loop derives what to do from Postgres (rule 25).
 */
export async function watchProvider(deps: RentDeps, provider: string, host: WatchHost): Promise<void> {
  const memory = forgetful();
  let backoff = 0;
  while (!host.signal.aborted && host.now() < host.until) {
    host.alive();
    const left = () => Math.max(0, host.until - host.now());
    try {
      const pause = await lookOnce(deps, provider, host, memory);
      backoff = 0;
      await host.wakes.next(provider, Math.min(Math.max(SHORTEST_PAUSE_MS, pause), left()), host.signal);
    } catch (error) {
      if (host.signal.aborted) return;
      backoff = Math.min(LONGEST_BACKOFF_MS, Math.max(FIRST_BACKOFF_MS, backoff * 2));
      await note(deps, provider, error);
      // No wake shortens this pause: the provider or Postgres needs it.
      await host.wakes.next(`${provider} backs off`, Math.min(backoff, left()), host.signal);
    }
  }
}

async function note(deps: RentDeps, provider: string, error: unknown): Promise<void> {
  const known = error instanceof ProviderError ? error : null;
  deps.log.warn(
    { provider, code: known?.code ?? 'internal', err: known === null ? error : undefined },
    'the watcher could not finish a look',
  );
  // Postgres itself may be what failed: the notes are a courtesy.
  await noteWatcher(deps.database, provider, { error: known?.code ?? 'internal' }).catch(() => {});
  if (known?.retryAfterMs !== undefined && (known.code === 'rate_limited' || known.code === 'banned')) {
    await blockBudget(deps.database, provider, known.retryAfterMs).catch(() => {});
  }
}

/** One loop. @returns milliseconds until there is something to do again, unless woken before. */
async function lookOnce(deps: RentDeps, provider: string, host: WatchHost, memory: Memory): Promise<number> {
  const { database } = deps;
  await tellWorkflows(deps, provider);
  if ((await proofOf(database, provider)).opened_at === null && !(await openBooks(deps, provider))) return deps.policy.balanceMs;

  let watched = await watchedOrders(database, provider);
  const due = await isListDue(deps, provider, host.now(), memory, watched);
  if (due.extent !== null) {
    const whole = await readList(deps, provider, watched, memory.seen, due.extent);
    memory.listedAt = host.now();
    if (whole) memory.sweptAt = host.now();
    await tellWorkflows(deps, provider);
    watched = await watchedOrders(database, provider);
  }
  await readMissing(deps, host, watched);
  await abandonLost(deps, provider);
  await payOverdue(deps, provider);
  await readEnded(deps, host, watched);
  const orphanPause = await cancelOrphans(deps, host, watched);
  const proof = await proofDueIn(deps, provider, host.now(), memory);
  if (proof.ms <= 0) {
    await provePass(deps, provider, watched, memory.seen);
    memory.provedAt = host.now();
    memory.provedExpected = proof.expected;
  }
  await tellWorkflows(deps, provider);
  return Math.min(due.pause, orphanPause, (await proofDueIn(deps, provider, host.now(), memory)).ms);
}
