import { afterAll, describe, expect, it } from 'vitest';
import { meanOf, playRouter, type Reckoning, worstOf } from './router-simulation.js';
import { ROUTERS } from './routers.js';
import { ROUTER_WORLDS, type RouterWorld } from './router-worlds.js';

/** Nothing was ever tuned on these; what was tuned, was tuned on seeds from 1,000 on (docs/routing.md). */
const SEEDS = [1, 2, 3, 4, 5, 6];

/** Of a thousand messages, what first choices may lose where the greedy router loses next to nothing itself. */
const HARDLY = 5;

const table: string[] = [];
afterAll(() => {
  console.log(
    ['| world | router | regret | worst seed | failed | cost | copies | changes | seconds |', '|---|---|---|---|---|---|---|---|---|']
      .concat(table)
      .join('\n'),
  );
});

/**
 * How production's router and others fare in each world: per thousand messages, over seeds. One line of JSON each, a table in
 * the end, and the goals: never worse than round robin, and a third of the greedy router's regret at most.
 */
describe.each(Object.entries<RouterWorld>(ROUTER_WORLDS))('%s', (name, world) => {
  const played = new Map<string, Reckoning[]>();

  it.each(Object.entries(ROUTERS))('%s', { timeout: 600_000 }, (router, make) => {
    const runs = SEEDS.map((seed) => playRouter(world, seed, make));
    played.set(router, runs);
    const per = (of: (run: Reckoning) => number) => Number(meanOf(runs, of).toFixed(2));
    const line = {
      regret: per(({ regret }) => regret),
      worst_regret: Number(worstOf(runs, ({ regret }) => regret).toFixed(2)),
      failed: per(({ failed }) => failed),
      cents: Number((meanOf(runs, ({ cost }) => cost) / 10_000_000).toFixed(2)),
      duplicates: per(({ duplicates }) => duplicates),
      changes: per(({ changes }) => changes),
      seconds: Number((runs.reduce((sum, { seconds }) => sum + seconds, 0) / runs.length).toFixed(1)),
    };
    console.log(JSON.stringify({ bench: 'router', world: name, router, messages: runs[0]!.messages, seeds: SEEDS.length, ...line }));
    table.push(`| ${[name, router, ...Object.values(line)].join(' | ')} |`);
    expect(line.regret).toBeGreaterThanOrEqual(router === 'oracle' ? -1e-9 : 0);
  });

  it('is routed as well as was aimed at', () => {
    const regret = (router: string) => meanOf(played.get(router)!, (run) => run.regret);
    expect(regret('production')).toBeLessThanOrEqual(regret('round robin') + 1e-9);
    expect(regret('production')).toBeLessThanOrEqual(Math.max(HARDLY, regret('greedy, all time') / 3));
  });
});
