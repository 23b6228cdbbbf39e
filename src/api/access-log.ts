import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { DomainError } from '../domain/errors.js';
import { traceIdOfParent, traceIdOfUuid } from '../domain/trace.js';
import type { Metrics } from '../observability/metrics.js';
import type { Traces } from '../observability/traces.js';
import type { GivenAnswer } from './endpoint-count.js';
import type { RequestState } from './guard.js';

/**
 * Gives a request an id and a trace (the client's `traceparent`, or a new one), and notes its answer once that is sent or broken
 * off. `state` is read then: whoever answers may set its `route` and `accountId` until the end.
 */
export type Arrivals = (request: IncomingMessage, response: ServerResponse, state: Partial<RequestState>) => RequestState;

/**
 * Notes each answer as a metric and as one line in the log: the route's pattern, never the address itself, because paths hold hook
 * tokens and queries hold whatever clients put there.
 */
export function createArrivals(
  log: Logger,
  ids: () => string,
  metrics?: Pick<Metrics, 'requestAnswered'>,
  note?: (answer: GivenAnswer) => void,
): Arrivals {
  // The names of this line are fixed and none of them is private; looking for private ones costs 40 times what the line does.
  const lines = log.child({}, { redact: [] });
  return (request, response, state) => {
    const started = performance.now();
    const requestId = ids();
    const parent = request.headers['traceparent'];
    const traceId = traceIdOfParent(typeof parent === 'string' ? parent : undefined) ?? traceIdOfUuid(ids());
    const arrived: RequestState = Object.assign(state, { requestId, traceId });
    const method = request.method ?? '';
    response.once('close', () => {
      const seconds = (performance.now() - started) / 1_000;
      const { statusCode: status } = response;
      metrics?.requestAnswered({ route: arrived.route ?? 'none', method, status, seconds });
      note?.({ route: arrived.route ?? 'none', status, problem: arrived.problem ?? null });
      lines.info(
        {
          traceId,
          requestId,
          method,
          route: arrived.route ?? null,
          status,
          ms: Math.round(seconds * 1_000),
          accountId: arrived.accountId,
          finished: response.writableFinished,
        },
        'request',
      );
    });
    return arrived;
  };
}

/** Lets every request arrive before anything else is done with it, and tells the client its id and trace. */
export function logAccess(arrivals: Arrivals, traces: Traces): Middleware<RequestState> {
  return async (ctx, next) => {
    const { requestId, traceId } = arrivals(ctx.req, ctx.res, ctx.state);
    ctx.set('X-Request-Id', requestId);
    ctx.set('X-Trace-Id', traceId);
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
