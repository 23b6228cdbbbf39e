/** What came over the wire, as raw as it matters. */
export interface Wire {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
  readonly headers: Headers;
}

/** Asks without following redirects. */
export async function ask(url: string, init: RequestInit = {}): Promise<Wire> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text(), headers: response.headers };
}
