import { Agent } from 'undici';
import { collectReply } from './collect-reply.js';
import type { CollectedReply } from './collect-reply.js';
import { HttpError } from './http-error.js';
import { AddressRefusedError, assertPublicUrl, createPublicLookup } from './public-address.js';
import type { Lookup } from './public-address.js';

/** Milliseconds since the epoch; passed in so that tests can say what time it is. */
export interface Clock {
  now(): number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds from now to the last byte of the reply. */
  readonly timeoutMs: number;
  /** Bytes of body (after decompression) above which the reply counts as none; 1 MiB unless told. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case; of a repeated header the values joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string;
  /** By the clock passed in, when the last byte was there. */
  readonly receivedAt: number;
  /** The reply's Date header in milliseconds since the epoch; null if it has none. Its resolution is one second. */
  readonly dateHeaderMs: number | null;
}

/** The only way out: every request of every adapter goes through one of these. Redirects are never followed. */
export interface HttpClient {
  /**
   * Sends once; nothing is ever sent again by itself.
   *
   * @throws HttpError that says whether the request may have had an effect.
   */
  request(request: HttpRequest): Promise<HttpReply>;
  /** Closes idle connections and waits for running requests. */
  close(): Promise<void>;
}

export interface HttpClientOptions {
  readonly clock: Clock;
  /** Milliseconds for TCP and TLS together; 5,000 unless told. */
  readonly connectTimeoutMs?: number;
  /** Connections kept for each origin; 16 unless told. */
  readonly connections?: number;
  /** Milliseconds that an unused connection is kept; 4,000 unless told, below what servers commonly keep. */
  readonly keepAliveMs?: number;
  /** Some edges refuse requests without a name (provider notes 3.1); `watchword/1` unless told. */
  readonly userAgent?: string;
  /** For URLs given by users: only public addresses, judged at the moment of connecting. */
  readonly publicOnly?: boolean;
  /** Name resolution, for tests. */
  readonly lookup?: Lookup;
}

const DEFAULT_MAX_BYTES = 1_048_576;

/** A client over a pool of kept connections. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const publicOnly = options.publicOnly ?? false;
  const lookup = publicOnly ? createPublicLookup(options.lookup) : options.lookup;
  const agent = new Agent({
    connections: options.connections ?? 16,
    // One request at a time on a connection: a lost connection then concerns one request only.
    pipelining: 1,
    keepAliveTimeout: options.keepAliveMs ?? 4_000,
    connect: { timeout: options.connectTimeoutMs ?? 5_000, ...(lookup === undefined ? {} : { lookup }) },
    // The deadline of each request is kept here, from its first moment to its last byte.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const userAgent = options.userAgent ?? 'watchword/1';

  return {
    async request(request) {
      const url = new URL(request.url);
      if (publicOnly) refusePrivate(url);
      const collected: CollectedReply = await collectReply(
        agent,
        {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: request.method,
          headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip', ...request.headers },
          body: request.body ?? null,
        },
        { timeoutMs: request.timeoutMs, maxBytes: request.maxBytes ?? DEFAULT_MAX_BYTES, signal: request.signal },
      );
      const date = Date.parse(collected.headers['date'] ?? '');
      return { ...collected, receivedAt: options.clock.now(), dateHeaderMs: Number.isNaN(date) ? null : date };
    },
    close: async () => agent.close(),
  };
}

function refusePrivate(url: URL): void {
  try {
    assertPublicUrl(url);
  } catch (error) {
    if (error instanceof AddressRefusedError) throw new HttpError('not_sent', 'address_refused', error.message, { cause: error });
    throw error;
  }
}
