import { performance } from 'node:perf_hooks';
import { activationWorkflowId } from '../domain/names.js';
import type { HttpClient } from '../http/client.js';
import { HttpError } from '../http/http-error.js';
import type { Traces } from '../observability/traces.js';
import type { Log } from '../rent/deps.js';

/**
 * The HTTP client as one account uses it, with a line in the log for each call about one activation: provider, outcome, how long it
 * took; never the address, which holds the key. The calls of watchers are for everybody and are only measured.
 */
export function loggedHttp(http: HttpClient, provider: string, log: Pick<Log, 'info'>, traces: Traces): HttpClient {
  const isAboutOne = () => traces.current()?.workflowId?.startsWith(activationWorkflowId('')) === true;
  return {
    ...http,
    async request(request) {
      if (!isAboutOne()) return http.request(request);
      const start = performance.now();
      const ended = (outcome: string) =>
        log.info({ provider, outcome, ms: Math.round(performance.now() - start) }, 'a provider was called');
      try {
        const reply = await http.request(request);
        ended(String(reply.status));
        return reply;
      } catch (error) {
        ended(error instanceof HttpError ? `${error.kind} (${error.reason})` : 'failed');
        throw error;
      }
    },
  };
}
