import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos-run.js';
import { SCENARIOS, type ScenarioName } from './scenarios.js';

const runs = Number(process.env['CHAOS_RUNS'] ?? '1');
const seed = Number(process.env['CHAOS_SEED'] ?? '1');
const names = (process.env['CHAOS_SCENARIOS'] ?? 'storm').split(',') as ScenarioName[];

describe('chaos', () => {
  for (const name of names) {
    for (let index = 0; index < runs; index += 1) {
      it(`${name}, seed ${seed + index}`, { timeout: 900_000 }, async () => {
        const report = await runChaos(
          { seed: seed + index, scenario: SCENARIOS[name], activations: 60, stormMs: 50_000, settleMs: 120_000 },
          (line) => console.log(`${name}, ${line}`),
        );
        console.log(JSON.stringify({ scenario: name, ...report }));
        expect(report.problems).toEqual([]);
      });
    }
  }
});
