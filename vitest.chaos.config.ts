import { defineConfig } from 'vitest/config';
import tests from './vitest.config.js';

/** The long chaos runs of `npm run chaos`; `npm test` has a short one. */
export default defineConfig({
  test: { ...tests.test, include: ['test/chaos/storm.ts'], maxWorkers: 1, fileParallelism: false, reporters: ['default'] },
});
