import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { DomainError } from '../domain/errors.js';
import type { Metrics } from '../observability/metrics.js';
import type { RequestState } from './guard.js';

/**
 * Gives every request an id and one line in the log: the route's pattern, never the address itself, because paths hold
 * hook tokens and queries hold whatever clients put there.
 */
export function logAccess(log: Logger, ids: () => string, metrics?: Pick<Metrics, 'requestAnswered'>): Middleware<RequestState> {
  return async (ctx, next) => {
    const started = performance.now();
    ctx.state.requestId = ids();
    ctx.set('X-Request-Id', ctx.state.requestId);
    ctx.res.once('close', () => {
      const seconds = (performance.now() - started) / 1_000;
      metrics?.requestAnswered({ route: ctx.state.route ?? 'none', method: ctx.method, status: ctx.res.statusCode, seconds });
      log.info(
        {
          requestId: ctx.state.requestId,
          method: ctx.method,
          route: ctx.state.route ?? null,
          status: ctx.res.statusCode,
          ms: Math.round(seconds * 1_000),
          accountId: ctx.state.accountId,
          finished: ctx.res.writableFinished,
        },
        'request',
      );
    });
    await next();
  };
}

const SINGLE = ['authorization', 'content-type', 'idempotency-key', 'last-event-id', 'host', 'content-length'];

/** Refuses headers that may stand once only: whichever of two a reader takes, another reader may take the other. */
export function refuseDoubledHeaders(): Middleware<RequestState> {
  return async (ctx, next) => {
    for (const name of SINGLE) {
      if ((ctx.req.headersDistinct[name]?.length ?? 0) > 1)
        throw new DomainError('bad_request', `The header ${name} was sent more than once.`);
    }
    await next();
  };
}
