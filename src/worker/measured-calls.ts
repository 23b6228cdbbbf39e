import { performance } from 'node:perf_hooks';
import type { HttpClient } from '../http/client.js';
import type { Metrics } from '../observability/metrics.js';
import type { RequestGate } from '../providers/gate.js';
import { observedHttp } from './observed-http.js';

/** What is measured of the calls to providers. */
export type ProviderMetrics = Pick<Metrics, 'providerCallAdmitted' | 'providerCallEnded'>;

/** The account's gate, with how long each call waited for its token. */
export function measuredGate(gate: RequestGate, provider: string, metrics: ProviderMetrics): RequestGate {
  return async (request) => {
    const start = performance.now();
    await gate(request);
    metrics.providerCallAdmitted({ provider, priority: request.priority, waitedSeconds: (performance.now() - start) / 1_000 });
  };
}

/** The HTTP client as one account uses it, with how long its calls took and how they ended. */
export function measuredHttp(http: HttpClient, provider: string, metrics: ProviderMetrics): HttpClient {
  return observedHttp(http, ({ status, error }, seconds) => {
    const outcome = status === null ? (error?.kind === 'not_sent' ? 'not_sent' : 'no_reply') : String(status);
    metrics.providerCallEnded({ provider, outcome, seconds });
  });
}
