import { defineConfig } from 'vitest/config';
import { sayWhatIsNotCovered } from './test/cluster/not-covered.js';
import tests from './vitest.config.js';

/** `npm run test:cluster`: the shape of docker-compose.yml as native processes. `npm test` leaves it out. */
export default defineConfig({
  test: {
    ...tests.test,
    include: ['test/cluster/composition.ts', 'test/cluster/failover.ts'],
    globalSetup: ['test/global-setup.ts', 'test/cluster/setup.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    reporters: ['verbose', sayWhatIsNotCovered((line) => void process.stdout.write(`${line}\n`))],
  },
});
