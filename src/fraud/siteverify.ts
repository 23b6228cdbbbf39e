import { z } from 'zod';
import type { CAPTCHA_PROVIDERS } from '../config/fraud.js';
import type { HttpClient, HttpReply } from '../http/client.js';
import { HttpError } from '../http/http-error.js';

/** What a CAPTCHA's own server says of a token. */
export type TokenVerdict =
  | { readonly kind: 'solved'; readonly score: number | null; readonly action: string | null; readonly hostname: string | null }
  /** Not solved, too old, or used before. */
  | { readonly kind: 'refused'; readonly codes: readonly string[] };

/** Asks a CAPTCHA's server. @throws Error where it gives no verdict, our own secret being wrong included */
export type Siteverify = (token: string, address: string | null) => Promise<TokenVerdict>;

/** Documented addresses; both take the same form and answer alike. */
const URLS: Readonly<Record<(typeof CAPTCHA_PROVIDERS)[number], string>> = {
  recaptcha: 'https://www.google.com/recaptcha/api/siteverify',
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
};

const answer = z.object({
  success: z.boolean(),
  score: z.number().optional(),
  action: z.string().optional(),
  hostname: z.string().optional(),
  'error-codes': z.array(z.string()).default([]),
});

/** What speaks of us or of them rather than of the token. */
const OURS = new Set(['missing-input-secret', 'invalid-input-secret', 'bad-request', 'internal-error']);

/** Longer than any token is. */
const MOST_TOKEN = 8_192;

/** @param deps.ids a new UUID */
export function createSiteverify(
  settings: { readonly provider: (typeof CAPTCHA_PROVIDERS)[number]; readonly url?: string | undefined; readonly timeout_ms: number },
  deps: { readonly http: HttpClient; readonly secret: string; readonly ids: () => string },
): Siteverify {
  const url = settings.url ?? URLS[settings.provider];
  const repeatable = settings.provider === 'turnstile';

  async function ask(body: string): Promise<HttpReply> {
    const started = performance.now();
    const send = () =>
      deps.http.request({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body,
        timeoutMs: settings.timeout_ms - (performance.now() - started),
        maxBytes: 65_536,
      });
    try {
      return await send();
    } catch (error) {
      // A token counts once: only Turnstile, which is given a key for it, may be asked again about what it may have counted.
      if (!(error instanceof HttpError) || error.reason === 'timeout' || !(repeatable || error.kind === 'not_sent')) throw error;
      return send();
    }
  }

  return async (token, address) => {
    if (token.length > MOST_TOKEN) return { kind: 'refused', codes: ['too-long'] };
    const form = new URLSearchParams({ secret: deps.secret, response: token });
    if (address !== null) form.set('remoteip', address);
    if (repeatable) form.set('idempotency_key', deps.ids());
    const reply = await ask(form.toString());
    const read = answer.safeParse(jsonOf(reply));
    if (!read.success) throw new Error(`the CAPTCHA's server answered ${reply.status} with something else than a verdict`);
    const { success, score, action, hostname, 'error-codes': codes } = read.data;
    if (success) return { kind: 'solved', score: score ?? null, action: action ?? null, hostname: hostname ?? null };
    const ours = codes.find((code) => OURS.has(code));
    if (ours !== undefined) throw new Error(`the CAPTCHA's server gives no verdict: ${ours}`);
    return { kind: 'refused', codes: codes.slice(0, 5).map((code) => code.slice(0, 60)) };
  };
}

function jsonOf({ bodyText }: HttpReply): unknown {
  try {
    return JSON.parse(bodyText);
  } catch {
    return null;
  }
}
