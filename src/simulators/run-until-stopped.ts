import { watchParent } from './parent-watch.js';

/** Says on standard output where a simulator listens, and ends it on SIGTERM, on SIGINT, or when whoever started it goes away. */
export function runUntilStopped(
  simulator: { readonly url: string; readonly control: string; close(): Promise<unknown> },
  kind: string,
): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    unwatch();
    void simulator.close().then(() => process.exit(0));
  };
  const unwatch = watchParent(stop);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, kind, url: simulator.url, control: simulator.control })}\n`);
}
