import type { IncomingMessage } from 'node:http';
import type { RouterContext } from '@koa/router';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { DomainError, ERRORS } from '../domain/errors.js';
import type { Audit } from './audit.js';
import type { DoorKeeper } from './doors.js';
import { invalidInput, problemOf, PROBLEM_MEDIA } from './problem.js';
import { Limited, type CountRequest } from './rate-limit.js';
import { isForm, isJson, parseForm, parseJson, readBytes } from './request-body.js';
import { isFromOwnPage, signInPath } from './session.js';
import { problemsOf, type AnyRoute, type Caller, type Door, type KeyCaller, type Reply, type Visit } from './route.js';

/** What the guard of every route needs. */
export interface GuardDeps {
  readonly doors: Readonly<Record<Door, DoorKeeper>>;
  readonly count: CountRequest;
  /** Carries out what an operator asked for, and keeps who asked for what. */
  readonly audit: Audit;
  readonly log: Logger;
  /** Whether an undeclared answer is an error rather than a warning. */
  readonly strictAnswers: boolean;
  /** One for each request that is being answered; whoever closes the server ends them. */
  readonly live: Set<AbortController>;
}

/** What the guard leaves for the access log. */
export interface RequestState {
  requestId: string;
  /** The trace that the request belongs to. */
  traceId: string;
  route?: string;
  accountId?: string;
  /** What it was refused with. */
  problem?: DomainError;
}

/** Why a request's signal ends when its connection does. Made once, because an exception with a stack is dear. */
const GONE = new DOMException('The answer was sent, or its client has gone.', 'AbortError');

/**
 * The only way from the router to a handler: opens the door, counts the request, validates everything that came, and holds
 * the answer against what the route declared.
 */
export function guard(spec: AnyRoute, deps: GuardDeps): (ctx: RouterContext<RequestState>) => Promise<void> {
  const allowed = problemsOf(spec);
  return async (ctx) => {
    ctx.state.route = spec.path;
    allowOrigin(ctx, spec);
    const life = new AbortController();
    deps.live.add(life);
    ctx.res.once('close', () => {
      deps.live.delete(life);
      life.abort(GONE);
    });
    try {
      const session = spec.session === true ? { session: { origins: spec.origins ?? new Set<string>() } } : {};
      const caller = await deps.doors[spec.door]({ request: ctx.req, params: ctx.params, ...session });
      if (isKeyCaller(caller)) {
        ctx.state.accountId = caller.accountId;
        ctx.set(await deps.count(spec.limit, caller.keyId));
      }
      const visit: Visit<Door, unknown, unknown, unknown, unknown> = {
        caller,
        params: readParams(spec, ctx.params),
        query: readPart(spec.query, { ...ctx.query }, 'query'),
        headers: readPart(spec.headers, ctx.req.headers, 'header'),
        body: await readBody(spec, ctx.req),
        rawBody: spec.rawBody === true ? await readBytes(ctx.req, spec.maxBodyBytes) : new Uint8Array(),
        requestId: ctx.state.requestId,
        request: ctx.req,
        headOnly: ctx.method === 'HEAD',
        signal: life.signal,
        acceptsEncoding: (encodings) => encodings.find((encoding) => ctx.acceptsEncodings(encoding) !== false) ?? null,
      };
      const audited = spec.door === 'operator' && spec.method !== 'get' && spec.readsOnly !== true && isKeyCaller(caller);
      const reply = audited ? await deps.audit(spec, visit, caller) : await spec.handle(visit);
      answer(ctx, spec, reply, deps);
    } catch (error) {
      if (spec.page === true && error instanceof DomainError && error.code === 'unauthenticated') {
        ctx.status = 303;
        ctx.set('Location', signInPath(ctx.originalUrl));
        return;
      }
      if (error instanceof DomainError && !allowed.has(error.code)) {
        complain(deps, spec, `problem ${error.code} is not declared`, { cause: error });
      }
      throw error;
    }
  };
}

function isKeyCaller(caller: Caller): caller is KeyCaller {
  return caller !== null && 'keyId' in caller;
}

/** A path that names nothing we could have made is a path to nothing. */
function readParams(spec: AnyRoute, params: Readonly<Record<string, string>>): unknown {
  if (spec.params === undefined) return undefined;
  const read = spec.params.safeParse(params);
  if (!read.success) throw new DomainError('not_found', 'There is nothing at this address.');
  return read.data;
}

function readPart(schema: z.ZodType | undefined, value: unknown, where: 'body' | 'query' | 'header'): unknown {
  if (schema === undefined) return undefined;
  const read = schema.safeParse(value);
  if (!read.success) throw invalidInput(read.error, where);
  return read.data;
}

