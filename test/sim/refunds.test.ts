import { describe, expect, it } from 'vitest';
import type { Mutant } from './setting.js';
import { searchAll } from './search.js';
import { SMALL_WORLDS } from './small-worlds.js';
import { WRONG_WORLDS } from './wrong-worlds.js';

/** `npm run sim:refunds` goes to the end of these worlds; here the nearest states must do. */
const STATES = 8_000;

describe('every interleaving of a small world', () => {
  it.each(Object.entries(SMALL_WORLDS))('%s', (_, world) => {
    const found = searchAll(world, { maxStates: STATES, settleEvery: 7 });
    expect(found.violation).toBeNull();
    expect(found.whole || found.states === STATES).toBe(true);
  });
});

describe('a watcher that does it wrong is caught', () => {
  it.each(Object.entries(WRONG_WORLDS))('%s', (mutant, { world, says }) => {
    const found = searchAll({ ...world, mutant: mutant as Mutant }, { maxStates: 400_000, settleEvery: Infinity });
    expect(found.violation?.what).toMatch(says);
    // The same world without the mistake goes further than that and holds.
    expect(searchAll(world, { maxStates: Math.min(found.states, 20_000), settleEvery: Infinity }).violation).toBeNull();
  });
});
