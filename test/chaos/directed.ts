import { describe, expect, it } from 'vitest';
import { runDirected } from './directed-run.js';

const only = process.env['CHAOS_ONLY'] ?? null;
const seed = Number(process.env['CHAOS_SEED'] ?? '1');

describe('chaos, directed', () => {
  it(only === null ? 'dies at every boundary' : `dies at ${only}`, { timeout: 7_200_000 }, async () => {
    const report = await runDirected(only, seed, (line) => console.log(line));
    const { boundaries, deaths, ...rest } = report;
    console.log(JSON.stringify({ boundaries: boundaries.length, deaths: deaths.filter(({ died }) => died).length, ...rest }));
    expect(report.problems).toEqual([]);
  });
});
