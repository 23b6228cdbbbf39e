import type { Database } from '../../db/database.js';
import { WAKE_CHANNEL } from '../../domain/names.js';

/** Wakes watchers through Postgres: a hook or a new order costs no provider call and is seen at once. */
export interface Wakes {
  /** Resolves when the provider is woken (also by a wake since the last call), after `ms`, or when `signal` is aborted. */
  next(provider: string, ms: number, signal: AbortSignal): Promise<'woken' | 'time' | 'stopped'>;
  close(): Promise<void>;
}

/** Listens once for the whole process and hands wakes to the provider's watcher. */
export async function createWakes(database: Database): Promise<Wakes> {
  const woken = new Set<string>();
  const waiting = new Map<string, () => void>();
  function wake(provider: string): void {
    woken.add(provider);
    waiting.get(provider)?.();
  }
  const stop = await database.listen(WAKE_CHANNEL, wake, () => {
    // What was announced while the connection was down is unknown: look everywhere.
    for (const provider of waiting.keys()) wake(provider);
  });
  return {
    next: (provider, ms, signal) =>
      new Promise((resolve) => {
        const finish = (why: 'woken' | 'time' | 'stopped') => {
          clearTimeout(timer);
          waiting.delete(provider);
          signal.removeEventListener('abort', onAbort);
          if (why === 'woken') woken.delete(provider);
          resolve(why);
        };
        const onAbort = () => {
          finish('stopped');
        };
        const timer = setTimeout(() => {
          finish('time');
        }, ms);
        if (signal.aborted) return finish('stopped');
        if (woken.has(provider)) return finish('woken');
        signal.addEventListener('abort', onAbort);
        waiting.set(provider, () => {
          finish('woken');
        });
      }),
    close: stop,
  };
}
