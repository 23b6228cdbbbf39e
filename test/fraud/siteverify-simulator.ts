import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the widget of an app's page would have got for a person. */
export interface Token {
  /** Milliseconds since it was made. */
  readonly ageMs?: number;
  readonly hostname?: string;
  readonly action?: string;
  /** Of reCAPTCHA v3; v2 and Turnstile answer none. */
  readonly score?: number;
}

/** A CAPTCHA's server, as Google and Cloudflare document theirs: the form, the answers, one use, the lifetime. */
export interface SiteverifySimulator {
  readonly url: string;
  /** Forms that came, in order. */
  readonly asked: URLSearchParams[];
  /** Makes a token. */
  issue(token?: Token): string;
  /** What happens instead of an answer, to so many requests. */
  fail(how: 'hang' | 'cut' | 'error' | 'html', times: number): void;
  close(): Promise<void>;
}

/** Turnstile: 300 s. reCAPTCHA: two minutes. */
const LIFETIME_MS = { turnstile: 300_000, recaptcha: 120_000 } as const;

export async function startSiteverify(kind: keyof typeof LIFETIME_MS, secret: string): Promise<SiteverifySimulator> {
  const tokens = new Map<string, Required<Pick<Token, 'ageMs' | 'hostname'>> & Token & { usedWith?: string | null }>();
  const asked: URLSearchParams[] = [];
  const failures: string[] = [];
  let issued = 0;

  function verdictOf(form: URLSearchParams): object {
    const refuse = (...codes: string[]) => ({ success: false, 'error-codes': codes });
    const [given, response, idempotencyKey] = [form.get('secret'), form.get('response'), form.get('idempotency_key')];
    if (given === null || given === '') return refuse('missing-input-secret');
    if (given !== secret) return refuse('invalid-input-secret');
    if (response === null || response === '') return refuse('missing-input-response');
    const token = tokens.get(response);
    if (token === undefined) return refuse('invalid-input-response');
    // Turnstile answers the same again to the same key; without one a second look is a duplicate.
    const repeated = token.usedWith !== undefined && (kind === 'recaptcha' || idempotencyKey === null || token.usedWith !== idempotencyKey);
    if (repeated || token.ageMs > LIFETIME_MS[kind]) return refuse('timeout-or-duplicate');
    token.usedWith = idempotencyKey;
    const { hostname, action, score, ageMs } = token;
    return {
      success: true,
      challenge_ts: new Date(Date.now() - ageMs).toISOString(),
      hostname,
      ...(kind === 'turnstile' ? { 'error-codes': [], action: action ?? '', cdata: '' } : {}),
      ...(kind === 'recaptcha' && score !== undefined ? { score, action: action ?? '' } : {}),
    };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    asked.push(form);
    const failure = failures.shift();
    if (failure === 'hang') return;
    if (failure === 'error') return void response.writeHead(503).end();
    if (failure === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>come back later</html>');
    const wellFormed = request.method === 'POST' && request.headers['content-type'] === 'application/x-www-form-urlencoded';
    const verdict = wellFormed ? verdictOf(form) : { success: false, 'error-codes': ['bad-request'] };
    // Judged, and the answer lost on its way.
    if (failure === 'cut') return void request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(verdict));
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/siteverify`,
    asked,
    issue(token = {}) {
      issued += 1;
      const name = `token-${issued}`;
      tokens.set(name, { ageMs: 1_000, hostname: 'app.example', ...token });
      return name;
    },
    fail: (how, times) => void failures.push(...Array.from({ length: times }, () => how)),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
