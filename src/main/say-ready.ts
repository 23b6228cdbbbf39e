import type { Log } from '../observability/logger.js';

/**
 * Says that this process is ready: in its log and, where it was started by another process of ours ({@link
 * import('./child-process.js').startChild}), in any case, for that one waits for it whatever LOG_LEVEL leaves out.
 */
export function sayReady(log: Log, fields: Readonly<Record<string, unknown>>, message: string): void {
  const ready = { ready: true, ...fields };
  if (log.isLevelEnabled('info')) log.info(ready, message);
  else if (process.channel !== undefined) process.stdout.write(`${JSON.stringify(ready)}\n`);
}
