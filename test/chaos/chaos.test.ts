import { expect, it } from 'vitest';
import { runChaos } from './chaos-run.js';

it('loses nothing when processes die at random among lying providers', { timeout: 240_000 }, async () => {
  const report = await runChaos({ seed: 20_260_101, activations: 25, stormMs: 20_000, killEveryMs: 2_500, settleMs: 60_000 }, () => {});
  expect(report.problems).toEqual([]);
  expect(report.kills.worker + report.kills.api).toBeGreaterThanOrEqual(4);
  expect(Object.values(report.statuses).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
});
