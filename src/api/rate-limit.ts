import type { Logger } from 'pino';
import { type IRateLimiterPostgresOptions, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Sql } from '../db/database.js';
import { RATE_LIMIT_TABLE, rateLimitStore } from '../db/rate-limit-store.js';
import { DomainError } from '../domain/errors.js';
import type { Allowance, ApiLimits } from './deps.js';
import type { Limit } from './route.js';

/** Counts a request of a key. Resolves to the response headers that tell of the budget. @throws Limited, DomainError */
export type CountRequest = (limit: Limit, keyId: string) => Promise<Readonly<Record<string, string>>>;

/** Too many requests; carries the headers that the answer must have. */
export class Limited extends DomainError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(headers: Readonly<Record<string, string>>, retryAfter: number) {
    super('rate_limited', `This key has made too many requests; try again in ${retryAfter} s.`, { retry_after: retryAfter });
    this.headers = headers;
  }
}

/**
 * Budgets of each key, counted in Postgres so that all processes share them; a key that used its budget up is refused from
 * memory until its window ends. When they cannot be counted, reads go on and whatever spends money is refused.
 */
export function createRateLimits(sql: Sql, limits: ApiLimits, log: Logger): CountRequest {
  const store = rateLimitStore(sql);
  const limiterOf = (name: Exclude<Limit, 'none'>) =>
    limiterIn(store, name, limits[name], { inMemoryBlockOnConsumed: limits[name].points + 1, clearExpiredByTimeout: name === 'read' });
  const limiters = { read: limiterOf('read'), command: limiterOf('command'), purchase: limiterOf('purchase') };

  return async (limit, keyId) => {
    if (limit === 'none') return {};
    try {
      return headersOf(limits[limit].points, await limiters[limit].consume(keyId));
    } catch (error) {
      if (error instanceof RateLimiterRes) throw limitedBy(error, headersOf(limits[limit].points, error));
      log.warn({ limit, error: String(error).slice(0, 200) }, 'requests cannot be counted');
      if (limit === 'purchase')
        throw new DomainError('unavailable', 'Requests cannot be counted now, so nothing is bought.', {}, { cause: error });
      return {};
    }
  };
}

/** Wrong keys that one address may try in a minute; nobody guesses a key so, but who tries should be seen and slowed. */
const SIGN_IN_FAILURES: Allowance = { points: 20, seconds: 60 };

/** Counts a failed sign-in from an address. @throws Limited once there were too many. */
export function createFailureCount(sql: Sql): (address: string) => Promise<void> {
  const limiter = limiterIn(rateLimitStore(sql), 'sign-in', SIGN_IN_FAILURES, { clearExpiredByTimeout: false });
  return async (address) => {
    try {
      await limiter.consume(address);
    } catch (error) {
      throw error instanceof RateLimiterRes ? limitedBy(error, {}) : error;
    }
  };
}

/** Counts in our own table, under a prefix of its own. */
function limiterIn(
  storeClient: ReturnType<typeof rateLimitStore>,
  keyPrefix: string,
  { points, seconds }: Allowance,
  how: Pick<IRateLimiterPostgresOptions, 'inMemoryBlockOnConsumed' | 'clearExpiredByTimeout'>,
): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient,
    storeType: 'pool',
    tableName: RATE_LIMIT_TABLE,
    tableCreated: true,
    keyPrefix,
    points,
    duration: seconds,
    ...how,
  });
}

/** What whoever used a budget up is answered with: its headers, and how long to wait. */
function limitedBy(state: RateLimiterRes, headers: Readonly<Record<string, string>>): Limited {
  const retryAfter = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
  return new Limited({ ...headers, 'Retry-After': String(retryAfter) }, retryAfter);
}

function headersOf(points: number, state: RateLimiterRes): Readonly<Record<string, string>> {
  return {
    'RateLimit-Limit': String(points),
    'RateLimit-Remaining': String(Math.max(0, state.remainingPoints)),
    'RateLimit-Reset': String(Math.max(0, Math.ceil(state.msBeforeNext / 1000))),
  };
}
