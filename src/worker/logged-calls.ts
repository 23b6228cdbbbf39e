import { activationWorkflowId } from '../domain/names.js';
import type { HttpClient } from '../http/client.js';
import type { Traces } from '../observability/traces.js';
import type { Log } from '../domain/log.js';
import { observedHttp } from './observed-http.js';

/**
 * The HTTP client as one account uses it, with a line in the log for each call about one activation: provider, outcome, how long it
 * took; never the address, which holds the key. The calls of watchers are for everybody and are only measured.
 */
export function loggedHttp(http: HttpClient, provider: string, log: Pick<Log, 'info'>, traces: Traces): HttpClient {
  const isAboutOne = () => traces.current()?.workflowId?.startsWith(activationWorkflowId('')) === true;
  return observedHttp(http, ({ status, error }, seconds) => {
    if (!isAboutOne()) return;
    const outcome = error !== null ? `${error.kind} (${error.reason})` : String(status ?? 'failed');
    log.info({ provider, outcome, ms: Math.round(seconds * 1_000) }, 'a provider was called');
  });
}
