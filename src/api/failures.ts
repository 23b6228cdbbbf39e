import type { Duplex } from 'node:stream';
import type { Middleware } from 'koa';
import type { RouterContext } from '@koa/router';
import type { Logger } from 'pino';
import { DomainError, ERRORS, type ErrorCode } from '../domain/errors.js';
import { writeProblem, type RequestState } from './guard.js';
import { problemOf, PROBLEM_MEDIA } from './problem.js';

/** Turns whatever a request dies of into a problem document; what is our own fault is logged. */
export function catchFailures(log: Logger): Middleware<RequestState> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const failure = asDomainError(error);
      if (failure.code === 'internal' || failure.code === 'unavailable') {
        log.error({ requestId: ctx.state.requestId, route: ctx.state.route, failure: describe(error) }, 'a request failed');
      }
      writeProblem(ctx as unknown as RouterContext<RequestState>, failure);
    }
  };
}

function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (isLostDatabase(error)) return new DomainError('unavailable', 'The database does not answer now.', {}, { cause: error });
  return new DomainError('internal', 'Something went wrong on our side; the request id finds it in the log.', {}, { cause: error });
}

/** Connection failures, shutdowns, exhausted pools and statement timeouts: trying again later may help. */
function isLostDatabase(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(08|53|57P|57014$)/.test(code) || /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN)/.test(code)) return true;
  return /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/.test(error.message);
}

/** Name, code and place of an error, and those of its causes; never its `detail`, which Postgres fills with values of rows. */
function describe(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const cause = error.cause === undefined || depth > 3 ? undefined : describe(error.cause, depth + 1);
  return { name: error.name, code, message: error.message.slice(0, 500), stack: error.stack?.slice(0, 2_000), cause };
}

/**
 * Answers what Node's HTTP parser refused before there was a request. Give it to the server's `clientError` event.
 * `ids` makes a request id.
 */
export function refuseMalformed(ids: () => string, error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code: ErrorCode = error.code === 'HPE_HEADER_OVERFLOW' ? 'payload_too_large' : 'bad_request';
  const detail = code === 'bad_request' ? 'This is not an HTTP request that can be read.' : 'The request headers are too large.';
  const body = JSON.stringify(problemOf(new DomainError(code, detail), ids()));
  socket.end(
    `HTTP/1.1 ${ERRORS[code].http} ${ERRORS[code].title}\r\nContent-Type: ${PROBLEM_MEDIA}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
