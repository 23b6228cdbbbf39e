import { describe, expect, it } from 'vitest';
import { meanOf, playRouter, type Reckoning } from '../../bench/router-simulation.js';
import { type RouterName, ROUTERS } from '../../bench/routers.js';
import { ROUTER_WORLDS, type RouterWorld } from '../../bench/router-worlds.js';

/** Neither tuned on nor reported. */
const SEED = 501;
type WorldName = keyof typeof ROUTER_WORLDS;
const played = new Map<string, Reckoning>();

function play(name: WorldName, router: RouterName = 'production'): Reckoning {
  const key = `${name}/${router}`;
  const world: RouterWorld = ROUTER_WORLDS[name];
  const run = played.get(key) ?? playRouter(world, SEED, ROUTERS[router]);
  played.set(key, run);
  return run;
}

/** For a thousand messages. */
const regret = (name: WorldName, router?: RouterName) => meanOf([play(name, router)], (run) => run.regret);

/** Of a thousand messages so many are lost by first choices at most, where the greedy router loses hardly any. */
const HARDLY = 5;

describe('the short form of npm run bench:router: a third of the greedy router’s regret at most, and less than round robin’s', () => {
  it.each<WorldName>([
    'drifting',
    'a route dies and recovers',
    'a carrier is down for an hour',
    '95 % and 12 %',
    'fake receipts',
    'thin traffic over 50 countries',
    'throttled',
    'cheap and mediocre',
    'a new carrier arrives',
  ])('%s', { timeout: 120_000 }, (name) => {
    expect(regret(name)).toBeLessThan(regret(name, 'round robin'));
    expect(regret(name)).toBeLessThan(Math.max(HARDLY, regret(name, 'greedy, all time') / 3));
  });
});

it('all slow: hardly anything is sent twice, and the order stays', { timeout: 120_000 }, () => {
  const [ours, greedy] = [play('all slow'), play('all slow', 'greedy, all time')];
  expect(ours.duplicates).toBeLessThan(greedy.duplicates / 4);
  expect(regret('all slow')).toBeLessThan(1);
});

it('equally good: who sends goes on sending', { timeout: 120_000 }, () => {
  const { changes, messages } = play('equally good');
  expect(changes / messages).toBeLessThan(0.05);
});

it('one carrier: all is as without a router', { timeout: 120_000 }, () => {
  expect({ ...play('one carrier'), changes: 0 }).toEqual(play('one carrier', 'round robin'));
});

it('the same seed is the same world', () => {
  expect(playRouter(ROUTER_WORLDS['one carrier'], SEED, ROUTERS.production)).toEqual(play('one carrier'));
});
