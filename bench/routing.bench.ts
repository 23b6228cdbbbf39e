import { expect, it } from 'vitest';
import { CHOOSERS, playRouting, ROUTING_WORLDS, type RoutingWorld } from '../test/sim/routing-worlds.js';

const SEEDS = 5;

/** How each way to choose fares in each world, over five seeds; one line of JSON each. No servers, about a minute. */
it.each(Object.entries<RoutingWorld>(ROUTING_WORLDS))('%s', { timeout: 600_000 }, (name, world) => {
  for (const chooser of CHOOSERS) {
    const runs = Array.from({ length: SEEDS }, (_, index) => playRouting(world, chooser, index + 1));
    const percent = (value: number) => Math.round(value * 1_000) / 10;
    const mean = (of: (run: (typeof runs)[number]) => number) => runs.reduce((sum, run) => sum + of(run), 0) / SEEDS;
    const chosen = Object.fromEntries(Object.keys(world.elsewhere).map((id) => [id, Math.round(mean((run) => run.chosen[id] ?? 0))]));
    console.log(
      JSON.stringify({
        bench: 'routing',
        world: name,
        chooser,
        got_percent: percent(mean(({ got }) => got)),
        possible_percent: percent(mean(({ possible }) => possible)),
        worst_loss_points: percent(Math.max(...runs.map(({ got, possible }) => possible - got))),
        chosen,
      }),
    );
    expect(mean(({ got }) => got)).toBeLessThanOrEqual(mean(({ possible }) => possible) + 0.02);
  }
});
