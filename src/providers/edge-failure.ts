import { retryAfterMs } from './provider-time.js';
import type { ProviderReply } from './caller.js';

/** What a status code and an edge's page say by themselves, before anything of the provider's protocol is read. */
export type EdgeFailure =
  | { readonly kind: 'bad_key' }
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number | undefined }
  /** Surely turned away before the provider's program saw it. */
  | { readonly kind: 'turned_away'; readonly retryAfterMs: number | undefined }
  /** Something broke, and how far the request came is not known. */
  | { readonly kind: 'broken' };

/** Cloudflare's pages: 1010 refuses the client's name, 1015 and 1020 its rate; HeroSMS keeps the latter up for 10 s (provider notes 3.3). */
const CLOUDFLARE = /error(?:\s+code)?:?\s*(?:<[^>]*>\s*)*(10\d\d)\b/iu;
const HERO_BLOCK_MS = 10_000;

/**
 * Reads what needs no protocol. Null if the body has to be read to know more.
 *
 * 503 is the one status that means both "too fast" (5SIM, HeroSMS) and "something broke": without a body, with a
 * Retry-After, or with a text about limits it is the former; the standard pages of nginx, Apache and HAProxy say that no
 * program was reached; everything else (Envoy's and Varnish's 503 come after a broken reply) is broken.
 */
export function edgeFailureOf(reply: ProviderReply): EdgeFailure | null {
  const { status, bodyText } = reply;
  const wait = retryAfterMs(reply.headers['retry-after'], reply.dateHeaderMs);
  const cloudflare = CLOUDFLARE.exec(bodyText.slice(0, 8_000))?.[1];
  if (status === 429) return { kind: 'rate_limited', retryAfterMs: wait };
  if ((status === 403 || status === 400) && cloudflare !== undefined) {
    if (cloudflare === '1015' || cloudflare === '1020') return { kind: 'rate_limited', retryAfterMs: wait ?? HERO_BLOCK_MS };
    return { kind: 'turned_away', retryAfterMs: wait };
  }
  if (status === 503) {
    if (/upstream|backend|reset|guru meditation/iu.test(bodyText)) return { kind: 'broken' };
    if (bodyText.trim() === '' || wait !== undefined || /\blimit|too many/iu.test(bodyText))
      return { kind: 'rate_limited', retryAfterMs: wait };
    if (/service (?:temporarily )?unavailable|no server is available/iu.test(bodyText)) return { kind: 'turned_away', retryAfterMs: wait };
    return { kind: 'broken' };
  }
  // 521 and 523: Cloudflare could not connect to the provider at all. 520, 522 and 524 come after it could.
  if (status === 521 || status === 523) return { kind: 'turned_away', retryAfterMs: wait };
  if (status >= 500) return { kind: 'broken' };
  if (status === 401) return { kind: 'bad_key' };
  return null;
}
