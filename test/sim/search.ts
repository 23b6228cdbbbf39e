import { judgeWorld, Violation } from './oracle.js';
import type { Setting } from './setting.js';
import { settle } from './settle.js';
import { possible, prelude, step, type Step } from './steps.js';
import { copyOf, hashOf, keyOf, type World } from './world.js';

/** What a search came to. */
export interface Search {
  readonly states: number;
  readonly steps: number;
  /** Every reachable state was visited. */
  readonly whole: boolean;
  readonly violation: { readonly what: string; readonly trace: readonly Step[] } | null;
}

/** How far a search goes. */
export interface Bounds {
  readonly maxStates: number;
  /** Every so many states the world is brought to rest and judged. */
  readonly settleEvery: number;
}

/** Visits every state that a world can reach, nearest first; the first violation found is a shortest one. */
export function searchAll(setting: Setting, { maxStates, settleEvery }: Bounds): Search {
  const start = prelude(setting);
  const seen = new Set([hashOf(keyOf(start))]);
  const from: number[] = [-1];
  const by: (Step | null)[] = [null];
  const queue: (World | null)[] = [start];
  let steps = 0;
  const trace = (index: number, last?: Step): Step[] => {
    const way: Step[] = last === undefined ? [] : [last];
    for (let at = index; by[at] !== null; at = from[at]!) way.unshift(by[at]!);
    return way;
  };
  for (let index = 0; index < queue.length; index += 1) {
    const world = queue[index]!;
    queue[index] = null;
    if (index % settleEvery === 0) {
      const end = judged(() => settle(copyOf(world), setting));
      if (end !== null) return { states: queue.length, steps, whole: false, violation: { what: `at rest: ${end}`, trace: trace(index) } };
    }
    for (const choice of possible(world, setting)) {
      steps += 1;
      const next = copyOf(world);
      const what = judged(() => {
        step(next, choice, setting);
        judgeWorld(next);
      });
      if (what !== null) return { states: queue.length, steps, whole: false, violation: { what, trace: trace(index, choice) } };
      const key = hashOf(keyOf(next));
      if (seen.has(key)) continue;
      if (queue.length >= maxStates) return { states: queue.length, steps, whole: false, violation: null };
      seen.add(key);
      queue.push(next);
      from.push(index);
      by.push(choice);
    }
  }
  return { states: queue.length, steps, whole: true, violation: null };
}

/** The violation that a piece of work runs into, or null. */
export function judged(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
}
