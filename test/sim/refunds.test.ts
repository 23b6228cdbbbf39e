import { describe, expect, it } from 'vitest';
import type { Mutant } from './setting.js';
import { fourDays, type Rule } from './four-days.js';
import { searchAll } from './search.js';
import { SMALL_WORLDS } from './small-worlds.js';
import { storm } from './storm.js';
import { WRONG_WORLDS } from './wrong-worlds.js';

/** `npm run sim:refunds` goes to the end of these worlds; here the nearest states must do. */
const STATES = 3_000;

describe('every interleaving of a small world', () => {
  it.each(Object.entries(SMALL_WORLDS))('%s', (_, world) => {
    const found = searchAll(world, { maxStates: STATES, settleEvery: 7 });
    expect(found.violation).toBeNull();
    expect(found.whole || found.states === STATES).toBe(true);
  });
});

describe('a watcher that does it wrong is caught', () => {
  it.each(Object.entries(WRONG_WORLDS))('%s', (mutant, { world, says }) => {
    const found = searchAll(
      { ...world, mutant: mutant as Mutant },
      { maxStates: 400_000, settleEvery: mutant === 'lots-stay-new' ? 1 : Infinity },
    );
    expect(found.violation?.what).toMatch(says);
    // The same world without the mistake goes further than that and holds.
    expect(searchAll(world, { maxStates: Math.min(found.states, 5_000), settleEvery: Infinity }).violation).toBeNull();
  });
});

describe('random interleavings of larger worlds', () => {
  it('keep every promise', () => {
    for (let seed = 1; seed <= 1_000; seed += 1) expect(storm(seed).violation, `seed ${seed}`).toBeNull();
  });

  it.each(['ledger-after-balance', 'no-fence', 'set-aside', 'lag-ignored'] as const)('catch %s', (mutant) => {
    const caught = Array.from({ length: 1_500 }, (_, seed) => seed).find((seed) => storm(seed, mutant).violation !== null);
    expect(caught).toBeDefined();
  });

  it('play again from their seed', () => {
    const seed = Array.from({ length: 500 }, (_, index) => index).find((index) => storm(index, 'no-fence').violation !== null)!;
    expect(storm(seed, 'no-fence')).toEqual(storm(seed, 'no-fence'));
  });
});

describe('four days at a provider that keeps 3 % of the refunds', () => {
  const played = (rule: Rule) => fourDays({ seed: 7, keeps: 0.03, rule }).days;

  it('let no day wait longer than the day before, nor one in a hundred for the grace', () => {
    const days = played('whole');
    for (const { medianSeconds, p95Seconds, p99Seconds } of days) {
      expect(medianSeconds).toBeLessThan(days[0]!.medianSeconds + 3);
      expect(p95Seconds).toBeLessThan(days[0]!.p95Seconds + 15);
      expect(p99Seconds).toBeLessThan(3_600);
    }
  });

  it('would let one in a hundred wait for it, if nobody remembered what lay unclaimed', () => {
    expect(Math.max(...played('forgetful').map(({ p99Seconds }) => p99Seconds))).toBe(86_400);
  });

  it('would let everybody wait, if the oldest were confirmed first', () => {
    const days = played('oldest first');
    expect(days[3]!.medianSeconds).toBeGreaterThan(10 * days[0]!.medianSeconds);
  });
});
