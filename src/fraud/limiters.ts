import { RateLimiterPostgres, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Sql } from '../db/database.js';
import { FRAUD_LIMIT_TABLE, RATE_LIMIT_TABLE, rateLimitStore } from '../db/rate-limit-store.js';

/** So many codes in a window, for each key. */
export interface LimitWanted {
  /** Begins the keys of this limit. */
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
  /** Whether counts must outlive a crash of Postgres. What only watches a pace need not, and costs no wait for a disk. */
  readonly kept: boolean;
}

/** Makes limiters over one store, which all processes share. */
export type LimiterFactory = (wanted: LimitWanted) => RateLimiterAbstract;

/** Limits counted in Postgres. */
export function limitersInPostgres(sql: Sql): LimiterFactory {
  const storeClient = rateLimitStore(sql);
  let clears = true;
  return ({ name, points, seconds, kept }) => {
    const limiter = new RateLimiterPostgres({
      storeClient,
      storeType: 'pool',
      tableName: kept ? FRAUD_LIMIT_TABLE : RATE_LIMIT_TABLE,
      tableCreated: true,
      keyPrefix: `fraud-${name}`,
      points,
      duration: seconds,
      // One of them clears the table for all; the other table has the API's own limits to clear it.
      clearExpiredByTimeout: kept && clears,
    });
    if (kept) clears = false;
    return limiter;
  };
}

/** How a limit stands after one code more. */
export interface Count {
  readonly over: boolean;
  /** Codes of the window, this one included. */
  readonly consumed: number;
  /** Milliseconds until the window ends. */
  readonly msBeforeNext: number;
}

/** Counts one code. @throws the store's error where it cannot be counted */
export async function limitOf(limiter: RateLimiterAbstract, key: string): Promise<Count> {
  try {
    const { consumedPoints, msBeforeNext } = await limiter.consume(key);
    return { over: false, consumed: consumedPoints, msBeforeNext };
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    return { over: true, consumed: error.consumedPoints, msBeforeNext: error.msBeforeNext };
  }
}
