import type { Reporter } from 'vitest/node';

const NOT_COVERED = [
  'the images: that they can be fetched, the build of the Dockerfile, the init script hook of the Postgres image, the entrypoints of Temporal',
  'the engine: networks and their names, published ports, volumes, restarts, read-only file systems, users, capabilities, health checks',
  'secrets as the engine mounts them: here the same files are read where deploy/make-secrets.sh made them',
  "Temporal's Web UI",
  'the patch version of the Temporal server, 512 history shards, and what a proxy in front of the APIs does',
];

/** Says after the totals what a native run cannot tell about the compose file. */
export function sayWhatIsNotCovered(write: (line: string) => void): Reporter {
  return {
    onTestRunEnd() {
      write(`\nNot covered by this run:\n${NOT_COVERED.map((what) => `  - ${what}`).join('\n')}`);
    },
  };
}
