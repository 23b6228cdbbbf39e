import { ProviderError } from '../../providers/provider-error.js';
import type { RentDeps } from '../deps.js';
import type { WatchHost } from './watch.js';

/** How many single orders one look attends to at most: the list, which serves all of them, must not wait for long. */
const ERRANDS = 10;

/** What one look may spend on single orders, shared by all that walk them. */
export interface Errands {
  /** Whether there is time and budget for another; false also when the watcher is to stop. */
  mayGo(): boolean;
  /**
   * Attends to one order. What the provider says against that order alone is noted and keeps nobody else waiting; what
   * concerns the account is thrown.
   *
   * @returns whether it went through.
   */
  go(orderId: string, errand: () => Promise<void>): Promise<boolean>;
  /** Whether some had to be left for the next look. */
  readonly left: () => boolean;
}

/** The errands of one look. `until`: milliseconds of the host's clock at which the next look is due. */
export function createErrands(
  deps: Pick<RentDeps, 'log'>,
  provider: string,
  host: Pick<WatchHost, 'signal' | 'alive' | 'now'>,
  until: number,
): Errands {
  let gone = 0;
  let left = false;
  return {
    mayGo() {
      if (host.signal.aborted) return false;
      if (gone < ERRANDS && (gone === 0 || host.now() < until)) return true;
      left = true;
      return false;
    },
    async go(orderId, errand) {
      gone += 1;
      host.alive();
      try {
        await errand();
        return true;
      } catch (error) {
        if (!concernsOrder(error)) throw error;
        deps.log.warn({ provider, order: orderId, errorCode: error.code }, 'the provider has no answer about an order');
        return false;
      }
    },
    left: () => left,
  };
}

/** Whether a failure says something of the one order that was asked about, and nothing of the account. */
function concernsOrder(error: unknown): error is ProviderError {
  return error instanceof ProviderError && ['unknown_order', 'unreadable', 'rejected', 'unsupported'].includes(error.code);
}
