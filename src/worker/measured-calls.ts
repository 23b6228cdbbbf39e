import { performance } from 'node:perf_hooks';
import type { HttpClient } from '../http/client.js';
import { HttpError } from '../http/http-error.js';
import type { Metrics } from '../observability/metrics.js';
import type { RequestGate } from '../providers/gate.js';

/** What is measured of the calls to providers. */
export type ProviderMetrics = Pick<Metrics, 'providerCallAdmitted' | 'providerCallEnded'>;

const secondsSince = (start: number) => (performance.now() - start) / 1_000;

/** The account's gate, with how long each call waited for its token. */
export function measuredGate(gate: RequestGate, provider: string, metrics: ProviderMetrics): RequestGate {
  return async (request) => {
    const start = performance.now();
    await gate(request);
    metrics.providerCallAdmitted({ provider, priority: request.priority, waitedSeconds: secondsSince(start) });
  };
}

/** The HTTP client as one account uses it, with how long its calls took and how they ended. */
export function measuredHttp(http: HttpClient, provider: string, metrics: ProviderMetrics): HttpClient {
  return {
    ...http,
    async request(request) {
      const start = performance.now();
      const ended = (outcome: string) => metrics.providerCallEnded({ provider, outcome, seconds: secondsSince(start) });
      try {
        const reply = await http.request(request);
        ended(String(reply.status));
        return reply;
      } catch (error) {
        ended(error instanceof HttpError && error.kind === 'not_sent' ? 'not_sent' : 'no_reply');
        throw error;
      }
    },
  };
}
