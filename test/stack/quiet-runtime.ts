import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Keeps the SDK's own log out of the tests' output; once a process, before the first connection. */
export function installQuietRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => {}),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
    });
  } catch {
    // Installed by another file of this process.
  }
}
