import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // Two cores carry Postgres, Temporal and the tests themselves.
    maxWorkers: 2,
    // What is polled for comes soon or, on a busy machine, later; a second says nothing.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 150_000,
    hookTimeout: 240_000,
  },
});
