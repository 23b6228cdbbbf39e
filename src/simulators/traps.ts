import type { Random } from './random.js';
import { isTrapName, TRAPS } from './trap-catalogue.js';
import type { TrapDescription, TrapName } from './trap-catalogue.js';

type Param = string | number | boolean;

/** A trap as it is set. */
export interface Trap {
  readonly name: TrapName;
  /** Chance of each occasion, 0 to 1. */
  readonly probability: number;
  /** How often it still goes off; null is without end. */
  remaining: number | null;
  /** Only for these actions (or paths' first words); null is all that the trap knows. */
  readonly actions: readonly string[] | null;
  readonly params: Readonly<Record<string, Param>>;
  /** How often it went off. */
  fired: number;
}

/** What a trap that goes off brings along: its parameters, with defaults filled in. */
export interface Sprung {
  number(name: string): number;
  text(name: string): string;
  flag(name: string): boolean;
}

/** The traps of one simulator. */
export interface Traps {
  set(name: string, given: Readonly<Record<string, unknown>>): Trap;
  /** @returns whether it was set. */
  unset(name: string): boolean;
  clear(): void;
  list(): readonly Trap[];
  /** Whether the trap goes off on this occasion; null if not. */
  spring(name: TrapName, action?: string): Sprung | null;
  /** A trap that is a state rather than an occasion: looked at without being used up. */
  peek(name: TrapName): Sprung | null;
}

/** @see Traps */
export function createTraps(random: Random): Traps {
  const traps = new Map<TrapName, Trap>();

  const paramsOf = (name: TrapName, trap: Trap): Sprung => {
    const description: TrapDescription = TRAPS[name];
    const value = (key: string): Param | undefined => trap.params[key] ?? description.params?.[key];
    return { number: (key) => Number(value(key)), text: (key) => String(value(key)), flag: (key) => value(key) === true };
  };

  return {
    set(name, given) {
      if (!isTrapName(name)) throw new RangeError(`there is no trap "${name}"`);
      const { probability = 1, count = null, actions = null, ...rest } = given;
      if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1))
        throw new RangeError('probability must be between 0 and 1');
      if (count !== null && (!Number.isInteger(count) || Number(count) < 1)) throw new RangeError('count must be a whole number above 0');
      if (actions !== null && !(Array.isArray(actions) && actions.every((one) => typeof one === 'string')))
        throw new RangeError('actions must be a list of words');
      const description: TrapDescription = TRAPS[name];
      for (const [key, value] of Object.entries(rest)) {
        const known = description.params?.[key];
        if (known === undefined) throw new RangeError(`the trap "${name}" has no parameter "${key}"`);
        if (typeof value !== typeof known) throw new RangeError(`"${key}" must be a ${typeof known}`);
      }
      const trap: Trap = {
        name,
        probability,
        remaining: count === null ? null : Number(count),
        actions,
        params: rest as Readonly<Record<string, Param>>,
        fired: 0,
      };
      traps.set(name, trap);
      return trap;
    },
    unset: (name) => isTrapName(name) && traps.delete(name),
    clear: () => traps.clear(),
    list: () => [...traps.values()],
    spring(name, action) {
      const trap = traps.get(name);
      if (trap === undefined || trap.remaining === 0) return null;
      if (trap.actions !== null && (action === undefined || !trap.actions.includes(action))) return null;
      if (!random.chance(trap.probability)) return null;
      trap.fired += 1;
      if (trap.remaining !== null) trap.remaining -= 1;
      return paramsOf(name, trap);
    },
    peek(name) {
      const trap = traps.get(name);
      return trap === undefined || trap.remaining === 0 ? null : paramsOf(name, trap);
    },
  };
}
