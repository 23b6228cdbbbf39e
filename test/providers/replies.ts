import type { HttpClient, HttpReply, HttpRequest } from '../../src/http/client.js';
import { HttpError } from '../../src/http/http-error.js';
import { createFiveSimProvider } from '../../src/providers/fivesim/provider.js';
import type { RequestGate } from '../../src/providers/gate.js';
import { createHandlerApiProvider } from '../../src/providers/handler-api/provider.js';
import type { HandlerApiOptions } from '../../src/providers/handler-api/provider.js';
import type { NumberProvider } from '../../src/providers/provider.js';

/** The moment that every canned reply carries in its Date header. */
export const DATE = Date.UTC(2026, 10, 21, 12, 0, 0);
export const NOW = DATE + 90_000;

export interface Canned {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that answers from a list (the last answer repeats) and remembers what was asked. */
export interface CannedHttp extends HttpClient {
  readonly asked: HttpRequest[];
  /** The `action` parameters asked for, in order. */
  actions(): (string | null)[];
}

export function cannedHttp(answer: readonly (Canned | HttpError)[] | ((request: HttpRequest) => Canned | HttpError)): CannedHttp {
  const asked: HttpRequest[] = [];
  return {
    asked,
    actions: () => asked.map((request) => new URL(request.url).searchParams.get('action')),
    request: async (request): Promise<HttpReply> => {
      asked.push(request);
      const given = typeof answer === 'function' ? answer(request) : (answer[asked.length - 1] ?? answer.at(-1)!);
      if (given instanceof HttpError) throw given;
      const headers = { date: new Date(DATE).toUTCString(), ...given.headers };
      return { status: given.status ?? 200, headers, bodyText: given.body ?? '', receivedAt: NOW, dateHeaderMs: DATE };
    },
    close: async () => {},
  };
}

const open: RequestGate = async () => {};
export const fixedClock = { now: (): number => NOW };

export function handler(http: HttpClient, options: Partial<HandlerApiOptions> = {}): NumberProvider {
  return createHandlerApiProvider({
    id: 'h',
    url: 'https://provider.example/stubs/handler_api.php',
    apiKey: 'KEY-KEY-KEY-KEY',
    currency: 'USD',
    http,
    gate: open,
    clock: fixedClock,
    ...options,
  });
}

export function fiveSim(http: HttpClient, gate: RequestGate = open): NumberProvider {
  return createFiveSimProvider({
    id: 'f',
    baseUrl: 'https://provider.example/v1',
    apiKey: 'KEY-KEY-KEY-KEY',
    http,
    gate,
    clock: fixedClock,
  });
}
