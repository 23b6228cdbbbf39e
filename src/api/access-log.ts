import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { DomainError } from '../domain/errors.js';
import { traceIdOfParent, traceIdOfUuid } from '../domain/trace.js';
import type { Metrics } from '../observability/metrics.js';
import type { Traces } from '../observability/traces.js';
import type { RequestState } from './guard.js';

/**
 * Gives every request an id, a trace (the client's `traceparent`, or a new one) and one line in the log: the route's pattern, never the address itself, because paths hold
 * hook tokens and queries hold whatever clients put there.
 */
export function logAccess(
  log: Logger,
  ids: () => string,
  traces: Traces,
  metrics?: Pick<Metrics, 'requestAnswered'>,
): Middleware<RequestState> {
  return async (ctx, next) => {
    const started = performance.now();
    ctx.state.requestId = ids();
    ctx.set('X-Request-Id', ctx.state.requestId);
    const parent = ctx.req.headers['traceparent'];
    const traceId = traceIdOfParent(typeof parent === 'string' ? parent : undefined) ?? traceIdOfUuid(ids());
    ctx.state.traceId = traceId;
    ctx.set('X-Trace-Id', traceId);
    ctx.res.once('close', () => {
      const seconds = (performance.now() - started) / 1_000;
      metrics?.requestAnswered({ route: ctx.state.route ?? 'none', method: ctx.method, status: ctx.res.statusCode, seconds });
      log.info(
        {
          traceId,
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
    await traces.run({ traceId }, next);
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
