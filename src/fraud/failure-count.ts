import type { Logger } from 'pino';
import type { Sql } from '../db/database.js';
import { addFraudFailures } from '../db/fraud-failures.js';

/** Counts where the alerts look for it; see {@link createFailureCount}. */
export interface FailureCount {
  /** A part of the fraud rules could not be asked. Nobody waits for the count. */
  note(part: string): void;
}

/**
 * Counts what could not be asked over all processes, in Postgres. One write at a time: what fails meanwhile goes into the next, so
 * that a flood of failures is no flood of writes. What cannot be written is told by the log and the metrics alone; Postgres is then the matter
 * of other alerts.
 */
export function createFailureCount(sql: Sql, log: Pick<Logger, 'warn'>): FailureCount {
  let waiting = new Map<string, number>();
  let isWriting = false;

  async function write(): Promise<void> {
    isWriting = true;
    try {
      while (waiting.size > 0) {
        const taken = waiting;
        waiting = new Map();
        await addFraudFailures(sql, taken);
      }
    } catch (error) {
      log.warn({ error: String(error).slice(0, 200) }, 'failures of the fraud rules could not be counted');
    } finally {
      isWriting = false;
    }
  }

  return {
    note(part) {
      waiting.set(part, (waiting.get(part) ?? 0) + 1);
      if (!isWriting) void write();
    },
  };
}
