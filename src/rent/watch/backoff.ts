import { noteWatcher } from '../../db/providers.js';
import { blockBudget, holdReads, LONGEST_SILENCE_MS } from '../../db/request-budget.js';
import { ProviderError } from '../../providers/provider-error.js';
import type { RentDeps } from '../deps.js';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;
/** The same trouble is said again after this long. */
const SAY_AGAIN_MS = 600_000;

/** How a watcher bears what its provider or Postgres does to it: longer and longer pauses, and a line of log when it changes. */
export interface Backoff {
  /** Notes a look that could not be finished. @returns milliseconds until the next. */
  failed(cause: unknown): Promise<number>;
  /** Notes a look that went through. */
  wentWell(): void;
}

/** @see Backoff `now`: monotonic milliseconds. */
export function createBackoff(deps: RentDeps, provider: string, now: () => number): Backoff {
  let pause = 0;
  let said: { readonly code: string; readonly at: number } | null = null;
  let times = 0;
  return {
    async failed(cause) {
      const known = cause instanceof ProviderError ? cause : null;
      const code = known?.code ?? 'internal';
      times += 1;
      if (said?.code !== code || now() - said.at >= SAY_AGAIN_MS) {
        said = { code, at: now() };
        deps.log.warn({ provider, errorCode: code, times, err: known === null ? cause : undefined }, 'the watcher could not finish a look');
      }
      // Postgres itself may be what failed: the notes are a courtesy.
      await noteWatcher(deps.database, provider, { error: code }).catch(() => {});
      if (known !== null) await keepSilence(deps, provider, known).catch(() => {});
      pause = Math.min(LONGEST_BACKOFF_MS, Math.max(FIRST_BACKOFF_MS, pause * 2));
      return Math.max(pause, Math.min(LONGEST_SILENCE_MS, known?.retryAfterMs ?? 0));
    },
    wentWell() {
      if (said !== null) deps.log.info({ provider, errorCode: said.code, times }, 'the watcher finishes its looks again');
      pause = 0;
      times = 0;
      said = null;
    },
  };
}

/**
 * Lets every process know what the provider asked for. Too many reads are answered by fewer reads: purchases go on, and
 * learn by themselves whether they come too fast as well. A ban is the account's, and nothing is sent until it is over.
 */
async function keepSilence(deps: RentDeps, provider: string, { code, retryAfterMs }: ProviderError): Promise<void> {
  if (retryAfterMs === undefined) return;
  if (code === 'rate_limited') await holdReads(deps.database, provider, retryAfterMs);
  if (code === 'banned') await blockBudget(deps.database, provider, retryAfterMs);
}
