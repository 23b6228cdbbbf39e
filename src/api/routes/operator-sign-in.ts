import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Sql } from '../../db/database.js';
import { findKey, KEY_PATTERN } from '../../db/keys.js';
import { endSession, openSession } from '../../db/operator-sessions.js';
import { html, page, PAGE_MEDIA } from '../pages.js';
import { Limited } from '../rate-limit.js';
import { route, type AnyRoute, type Reply } from '../route.js';
import { sessionCookie, sessionToken } from '../session.js';

export interface SignInDeps {
  readonly database: Sql;
  readonly clock: () => Date;
  /** Counts a failed try from an address. @throws Limited once there were too many. */
  readonly countFailure: (address: string) => Promise<void>;
  /** Path of Temporal's Web UI behind this server, with a slash at its end; null where it is not served here. */
  readonly temporalUi: string | null;
}

/** Only paths of our own: whoever follows a link to the sign-in page must not end at somebody else's. */
const nextPath = z
  .string()
  .max(2_000)
  .refine((path) => URL.canParse(path, 'http://here') && new URL(path, 'http://here').origin === 'http://here' && path.startsWith('/'))
  .catch('/operator');

/** Signing in with a browser, for what a browser alone can show: Temporal's Web UI with its payloads decoded. */
export function signInRoutes(deps: SignInDeps): AnyRoute[] {
  const pages = { tag: 'Operator', page: true, problems: [] } as const;
  const asPage = (description: string) => ({ description, media: PAGE_MEDIA });
  return [
    route({
      ...pages,
      method: 'get',
      path: '/operator/sign-in',
      door: 'public',
      limit: 'none',
      summary: 'The form that asks for an operator’s key',
      query: z.looseObject({ next: nextPath.optional() }),
      answers: { 200: asPage('The form.') },
      handle: ({ query }) => form(200, query.next ?? '/operator', null),
    }),
    route({
      ...pages,
      method: 'post',
      path: '/operator/sign-in',
      door: 'public',
      limit: 'none',
      summary: 'Signs in',
      body: z.looseObject({ key: z.string().trim().max(200).catch(''), next: nextPath }),
      answers: {
        303: { description: 'Signed in.' },
        401: asPage('The form again, with what is wrong.'),
        429: asPage('The form again: too many wrong keys came from there.'),
      },
      async handle({ body: { key, next }, request }) {
        const known = KEY_PATTERN.test(key) ? await findKey(deps.database, key, deps.clock()) : null;
        if (known?.role === 'operator' && !known.suspended) {
          const token = await openSession(deps.database, known.keyId, deps.clock());
          return { status: 303, headers: { Location: next, 'Set-Cookie': sessionCookie(token, isSecure(request)) } };
        }
        try {
          await deps.countFailure(request.socket.remoteAddress ?? '');
        } catch (error) {
          if (error instanceof Limited) return form(429, next, 'Too many wrong keys came from your address; wait a minute.', error.headers);
          throw error;
        }
        const wrong =
          known === null
            ? 'This key is not known here, or was revoked.'
            : 'This is not the key of an operator, or its account is suspended.';
        return form(401, next, wrong);
      },
    }),
    route({
      ...pages,
      method: 'get',
      path: '/operator',
      door: 'operator',
      session: true,
      limit: 'read',
      summary: 'What a signed-in operator can open',
      answers: { 200: asPage('The page.') },
      handle: () => desk(deps.temporalUi),
    }),
    route({
      ...pages,
      method: 'post',
      path: '/operator/sign-out',
      door: 'public',
      limit: 'none',
      summary: 'Signs out',
      body: z.looseObject({}),
      bodyRequired: false,
      answers: { 303: { description: 'Signed out.' } },
      async handle({ request }) {
        const token = sessionToken(request);
        if (token !== null) await endSession(deps.database, token);
        return { status: 303, headers: { Location: '/operator/sign-in', 'Set-Cookie': sessionCookie(null, isSecure(request)) } };
      },
    }),
  ];
}

/** Whether the browser came over HTTPS, as the proxy before us says; a cookie marked secure is lost over plain HTTP. */
function isSecure(request: IncomingMessage): boolean {
  return request.headers['x-forwarded-proto'] === 'https' || (request.headers.origin?.startsWith('https://') ?? false);
}

function form(status: number, next: string, wrong: string | null, headers: Readonly<Record<string, string>> = {}): Reply {
  return page(
    status,
    'Sign in',
    html`<h1>watchword · operator</h1>
      ${wrong === null ? '' : html`<p class="wrong" role="alert">${wrong}</p>`}
      <form method="post" action="/operator/sign-in">
        <input type="hidden" name="next" value="${next}" />
        <label for="key">Operator key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required autofocus />
        <button>Sign in</button>
      </form>
      <p><small>Signing in opens Temporal’s Web UI with numbers and codes readable, for twelve hours, in this browser.</small></p>`,
    headers,
  );
}

function desk(temporalUi: string | null): Reply {
  const workflows =
    temporalUi === null
      ? html`<li>Temporal’s Web UI is not served here: set <code>WATCHWORD_TEMPORAL_UI_URL</code>.</li>`
      : html`<li><a href="${temporalUi}">Workflows</a>, in Temporal’s Web UI, decoded for you</li>`;
  return page(
    200,
    'Operator',
    html`<h1>watchword · operator</h1>
      <ul>
        ${workflows}
        <li><a href="/readyz">Readiness</a></li>
        <li><a href="/openapi.json">The API, described</a></li>
      </ul>
      <form method="post" action="/operator/sign-out"><button class="plain">Sign out</button></form>`,
  );
}
