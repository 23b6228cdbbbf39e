/** A simulator's control endpoints, for tests. */
export interface ControlClient {
  books(): Promise<Books>;
  trap(name: string, options?: Record<string, unknown>): Promise<void>;
  untrap(name?: string): Promise<void>;
  settings(patch: Record<string, unknown>): Promise<void>;
  post(path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  requests(): Promise<{ total: number; byAction: Record<string, number>; hooks: Record<string, number> }>;
}

export interface ShownOrder {
  readonly id: string;
  readonly service: string;
  readonly country: string;
  readonly phone: string;
  readonly price: string;
  readonly charged: string;
  readonly status: string;
  readonly foreign: boolean;
  readonly refund: string;
  readonly sms: readonly { readonly code: string; readonly text: string }[];
}

export interface Books {
  readonly balance: string;
  readonly currency: string;
  readonly orders: readonly ShownOrder[];
  readonly movements: readonly {
    readonly kind: string;
    readonly amount: string;
    readonly orderId: string | null;
    readonly balanceAfter: string;
  }[];
}

export function controlClient(base: string): ControlClient {
  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${base}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const must = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const reply = await call(method, path, body);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  return {
    books: async () => (await must('GET', '/books')) as unknown as Books,
    trap: async (name, options = {}) => void (await must('POST', '/traps', { name, ...options })),
    untrap: async (name) => void (await must('DELETE', name === undefined ? '/traps' : `/traps/${name}`)),
    settings: async (patch) => void (await must('PUT', '/settings', patch)),
    post: async (path, body) => call('POST', path, body),
    requests: async () => (await must('GET', '/requests')) as never,
  };
}

/** Polls until `probe` gives something else than null; a test that waits for nothing fails here. */
export async function until<T>(probe: () => Promise<T | null>, withinMs = 5_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error('it did not come in time');
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
