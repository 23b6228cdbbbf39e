import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos-run.js';

const runs = Number(process.env['CHAOS_RUNS'] ?? '1');
const seed = Number(process.env['CHAOS_SEED'] ?? '1');

describe('chaos', () => {
  for (let index = 0; index < runs; index += 1) {
    it(`seed ${seed + index}`, { timeout: 400_000 }, async () => {
      const report = await runChaos(
        { seed: seed + index, activations: 60, stormMs: 50_000, killEveryMs: 1_500, settleMs: 90_000 },
        (line) => console.log(line),
      );
      console.log(JSON.stringify(report));
      expect(report.problems).toEqual([]);
    });
  }
});
