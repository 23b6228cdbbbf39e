import type { Clock } from '../../http/client.js';
import type { CallScope, Caller, Exchange, ProviderReply, ProviderRequest } from '../caller.js';
import { edgeFailureOf } from '../edge-failure.js';
import { ProviderError } from '../provider-error.js';
import type { ProviderErrorCode } from '../provider-error.js';

/** A request of 5SIM's API v1; `path` begins with a slash and follows the base that ends in `/v1`. */
export interface Endpoint {
  readonly operation: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly maxBytes?: number;
  readonly replyShare?: number;
}

/** A reply of 5SIM: JSON on success, plain words otherwise (provider notes 1.1). */
export interface Answer {
  readonly http: ProviderReply;
  /** Undefined if the body is no JSON object or list. */
  readonly json: unknown;
  /** The body in lower case, if it is plain words; null for JSON, HTML and nothing. */
  readonly words: string | null;
}

/** One account at 5SIM. */
export interface Session {
  readonly caller: Caller;
  readonly clock: Clock;
  exchange(endpoint: Endpoint, scope: CallScope): Promise<Exchange>;
  /** @throws ProviderError for what no endpoint could mean: no reply, edges, a bad key, a cut or foreign body. */
  ask(endpoint: Endpoint, scope: CallScope): Promise<Answer>;
  error(operation: string, answer: Answer, code?: ProviderErrorCode): ProviderError;
}

/** Separates JSON from words by the body alone: "no free phones" comes with 200, and gateways answer in HTML. */
export function readAnswer(http: ProviderReply): Answer {
  const text = http.bodyText.replace(/^\uFEFF/u, '').trim();
  if (/^[[{]/u.test(text)) {
    try {
      return { http, json: JSON.parse(text) as unknown, words: null };
    } catch {
      return { http, json: undefined, words: null };
    }
  }
  const words = text === '' || text.startsWith('<') || text.length > 200 ? null : text.replaceAll(/^"|"$/gu, '').toLowerCase();
  return { http, json: undefined, words };
}

/** @see Session */
export function createSession(options: {
  readonly caller: Caller;
  readonly clock: Clock;
  readonly baseUrl: string;
  readonly apiKey: string;
}): Session {
  const { caller, clock } = options;
  const base = options.baseUrl.replace(/\/+$/u, '');

  const request = (endpoint: Endpoint): ProviderRequest => {
    const url = new URL(base + endpoint.path);
    for (const [name, value] of Object.entries(endpoint.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    // Guest endpoints need no key, so they get none.
    const key = endpoint.path.startsWith('/guest/') ? {} : { authorization: `Bearer ${options.apiKey}` };
    return {
      operation: endpoint.operation,
      url: url.href,
      headers: { accept: 'application/json', ...key },
      ...(endpoint.maxBytes === undefined ? {} : { maxBytes: endpoint.maxBytes }),
      ...(endpoint.replyShare === undefined ? {} : { replyShare: endpoint.replyShare }),
    };
  };
  const fault = (operation: string, code: ProviderErrorCode, http: ProviderReply, retryAfterMs?: number): ProviderError =>
    new ProviderError({ provider: caller.provider, code, operation, raw: http.raw, retryAfterMs });

  return {
    caller,
    clock,
    exchange: (endpoint, scope) => caller.exchange(request(endpoint), scope),
    async ask(endpoint, scope) {
      const http = await caller.ask(request(endpoint), scope);
      const edge = edgeFailureOf(http);
      if (edge?.kind === 'bad_key') throw fault(endpoint.operation, 'bad_key', http);
      if (edge?.kind === 'rate_limited') throw fault(endpoint.operation, 'rate_limited', http, edge.retryAfterMs);
      if (edge !== null) throw fault(endpoint.operation, 'server_error', http);
      const answer = readAnswer(http);
      if (http.status >= 300 && http.status < 400) throw fault(endpoint.operation, 'unsupported', http);
      if (answer.json === undefined && answer.words === null) throw fault(endpoint.operation, 'unreadable', http);
      return answer;
    },
    error(operation, answer, code) {
      const guessed = answer.http.status >= 400 && answer.words !== null ? 'rejected' : 'unreadable';
      const known = answer.words === 'order not found' ? 'unknown_order' : guessed;
      return fault(operation, code ?? known, answer.http);
    },
  };
}
