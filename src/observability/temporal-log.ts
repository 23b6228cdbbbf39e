import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import type { Log } from './logger.js';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The logger to install in Temporal's Runtime, so that the SDK, workflows and activities log where everyone else does. */
export function temporalLogger(log: Log): DefaultLogger {
  return new DefaultLogger('DEBUG', ({ level, message, meta }: LogEntry) => {
    const { error, ...rest } = meta ?? {};
    log[isExpected(message) ? 'debug' : LEVELS[level]]({ ...rest, ...(error === undefined ? {} : { err: error as unknown }) }, message);
  });
}

/** Workers that serve activities only are what we want, and nothing to warn of. */
function isExpected(message: string): boolean {
  return message.startsWith('No workflows registered') || message.startsWith('No Nexus services registered');
}
