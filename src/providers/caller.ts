import type { Clock, HttpClient, HttpReply } from '../http/client.js';
import { HttpError } from '../http/http-error.js';
import type { RequestGate } from './gate.js';
import { ProviderError } from './provider-error.js';
import type { CallContext } from './provider.js';
import { keepableText } from './raw-text.js';

/** Milliseconds given to a call that names none. */
export const DEFAULT_TIMEOUT_MS = 12_000;

/** A call with its deadline: all requests of one call share it, so that a call never outlasts what its caller allowed. */
export interface CallScope {
  readonly call: CallContext;
  readonly timeoutMs: number;
  /** Milliseconds since the epoch, by the adapter's clock. */
  readonly deadline: number;
}

export interface ProviderRequest {
  /** What the call is, in words for an error message. */
  readonly operation: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxBytes?: number;
  /** Share of the call's time that must be left for the reply when the request is sent, 0 to 1; 0 unless told. */
  readonly replyShare?: number;
}

/** A whole reply; `raw` is its text as it may be kept. */
export interface ProviderReply extends HttpReply {
  readonly raw: string;
}

/** What became of a request, for callers to whom the difference between not sent and not answered is money. */
export type Exchange =
  | { readonly kind: 'reply'; readonly reply: ProviderReply }
  /** Surely nothing happened. `late`: there was no time left to send it. */
  | { readonly kind: 'not_sent'; readonly late: boolean; readonly reason: string; readonly cause: unknown }
  | { readonly kind: 'no_reply'; readonly reason: string; readonly cause: unknown };

/** Sends a provider account's requests, each through the account's gate. */
export interface Caller {
  readonly provider: string;
  scope(call: CallContext): CallScope;
  /** Never throws. */
  exchange(request: ProviderRequest, scope: CallScope): Promise<Exchange>;
  /** @throws ProviderError `not_sent` or `no_reply`. */
  ask(request: ProviderRequest, scope: CallScope): Promise<ProviderReply>;
  /** A text of this provider as it may be kept. */
  keepable(text: string): string;
}

export interface CallerOptions {
  readonly provider: string;
  readonly http: HttpClient;
  readonly gate: RequestGate;
  readonly clock: Clock;
  readonly secrets: readonly string[];
}

/** @see Caller */
export function createCaller(options: CallerOptions): Caller {
  const { provider, http, gate, clock, secrets } = options;

  const exchange: Caller['exchange'] = async (request, scope) => {
    const sendBy = scope.deadline - scope.timeoutMs * (request.replyShare ?? 0);
    const late = (): boolean => clock.now() >= sendBy;
    const { signal } = scope.call;
    const waiting = new AbortController();
    const stop = (): void => waiting.abort();
    const timer = setTimeout(stop, Math.max(0, sendBy - clock.now()));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (signal?.aborted === true) return { kind: 'not_sent', late: late(), reason: 'aborted', cause: signal.reason };
      if (late()) return { kind: 'not_sent', late: true, reason: 'late', cause: undefined };
      await gate({ priority: scope.call.priority, signal: waiting.signal });
    } catch (cause) {
      return { kind: 'not_sent', late: late() || (waiting.signal.aborted && signal?.aborted !== true), reason: 'gate', cause };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
    if (late()) return { kind: 'not_sent', late: true, reason: 'late', cause: undefined };
    try {
      const reply = await http.request({
        method: request.method ?? 'GET',
        url: request.url,
        ...(request.headers === undefined ? {} : { headers: request.headers }),
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.maxBytes === undefined ? {} : { maxBytes: request.maxBytes }),
        ...(signal === undefined ? {} : { signal }),
        // No longer than allowed, also when the clock was put back meanwhile.
        timeoutMs: Math.min(scope.timeoutMs, scope.deadline - clock.now()),
      });
      return { kind: 'reply', reply: { ...reply, raw: keepableText(reply.bodyText, secrets) } };
    } catch (cause) {
      if (cause instanceof HttpError && cause.kind === 'not_sent') {
        return { kind: 'not_sent', late: cause.reason === 'timeout', reason: cause.reason, cause };
      }
      // Whatever else is thrown is a mistake of ours after which nobody knows what was sent.
      return { kind: 'no_reply', reason: cause instanceof HttpError ? cause.reason : 'unknown', cause };
    }
  };

  return {
    provider,
    scope: (call) => {
      const timeoutMs = call.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      return { call, timeoutMs, deadline: clock.now() + timeoutMs };
    },
    exchange,
    ask: async (request, scope) => {
      const result = await exchange(request, scope);
      if (result.kind === 'reply') return result.reply;
      throw new ProviderError({ provider, code: result.kind, operation: request.operation, raw: result.reason, cause: result.cause });
    },
    keepable: (text) => keepableText(text, secrets),
  };
}
