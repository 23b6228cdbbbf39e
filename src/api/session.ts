import type { IncomingMessage } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import { SESSION_MS } from '../db/operator-sessions.js';

/** The cookie of an operator who signed in with a browser. */
export const SESSION_COOKIE = 'watchword_operator';

/** The token of the request's session cookie; null if it has none. */
export function sessionToken(request: IncomingMessage): string | null {
  const token = parseCookie(request.headers.cookie ?? '')[SESSION_COOKIE];
  return token === undefined || !/^[A-Za-z0-9_-]{43}$/.test(token) ? null : token;
}

/** The `Set-Cookie` that keeps a session in the browser; a null token takes it away. `secure` wherever the site is HTTPS. */
export function sessionCookie(token: string | null, secure: boolean): string {
  return stringifySetCookie(SESSION_COOKIE, token ?? '', {
    httpOnly: true,
    sameSite: 'strict',
    secure,
    path: '/',
    maxAge: token === null ? 0 : SESSION_MS / 1_000,
  });
}

/** Takes our session out of the headers of a request that is passed on: whoever answers it has no use for it. */
export function withoutSession(request: IncomingMessage): void {
  const rest = (request.headers.cookie ?? '').split(';').filter((pair) => pair.split('=')[0]?.trim() !== SESSION_COOKIE);
  if (rest.join('').trim() === '') delete request.headers.cookie;
  else request.headers.cookie = rest.join(';').trim();
}

/**
 * Whether a browser's request comes from a page of our own, or of one of the origins given (`https://ui.example.com`).
 * A cookie says who the browser's user is, not who wrote the page; a page of another site must not act with it.
 */
export function isFromOwnPage(request: IncomingMessage, origins: ReadonlySet<string> = new Set()): boolean {
  if (request.headers['sec-fetch-site'] === 'same-origin') return true;
  const { origin, host } = request.headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return origins.has(origin) || new URL(origin).host === host;
}

/** Where a browser that is not signed in is sent, and back to `next` from there. */
export function signInPath(next: string): string {
  return `/operator/sign-in?next=${encodeURIComponent(next)}`;
}
