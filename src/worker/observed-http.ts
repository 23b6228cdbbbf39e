import { performance } from 'node:perf_hooks';
import type { HttpClient } from '../http/client.js';
import { HttpError } from '../http/http-error.js';

/** How one call ended: with a status, or with an error. */
export type CallEnd = { readonly status: number; readonly error: null } | { readonly status: null; readonly error: HttpError | null };

/** The HTTP client, with whoever wants to know told of each call's end and of how many seconds it took. */
export function observedHttp(http: HttpClient, ended: (end: CallEnd, seconds: number) => void): HttpClient {
  return {
    ...http,
    async request(request) {
      const start = performance.now();
      const seconds = () => (performance.now() - start) / 1_000;
      try {
        const reply = await http.request(request);
        ended({ status: reply.status, error: null }, seconds());
        return reply;
      } catch (error) {
        ended({ status: null, error: error instanceof HttpError ? error : null }, seconds());
        throw error;
      }
    },
  };
}
