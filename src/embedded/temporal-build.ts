import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { goInstall } from './go-install.js';
import type { ObtainOptions } from './obtain.js';
import { withProgress } from './progress.js';

/**
 * Builds the Temporal CLI from its Go module.
 *
 * @throws Error if Go is not there or does not succeed.
 */
export async function buildTemporal({ version, target, env, report, signal }: ObtainOptions): Promise<void> {
  await makeFolder(target, (draft) =>
    withProgress(report, 'Building the Temporal server with Go (once, a few minutes)', () =>
      goInstall(`github.com/temporalio/cli/cmd/temporal@v${version}`, { folder: draft, env, signal }),
    ),
  );
}

/** Makes a folder that appears under its name whole or not at all. */
export async function makeFolder(target: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${target}.${randomUUID()}`;
  mkdirSync(draft, { recursive: true });
  try {
    await fill(draft);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
