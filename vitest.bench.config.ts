import { defineConfig } from 'vitest/config';
import tests from './vitest.config.js';

/** Benchmarks run like tests, one after the other, and print JSON lines; `npm test` leaves them out. */
export default defineConfig({
  test: { ...tests.test, include: ['bench/**/*.bench.ts'], maxWorkers: 1, fileParallelism: false, silent: false, reporters: ['default'] },
});
