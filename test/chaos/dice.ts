/** Seeded chance: the same seed throws the same numbers. */
export interface Dice {
  /** A whole number from 0 to below `limit`. */
  upTo(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** A choice by weight. */
  weigh<T extends string>(weights: Readonly<Record<T, number>>): T;
  /** Dice of one subject's own, so that who throws first changes nobody else's numbers. */
  of(subject: string): Dice;
}

/** Mulberry32: small, fast, and good enough to choose whom to kill. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const dice: Dice = {
    upTo: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    pick: (choices) => choices[Math.floor(next() * choices.length)]!,
    weigh: (weights) => {
      const entries = Object.entries<number>(weights) as [keyof typeof weights, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      return (entries.find(([, weight]) => (left -= weight) < 0) ?? entries.at(-1)!)[0];
    },
    of: (subject) =>
      createDice(Array.from(subject).reduce((mixed, letter) => Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193), seed ^ 0x811c9dc5)),
  };
  return dice;
}
