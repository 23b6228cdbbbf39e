import type { HttpClient } from '../http/client.js';
import { HttpError } from '../http/http-error.js';

/** Says that the API is there at all. */
export const ALIVE_ROUTE = '/healthz';
/** What clients and caches read without a key. */
export const PUBLIC_ROUTES = ['/readyz', '/v1/prices/matrix', '/openapi.json'] as const;

const PROBE_MS = 10_000;
const MOST_BYTES = 64 * 1_048_576;

/** Asks a public route as a client would. @returns null when it answers with 200, else what it did instead. */
export async function probeRoute(http: HttpClient, baseUrl: string, route: string): Promise<string | null> {
  try {
    const { status } = await http.request({ method: 'GET', url: baseUrl + route, timeoutMs: PROBE_MS, maxBytes: MOST_BYTES });
    return status === 200 ? null : `status ${status}`;
  } catch (error) {
    if (error instanceof HttpError) return error.reason;
    throw error;
  }
}
