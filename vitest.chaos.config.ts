import { defineConfig } from 'vitest/config';
import { createReporter } from './test/chaos/reporter.js';
import tests from './vitest.config.js';

/** The runs of `npm run chaos`, which says which of the two files it wants. */
export default defineConfig({
  test: {
    ...tests.test,
    include: ['test/chaos/storm.ts', 'test/chaos/directed.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    disableConsoleIntercept: true,
    reporters: [createReporter((line) => void process.stdout.write(`${line}\n`))],
  },
});
