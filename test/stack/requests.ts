import type { RunningSimulator } from '../../src/main/simulators.js';

/** A request to the API of a stack or a cluster; `json` becomes the body. */
export interface StackRequest {
  readonly method?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another key than the client's; null for none. */
  readonly key?: string | null;
  readonly signal?: AbortSignal;
}

/** Sends a request, with the client's key unless it says otherwise. */
export function send(address: string, clientKey: string, request: StackRequest = {}): Promise<Response> {
  const key = request.key === undefined ? clientKey : request.key;
  const body = request.json === undefined ? undefined : JSON.stringify(request.json);
  return fetch(address, {
    method: request.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(body === undefined ? {} : { body }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
}

/** Asks the control endpoint of one of these simulators. @throws Error with what it answered, if it refused */
export async function askSimulator(
  simulators: ReadonlyMap<string, Pick<RunningSimulator, 'control'>>,
  provider: string,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const simulator = simulators.get(provider);
  if (simulator === undefined) throw new Error(`there is no simulator of ${provider}`);
  const response = await fetch(`${simulator.control}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${provider} refused ${method} ${path}: ${text}`);
  return text === '' ? null : (JSON.parse(text) as unknown);
}