async function readBody(spec: AnyRoute, request: IncomingMessage): Promise<unknown> {
  if (spec.body === undefined) return undefined;
  if (spec.page === true) {
    if (!isForm(request)) throw new DomainError('unsupported_media_type', 'Send the form as application/x-www-form-urlencoded.');
    if (!isFromOwnPage(request)) throw new DomainError('forbidden', 'This form can be sent only from the page that it belongs to.');
    return readPart(spec.body, parseForm(await readBytes(request)), 'body');
  }
  const declared = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (declared && !isJson(request)) {
    throw new DomainError('unsupported_media_type', 'Send the body as application/json in UTF-8, without Content-Encoding.');
  }
  const bytes = await readBytes(request, spec.maxBodyBytes);
  if (bytes.length === 0) {
    if (spec.bodyRequired ?? true) throw new DomainError('bad_request', 'This request needs a JSON body.');
    return undefined;
  }
  return readPart(spec.body, parseJson(bytes), 'body');
}

function answer(ctx: RouterContext<RequestState>, spec: AnyRoute, reply: Reply, deps: GuardDeps): void {
  const declared = spec.answers[reply.status];
  if (declared === undefined) complain(deps, spec, `status ${reply.status} is not declared`);
  ctx.status = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) ctx.set(name, value);
  if (spec.door === 'public' && spec.page !== true) ctx.set('Access-Control-Allow-Origin', '*');
  else if (!ctx.res.hasHeader('Cache-Control')) ctx.set('Cache-Control', 'no-store');
  if (reply.raw !== undefined) {
    if (declared?.media === undefined) complain(deps, spec, `a raw body for ${reply.status} is not declared`);
    ctx.type = declared?.media ?? 'application/octet-stream';
    ctx.body = reply.raw;
    return;
  }
  if (reply.json === undefined) {
    if (declared?.json !== undefined) complain(deps, spec, `the body for ${reply.status} is missing`);
    ctx.body = null;
    // Koa answers 204 for a null body unless the status is set after it.
    ctx.status = reply.status;
    return;
  }
  const checked = declared?.json?.safeParse(reply.json);
  if (checked?.success !== true) {
    const where = checked?.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    complain(deps, spec, `the body for ${reply.status} is not as declared${where === undefined ? '' : ` (${where.slice(0, 300)})`}`);
  }
  ctx.body = JSON.stringify(checked?.success === true ? checked.data : reply.json);
  ctx.type = declared?.media ?? 'application/json';
}

/** Lets a page of another origin read an answer, if the route names that origin. */
function allowOrigin(ctx: RouterContext<RequestState>, spec: AnyRoute): void {
  if (spec.origins === undefined || spec.origins.size === 0) return;
  ctx.vary('Origin');
  const { origin } = ctx.req.headers;
  if (origin === undefined || !spec.origins.has(origin)) return;
  ctx.set('Access-Control-Allow-Origin', origin);
  ctx.set('Access-Control-Allow-Credentials', 'true');
}

/** What a browser asks before a page of another origin may send a route's request; see {@link allowOrigin}. */
export function preflight(spec: AnyRoute): (ctx: RouterContext<RequestState>) => void {
  return (ctx) => {
    ctx.state.route = spec.path;
    allowOrigin(ctx, spec);
    if (ctx.res.hasHeader('Access-Control-Allow-Origin')) {
      ctx.set('Access-Control-Allow-Methods', spec.method.toUpperCase());
      ctx.set('Access-Control-Allow-Headers', 'content-type, x-namespace, authorization');
      ctx.set('Access-Control-Max-Age', '600');
    }
    ctx.status = 204;
  };
}

function complain(deps: GuardDeps, spec: AnyRoute, what: string, options?: ErrorOptions): void {
  const text = `${spec.method.toUpperCase()} ${spec.path}: ${what}`;
  if (deps.strictAnswers) throw new UndeclaredAnswer(text, options);
  deps.log.warn({ route: spec.path }, text);
}

/** A route answered what it did not declare; a mistake of ours. */
export class UndeclaredAnswer extends Error {
  override readonly name = 'UndeclaredAnswer';
}

/** Writes a failure as a problem document. */
export function writeProblem(ctx: RouterContext<RequestState>, error: DomainError): void {
  if (error instanceof Limited) ctx.set(error.headers);
  else if (error.code === 'rate_limited' && typeof error.detail['retry_after'] === 'number')
    ctx.set('Retry-After', String(error.detail['retry_after']));
  if (error.code === 'unauthenticated') ctx.set('WWW-Authenticate', 'Bearer realm="watchword"');
  if (error.code === 'unavailable') ctx.set('Retry-After', '5');
  // The rest of a body that is too large is not read, so the connection cannot be used again.
  if (error.code === 'payload_too_large') ctx.set('Connection', 'close');
  ctx.status = ERRORS[error.code].http;
  ctx.state.problem = error;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = JSON.stringify(problemOf(error, ctx.state.requestId, ctx.state.traceId));
  ctx.type = PROBLEM_MEDIA;
}
