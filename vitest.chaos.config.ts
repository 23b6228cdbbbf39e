import { defineConfig } from 'vitest/config';
import tests from './vitest.config.js';

/** The runs of `npm run chaos`. */
export default defineConfig({
  test: { ...tests.test, include: ['test/chaos/storm.ts'], maxWorkers: 1, fileParallelism: false, reporters: ['default'] },
});
