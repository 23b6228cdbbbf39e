import type { ServerResponse } from 'node:http';
import { createProxyServer } from 'httpxy';
import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import type { Database } from '../db/database.js';
import { noteAction, noteActionEnd } from '../db/operator-actions.js';
import { DomainError } from '../domain/errors.js';
import type { DoorKeeper } from './doors.js';
import type { RequestState } from './guard.js';
import type { Caller, KeyCaller } from './route.js';
import { signInPath, withoutSession } from './session.js';

/** A server that is reached through ours, under a path of our origin, by signed-in operators only. */
export interface PassageDeps {
  /** Without a slash at the end: `/temporal`. The server behind it is told to expect the same path. */
  readonly prefix: string;
  /** `http://127.0.0.1:8233` */
  readonly target: string;
  readonly door: DoorKeeper;
  readonly database: Database;
  readonly log: Logger;
}

const TIMEOUT_MS = 60_000;

/**
 * What the pages behind the passage may do: nothing with any other server. Temporal's Web UI drops its own policy when it
 * is served under a path; its first script is inline, and it shows Markdown in frames of its own.
 */
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
  "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/** Passes an operator's requests below the prefix on to the target, each that changes something noted as an action. */
export function createPassage({ prefix, target, door, database, log }: PassageDeps): Middleware<RequestState> {
  const proxy = createProxyServer({ target, proxyTimeout: TIMEOUT_MS, timeout: TIMEOUT_MS });
  proxy.on('proxyRes', (proxyRes) => {
    delete proxyRes.headers['access-control-allow-origin'];
    delete proxyRes.headers['access-control-allow-credentials'];
  });
  return async (ctx, next) => {
    if (ctx.path !== prefix && !ctx.path.startsWith(`${prefix}/`)) return next();
    ctx.state.route = `${prefix}/*`;
    if (ctx.path === prefix) {
      ctx.redirect(`${prefix}/`);
      return;
    }
    const reads = ctx.method === 'GET' || ctx.method === 'HEAD';
    let caller: Caller;
    try {
      caller = await door({ request: ctx.req, params: {}, session: { origins: new Set() } });
    } catch (error) {
      const navigates = reads && ctx.get('Accept').includes('text/html');
      if (!(error instanceof DomainError) || error.code !== 'unauthenticated' || !navigates) throw error;
      ctx.status = 303;
      ctx.set('Location', signInPath(ctx.originalUrl));
      return;
    }
    const operator = caller as KeyCaller;
    ctx.state.accountId = operator.accountId;
    withoutSession(ctx.req);
    delete ctx.req.headers.authorization;
    const note = reads
      ? null
      : await noteAction(database, {
          accountId: operator.accountId,
          keyId: operator.keyId,
          requestId: ctx.state.requestId,
          action: `${ctx.method} ${prefix}/*`,
          params: { path: ctx.path.slice(0, 500) },
          body: null,
        });
    ctx.set('Content-Security-Policy', POLICY);
    ctx.res.removeHeader('Cross-Origin-Embedder-Policy');
    try {
      await proxy.web(ctx.req, ctx.res);
      // httpxy has written the answer to the socket's response itself.
      ctx.respond = false;
    } catch (error) {
      log.warn({ target, error: String(error).slice(0, 300) }, 'a server behind this one does not answer');
      if (ctx.res.headersSent) {
        ctx.respond = false;
        ctx.res.destroy();
      } else {
        throw new DomainError('unavailable', 'Temporal’s Web UI does not answer now.', {}, { cause: error });
      }
    } finally {
      if (note !== null) await noteActionEnd(database, note, statusOf(ctx.res), null);
    }
  };
}

function statusOf(response: ServerResponse): number {
  return response.headersSent ? response.statusCode : 503;
}
