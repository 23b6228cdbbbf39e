/** Random numbers that come again with the same seed (mulberry32). */
export interface Dice {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number from 0, below `sides`. */
  below(sides: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Dice of a seed. */
export function diceOf(seed: number): Dice {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (sides: number) => Math.floor(next() * sides);
  return { next, below, chance: (probability) => next() < probability, pick: (from) => from[below(from.length)]! };
}
