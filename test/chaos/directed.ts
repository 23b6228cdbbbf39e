import { describe, expect, it } from 'vitest';
import { runDirected } from './directed-run.js';

const only = process.env['CHAOS_ONLY'] ?? null;
const paths = process.env['CHAOS_PATHS'] ?? null;
const seed = Number(process.env['CHAOS_SEED'] ?? '1');

describe('chaos, directed', () => {
  it(`dies at ${only ?? 'every boundary'}${paths === null ? '' : ` of ${paths}`}`, { timeout: 7_200_000 }, async () => {
    const report = await runDirected({ paths, only, seed }, (line) => console.log(line));
    const { boundaries, deaths, ...rest } = report;
    console.log(JSON.stringify({ boundaries: boundaries.length, deaths: deaths.filter(({ died }) => died).length, ...rest }));
    expect(report.problems).toEqual([]);
  });
});
