import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ErrorCode } from '../domain/errors.js';

/** Who may enter a route. Every route names one; a route without one keeps the server from starting. */
export const DOORS = ['public', 'client', 'operator', 'provider', 'carrier'] as const;
export type Door = (typeof DOORS)[number];

/** Which of a key's budgets a request is counted against; `none` for what costs nothing and for doors without keys. */
export type Limit = 'read' | 'command' | 'purchase' | 'none';

/** The account behind an API key. */
export interface KeyCaller {
  readonly accountId: string;
  readonly keyId: string;
}

/** A provider or carrier that showed its path token. */
export interface PartnerCaller {
  readonly id: string;
}

export type CallerOf<D extends Door> = D extends 'client' | 'operator'
  ? KeyCaller
  : D extends 'provider' | 'carrier'
    ? PartnerCaller
    : null;

/** Anyone who came through a door. */
export type Caller = KeyCaller | PartnerCaller | null;

/** A request after its door and its schemas: everything in it has been validated. */
export interface Visit<D extends Door, Params, Query, Headers, Body> {
  readonly caller: CallerOf<D>;
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
  /** Of a route with `rawBody`; empty elsewhere. */
  readonly rawBody: Uint8Array;
  readonly requestId: string;
  /** For what a browser's page needs of it: its cookie, where it came from. */
  readonly request: IncomingMessage;
  /** HEAD asks for the headers of what GET would answer. */
  readonly headOnly: boolean;
  /** Ends when the client has gone or the server closes; whoever waits must stop then. */
  readonly signal: AbortSignal;
  /** The first of `encodings`, ours in order of preference, that Accept-Encoding allows; null if it takes none of them. */
  readonly acceptsEncoding: <E extends string>(encodings: readonly E[]) => E | null;
}

/** What a route answers; the guard holds it against the declaration. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Validated and stripped by the declared schema. */
  readonly json?: unknown;
  /** Bytes or a stream of the declared media type, sent as they are. */
  readonly raw?: Buffer | Readable;
}

/** One declared answer. */
export interface Answer {
  readonly description: string;
  readonly json?: z.ZodType;
  /** Media type of a raw answer. */
  readonly media?: string;
  /** Response headers that clients may rely on, by name, with what they mean. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The declaration of a route; see {@link route}. */
export interface RouteSpec<
  D extends Door = Door,
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Headers extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post';
  /** Path as the router reads it: `/v1/activations/:id`. */
  readonly path: string;
  /** Other spellings of the path, which the OpenAPI document leaves out. */
  readonly aliases?: readonly string[];
  readonly door: D;
  readonly limit: Limit;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  readonly query?: Query;
  /** Names in lower case. */
  readonly headers?: Headers;
  readonly body?: Body;
  /** Whether a request without a body is refused; true unless said otherwise. */
  readonly bodyRequired?: boolean;
  /** Whether the body is handed on as it came, for whoever checks its signature. */
  readonly rawBody?: boolean;
  /** The most bytes that the body may have, where the usual bound is too small. */
  readonly maxBodyBytes?: number;
  /** A page for people's browsers: its body is a form of the page's own origin, and the OpenAPI document leaves it out. */
  readonly page?: boolean;
  /** Of the door `operator`: whether a browser's session opens it as a key does. */
  readonly session?: boolean;
  /** Exact origins whose pages may call this with the browser's session, besides our own. */
  readonly origins?: ReadonlySet<string>;
  /** Of an operator's POST: that it only reads, so that no action is noted. */
  readonly readsOnly?: boolean;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Problems of its own, beside those that its door, body and limit bring along. */
  readonly problems: readonly ErrorCode[];
  handle(visit: Visit<D, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>>): Promise<Reply> | Reply;
}

/** A declared route with its types forgotten, as the guard and the OpenAPI document see it. */
export type AnyRoute = Omit<RouteSpec, 'handle'> & {
  handle(visit: Visit<Door, unknown, unknown, unknown, unknown>): Promise<Reply> | Reply;
};

/** Declares a route: who may enter, what is understood and what can be answered. */
export function route<
  D extends Door,
  Params extends z.ZodType = z.ZodType<undefined>,
  Query extends z.ZodType = z.ZodType<undefined>,
  Headers extends z.ZodType = z.ZodType<undefined>,
  Body extends z.ZodType = z.ZodType<undefined>,
>(spec: RouteSpec<D, Params, Query, Headers, Body>): AnyRoute {
  return spec;
}

/** The problems that a route can answer: its own and those of its door, limit and inputs. */
export function problemsOf(spec: AnyRoute): ReadonlySet<ErrorCode> {
  const codes = new Set<ErrorCode>([...spec.problems, 'bad_request', 'internal', 'unavailable']);
  if (spec.door === 'client' || spec.door === 'operator') codes.add('unauthenticated').add('forbidden');
  if (spec.door === 'provider' || spec.door === 'carrier' || spec.params !== undefined) codes.add('not_found');
  if (spec.page === true) codes.add('forbidden');
  if (spec.limit !== 'none') codes.add('rate_limited');
  if (spec.body !== undefined) codes.add('payload_too_large').add('unsupported_media_type').add('invalid_input');
  if (spec.query !== undefined || spec.headers !== undefined) codes.add('invalid_input');
  return codes;
}
