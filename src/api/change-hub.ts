import type { Database } from '../db/database.js';
import { CHANGE_CHANNEL } from '../domain/names.js';

/** Tells waiting requests that an activation has changed, over one LISTEN connection for the whole process. */
export interface ChangeHub {
  /**
   * Watches an activation from now on. Watch first, read then: a change between the two is remembered.
   */
  watch(activationId: string): Watch;
  close(): Promise<void>;
}

/** Remembers whether something changed since it was last asked. */
export interface Watch {
  /** Resolves when something changed since the last call, after `ms`, or when `signal` ends. True for a change. */
  changed(ms: number, signal: AbortSignal): Promise<boolean>;
  end(): void;
}

/** Subscribes to {@link CHANGE_CHANNEL}. After a lost connection everybody is told to read again. */
export async function createChangeHub(database: Database): Promise<ChangeHub> {
  const watchers = new Map<string, Set<() => void>>();
  const stop = await database.listen(
    CHANGE_CHANNEL,
    (activationId) => {
      for (const tell of watchers.get(activationId) ?? []) tell();
    },
    () => {
      for (const tellers of watchers.values()) for (const tell of tellers) tell();
    },
  );

  return {
    watch(activationId) {
      let dirty = false;
      let wake: (() => void) | null = null;
      const tell = () => {
        dirty = true;
        wake?.();
      };
      const tellers = watchers.get(activationId) ?? new Set();
      tellers.add(tell);
      watchers.set(activationId, tellers);
      return {
        async changed(ms, signal) {
          if (!dirty && ms > 0 && !signal.aborted) {
            await new Promise<void>((resolve) => {
              const settle = () => {
                clearTimeout(timer);
                signal.removeEventListener('abort', settle);
                resolve();
              };
              const timer = setTimeout(settle, ms);
              signal.addEventListener('abort', settle, { once: true });
              wake = settle;
            });
            wake = null;
          }
          const was = dirty;
          dirty = false;
          return was;
        },
        end() {
          tellers.delete(tell);
          if (tellers.size === 0 && watchers.get(activationId) === tellers) watchers.delete(activationId);
        },
      };
    },
    close: stop,
  };
}
