import { describe, expect, it } from 'vitest';
import { type Chooser, playRouting, ROUTING_WORLDS, type RoutingWorld } from './routing-worlds.js';

const SEEDS = [1, 2, 3];
type Name = keyof typeof ROUTING_WORLDS;

/** Points lost to whoever always knew the best provider, on average over a few seeds. */
function loss(name: Name, chooser: Chooser = 'production'): number {
  const world: RoutingWorld = ROUTING_WORLDS[name];
  const losses = SEEDS.map((seed) => {
    const { got, possible } = playRouting(world, chooser, seed);
    return 100 * (possible - got);
  });
  return losses.reduce((sum, one) => sum + one, 0) / SEEDS.length;
}

describe('choosing among providers costs little in', () => {
  it.each<[Name, number]>([
    ['stable', 1.5],
    ['stable, one request an hour', 5],
    ['drifting', 3],
    ['one pair dies, and recovers a day later', 4],
    ['best overall (95 %), bad for this pair (12 %)', 6],
    ['a better provider comes', 3],
    ['busy, failures known after 20 minutes, a bad newcomer', 1.5],
    ['one known well, another with thirty operators at 50 %', 4],
    ['equally good, one dearer', 2.5],
  ])('the world "%s": at most %d points', { timeout: 60_000 }, (name, most) => {
    expect(loss(name)).toBeLessThan(most);
  });
});

describe('a way to choose that was not taken', () => {
  it('believes the global rate: it keeps to a provider that fails seven of eight', () => {
    expect(loss('best overall (95 %), bad for this pair (12 %)', 'global rate')).toBeGreaterThan(30);
  });

  it('hopes for nothing: it never comes back to a pair that recovered', () => {
    const pair = 'one pair dies, and recovers a day later';
    expect(loss(pair, 'mean')).toBeGreaterThan(loss(pair) + 2);
  });

  it('counts ended numbers only: a busy newcomer is found out late', () => {
    const newcomer = 'busy, failures known after 20 minutes, a bad newcomer';
    expect(loss(newcomer, 'ended numbers only')).toBeGreaterThan(loss(newcomer) + 2);
  });
});

it('a provider that is bad for one pair stops being chosen after few failures', () => {
  const world = ROUTING_WORLDS['best overall (95 %), bad for this pair (12 %)'];
  for (const seed of SEEDS) {
    const { log } = playRouting(world, 'production', seed);
    const failures = log.filter(({ provider, succeeded }) => provider === 'a' && !succeeded);
    // In two days of a request each five minutes; most of them at the beginning.
    expect(failures.length).toBeLessThanOrEqual(30);
    expect(log.slice(0, 8).some(({ provider }) => provider === 'a')).toBe(true);
  }
});
