import type { Logger } from 'pino';
import { addAnswers } from '../db/verification-health.js';
import type { Sql } from '../db/database.js';
import type { DomainError } from '../domain/errors.js';

/** An answer that was given. */
export interface GivenAnswer {
  /** As declared. */
  readonly route: string;
  readonly status: number;
  /** What the caller was refused with; null for any other answer. */
  readonly problem: Pick<DomainError, 'code' | 'detail'> | null;
}

/** Counts answers of the verification endpoints; see {@link createEndpointCount}. */
export interface EndpointCount {
  note(answer: GivenAnswer): void;
  /** Writes what was counted and is not written yet. */
  flush(): Promise<void>;
  /** Stops the timer and writes the rest. */
  close(): Promise<void>;
}

const COUNTED = /^\/(v1\/verifications|api\/v1\/phone)(\/|$)/;
const MINUTE_MS = 60_000;
const FLUSH_MS = 5_000;
/** While Postgres is away, counts of so many minutes wait. */
const MOST_MINUTES = 60;

/**
 * Counts by the minute how the verification endpoints answer, in memory, and adds it to a table every five seconds: no answer
 * waits for that. What a process that is killed had not written is lost, which is five seconds of counts.
 */
export function createEndpointCount(sql: Sql, clock: () => Date, log: Pick<Logger, 'warn'>): EndpointCount {
  let minutes = new Map<number, { answers: number; faults: number }>();
  let writing: Promise<void> = Promise.resolve();

  const count = (minute: number, answers: number, faults: number) => {
    const of = minutes.get(minute) ?? { answers: 0, faults: 0 };
    minutes.set(minute, { answers: of.answers + answers, faults: of.faults + faults });
    if (minutes.size > MOST_MINUTES) minutes.delete(Math.min(...minutes.keys()));
  };
  const write = async () => {
    if (minutes.size === 0) return;
    const taken = minutes;
    minutes = new Map();
    try {
      await addAnswers(
        sql,
        [...taken].map(([minute, of]) => ({ minute: new Date(minute), ...of })),
      );
    } catch (error) {
      for (const [minute, { answers, faults }] of taken) count(minute, answers, faults);
      log.warn({ error: String(error).slice(0, 200) }, 'answers of the verification endpoints could not be counted yet');
    }
  };
  // One after the other, so that what is put back is not written twice.
  const flush = () => (writing = writing.then(write));
  const timer = setInterval(() => void flush(), FLUSH_MS).unref();

  return {
    note({ route, status, problem }) {
      if (!COUNTED.test(route)) return;
      const now = clock().getTime();
      count(now - (now % MINUTE_MS), 1, isFault(status, problem) ? 1 : 0);
    },
    flush,
    close() {
      clearInterval(timer);
      return flush();
    },
  };
}

/**
 * Whether an answer speaks against us rather than against what was asked: a part is missing, or no carrier sends there. What a
 * test number plays is no fault.
 */
function isFault(status: number, problem: GivenAnswer['problem']): boolean {
  return (status >= 500 || problem?.code === 'no_route') && problem?.detail['test'] !== true;
}
