import type { CallScope, Caller, Exchange, ProviderReply } from '../caller.js';
import { edgeFailureOf } from '../edge-failure.js';
import { ProviderError } from '../provider-error.js';
import type { ProviderErrorCode } from '../provider-error.js';
import type { Clock } from '../../http/client.js';
import { failureOf } from './failure.js';
import type { HandlerFailure } from './failure.js';
import { errorCodeOf, errorCodeOfEdge, waitOf } from './failure-meaning.js';
import { readForm } from './reply.js';
import type { HandlerReply } from './reply.js';

/** What is known of a server beyond its address. `auto` learns everything from the replies. */
export type HandlerDialect = 'auto' | 'herosms' | 'classic' | 'hybrid';

/** What was learned from replies; it only ever saves requests that the server would refuse. */
export interface Knowledge {
  /** Whether getNumberV2 exists. */
  numberV2: boolean | null;
  /** Whether getHistory exists. */
  history: boolean | null;
  /** Whether getAllSms exists. */
  allSms: boolean | null;
  /** Whether getStatusV2 exists. */
  statusV2: boolean | null;
  /** By how many milliseconds the server's clock is ahead of ours, as its last Date header said. */
  aheadMs: number;
}

export interface Action {
  readonly operation: string;
  readonly action: string;
  readonly params?: Readonly<Record<string, string | number | undefined>>;
  readonly maxBytes?: number;
  readonly replyShare?: number;
}

/** One account at one handler_api.php: builds its requests and reads the form of its replies. */
export interface Session {
  readonly caller: Caller;
  readonly clock: Clock;
  readonly currency: string;
  readonly cancelStatus: 8 | -1;
  readonly minCancelAgeMs: number;
  readonly knowledge: Knowledge;
  exchange(action: Action, scope: CallScope): Promise<Exchange>;
  /** A reply that may word an error. @throws ProviderError for what no action could mean: no reply, edges, a bad key. */
  ask(action: Action, scope: CallScope): Promise<Answer>;
  /** The error to throw for a failure that an action has no outcome for. */
  error(operation: string, answer: Answer): ProviderError;
}

/** A reply with the error that it words, if it words one. */
export interface Answer {
  readonly reply: HandlerReply;
  readonly failure: HandlerFailure | null;
}

export interface SessionOptions {
  readonly caller: Caller;
  readonly clock: Clock;
  /** Full URL of handler_api.php; parameters that it already has are kept. */
  readonly url: string;
  readonly apiKey: string;
  readonly method: 'GET' | 'POST';
  readonly currency: string;
  readonly cancelStatus: 8 | -1;
  readonly minCancelAgeMs: number;
  readonly knowledge: Knowledge;
}

/** @see Session */
export function createSession(options: SessionOptions): Session {
  const { caller, apiKey, method } = options;

  const request = (action: Action): Parameters<Caller['exchange']>[0] => {
    const url = new URL(options.url);
    const params = new URLSearchParams({ api_key: apiKey, action: action.action });
    for (const [name, value] of Object.entries(action.params ?? {})) if (value !== undefined) params.set(name, String(value));
    if (method === 'GET') for (const [name, value] of params) url.searchParams.set(name, value);
    return {
      operation: action.operation,
      url: url.href,
      method,
      // Some servers answer JSON only to clients that ask for it; all answer tokens whatever is asked for.
      headers: {
        accept: 'application/json, text/plain, */*',
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      ...(method === 'POST' ? { body: params.toString() } : {}),
      ...(action.maxBytes === undefined ? {} : { maxBytes: action.maxBytes }),
      ...(action.replyShare === undefined ? {} : { replyShare: action.replyShare }),
    };
  };

  const fault = (operation: string, code: ProviderErrorCode, http: ProviderReply, retryAfterMs?: number): ProviderError =>
    new ProviderError({ provider: caller.provider, code, operation, raw: http.raw, retryAfterMs });

  return {
    caller,
    clock: options.clock,
    currency: options.currency,
    cancelStatus: options.cancelStatus,
    minCancelAgeMs: options.minCancelAgeMs,
    knowledge: options.knowledge,
    exchange: (action, scope) => caller.exchange(request(action), scope),
    async ask(action, scope) {
      const http = await caller.ask(request(action), scope);
      if (http.dateHeaderMs !== null) options.knowledge.aheadMs = http.dateHeaderMs - options.clock.now();
      const reply = readForm(http);
      const failure = failureOf(reply);
      // An edge speaks in HTML, plain words or nothing; a failure that is worded as a token or an envelope says more.
      const worded = failure !== null && (reply.form === 'token' || reply.form === 'json');
      const edge = worded && http.status < 500 ? null : edgeFailureOf(http);
      if (edge !== null) throw fault(action.operation, errorCodeOfEdge(edge), http, 'retryAfterMs' in edge ? edge.retryAfterMs : undefined);
      if (reply.form === 'unreadable') throw fault(action.operation, 'unreadable', http);
      const answer = { reply, failure };
      if (failure !== null && ['bad_key', 'rate_limited', 'banned', 'account_inactive'].includes(errorCodeOf(failure))) {
        throw this.error(action.operation, answer);
      }
      return answer;
    },
    error(operation, { reply, failure }) {
      if (failure === null) return fault(operation, 'unreadable', reply.http);
      return fault(operation, errorCodeOf(failure), reply.http, waitOf(failure, reply.http));
    },
  };
}
