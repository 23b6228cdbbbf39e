import { proofOf } from '../../db/proofs.js';
import { watchedOrders } from '../../db/orders.js';
import { holdsWatch, takeWatch } from '../../db/watchers.js';
import type { RentDeps } from '../deps.js';
import { createBackoff } from './backoff.js';
import { isListDue, proofDueIn } from './due.js';
import { createErrands } from './errands.js';
import { abandonLost, cancelOrphans, readEnded, readMissing } from './housekeeping.js';
import { readList } from './list.js';
import { forgetful, type Memory } from './memory.js';
import { payOverdue } from '../pay-from-loss.js';
import { openBooks } from './open-books.js';
import { provePass } from './prove.js';
import { stoppable } from './stoppable.js';
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
/** How long a run that lost its account stays quiet before it ends. */
const GIVE_WAY_MS = 10_000;

/**
 * Watches one provider account until told to stop: reads its list of our orders, stores SMS and tells workflows, adopts or
 * cancels what nobody claimed, and proves refunds by the balance. Every loop derives what to do from Postgres (rule 25).
 * A later run, of which a watcher that is cut off from Temporal is never told, ends this one.
 */
export async function watchProvider(allDeps: RentDeps, provider: string, host: WatchHost): Promise<void> {
  const deps = stoppable(allDeps, host.signal);
  const memory = forgetful();
  const backoff = createBackoff(deps, provider, host.now);
  const run = deps.newId();
  let taken = false;
  while (!host.signal.aborted && host.now() < host.until) {
    host.alive();
    const left = () => Math.max(0, host.until - host.now());
    try {
      if (!taken) await takeWatch(deps.database, provider, run);
      taken = true;
      if (!(await holdsWatch(deps.database, provider, run))) {
        deps.log.warn({ provider }, 'another run watches this account: this one ends');
        // Whoever starts it anew at once would take the account back: two installations over one database take turns instead.
        await host.wakes.next(`${provider} gave way`, Math.min(GIVE_WAY_MS, left()), host.signal);
        return;
      }
      const pause = await lookOnce(deps, provider, host, memory);
      backoff.wentWell();
      await host.wakes.next(provider, Math.min(Math.max(SHORTEST_PAUSE_MS, pause), left()), host.signal);
    } catch (error) {
      if (host.signal.aborted) return;
      const pause = await backoff.failed(error);
      // No wake shortens this pause: the provider or Postgres needs it.
      await host.wakes.next(`${provider} backs off`, Math.min(pause, left()), host.signal);
    }
  }
}

/** One loop. @returns milliseconds until there is something to do again, unless woken before. */
async function lookOnce(deps: RentDeps, provider: string, host: WatchHost, memory: Memory): Promise<number> {
  const { database, policy } = deps;
  // What needs no provider comes first: it must go on while the provider is away, for good perhaps.
  await tellWorkflows(deps, provider);
  await payOverdue(deps, provider);
  if ((await proofOf(database, provider)).opened_at === null && !(await openBooks(deps, provider))) return policy.balanceMs;

  let watched = await watchedOrders(database, provider);
  const due = await isListDue(deps, provider, host.now(), memory, watched);
  if (due.extent !== null) {
    const from = host.now();
    const whole = await readList(deps, provider, watched, memory.seen, due.extent);
    noteListed(memory, from, host.now(), whole || due.extent === 'sweep');
    await tellWorkflows(deps, provider);
    watched = await watchedOrders(database, provider);
  }
  const errands = createErrands(deps, provider, host, host.now() + policy.pollMs);
  const orphanPause = await cancelOrphans(deps, errands, watched);
  await readMissing(deps, errands, watched);
  await abandonLost(deps, provider);
  await readEnded(deps, errands, watched);
  const proof = await proofDueIn(deps, provider, host.now(), memory);
  if (proof.ms <= 0) {
    const from = host.now();
    const result = await provePass(deps, provider, watched, memory.seen);
    memory.provedAt = host.now();
    memory.proofTook = host.now() - from;
    memory.provedExpected = proof.expected;
    // A pass that was not given up has read the whole list.
    if (result !== 'void') noteListed(memory, from, host.now(), true);
  }
  await tellWorkflows(deps, provider);
  const pause = Math.min(due.pause, orphanPause, (await proofDueIn(deps, provider, host.now(), memory)).ms);
  return errands.left() ? 0 : pause;
}

function noteListed(memory: Memory, from: number, to: number, swept: boolean): void {
  memory.listedAt = to;
  memory.listTook = to - from;
  if (!swept) return;
  memory.sweptAt = to;
  memory.sweepTook = to - from;
}
