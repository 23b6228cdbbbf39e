import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Sql } from '../db/database.js';
import { ListeningConnector } from './redis-connector.js';
import { limitersInPostgres, type LimiterFactory } from './limiters.js';

/** Where the limits are counted. */
export interface LimitStore {
  readonly limiters: LimiterFactory;
  close(): Promise<void>;
}

/** What Redis is reached by. */
export interface RedisAccess {
  /** `redis://` or, with TLS, `rediss://`. */
  readonly url: string;
  /** Certificates beside the system's that its own may be signed by, PEM. */
  readonly ca?: string;
  /** Told of broken connections; they are made anew by themselves. */
  readonly onError: (error: Error) => void;
}

const CONNECT_MS = 5_000;
/** Longer than that nobody waits for a count: it is then unknown, and no code is sent. */
const COMMAND_MS = 2_000;
const MOST_PAUSE_MS = 2_000;

/** Limits in Postgres, where everything else is. */
export function postgresLimits(database: Sql): LimitStore {
  return { limiters: limitersInPostgres(database), close: () => Promise.resolve() };
}

/** Limits in Redis. Connects at once, and again for as long as it is open. */
export function redisLimits(access: RedisAccess): LimitStore {
  const client = new Redis(access.url, {
    Connector: ListeningConnector,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 0,
    // A count whose answer was lost may have been made: it is not made twice.
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(times * 100, MOST_PAUSE_MS),
    ...(access.ca === undefined ? {} : { tls: { ca: access.ca } }),
  });
  client.on('error', access.onError);
  return {
    limiters: ({ name, points, seconds }) =>
      new RateLimiterRedis({ storeClient: client, keyPrefix: `watchword:${name}`, points, duration: seconds }),
    async close() {
      // QUIT waits for what is under way; without a connection there is nothing to wait for.
      await client.quit().catch(() => client.disconnect());
    },
  };
}
