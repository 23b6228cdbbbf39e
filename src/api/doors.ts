import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Sql } from '../db/database.js';
import { findKey, KEY_PATTERN, type KeyRole } from '../db/keys.js';
import { findSession } from '../db/operator-sessions.js';
import { DomainError } from '../domain/errors.js';
import type { Caller, Door, KeyCaller } from './route.js';
import { isFromOwnPage, sessionToken } from './session.js';

/** What a door looks at. */
export interface Knock {
  readonly request: IncomingMessage;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Whether a browser's session opens the route, and for the pages of which other origins it may be used. */
  readonly session?: { readonly origins: ReadonlySet<string> };
}

/** Lets a caller in or throws the problem that it is answered with. */
export type DoorKeeper = (knock: Knock) => Promise<Caller>;

/** What the doors need. */
export interface DoorDeps {
  readonly database: Sql;
  readonly clock: () => Date;
  readonly hookTokens: ReadonlyMap<string, string>;
  readonly carrierTokens: ReadonlyMap<string, string>;
}

/** One keeper for each door. */
export function createDoors(deps: DoorDeps): Readonly<Record<Door, DoorKeeper>> {
  return {
    public: () => Promise.resolve(null),
    client: (knock) => byKey(deps, knock, 'client'),
    operator: async (knock) => (await bySession(deps, knock)) ?? byKey(deps, knock, 'operator'),
    provider: (knock) => Promise.resolve(byToken(deps.hookTokens, knock.params['provider'], knock.params['token'])),
    carrier: (knock) => Promise.resolve(byToken(deps.carrierTokens, knock.params['carrier'], knock.params['token'])),
  };
}

/** The operator of a browser's session; null if the request shows a key, has no session, or a stranger's page sent it. */
async function bySession(deps: DoorDeps, { request, session }: Knock): Promise<KeyCaller | null> {
  if (session === undefined || request.headers.authorization !== undefined) return null;
  const token = sessionToken(request);
  if (token === null) return null;
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isFromOwnPage(request, session.origins)) {
    throw new DomainError('forbidden', 'A signed-in browser may ask for this only from a page of this server.');
  }
  return findSession(deps.database, token, deps.clock());
}

async function byKey(deps: DoorDeps, knock: Knock, role: KeyRole): Promise<KeyCaller> {
  const match = /^Bearer +([^\s]+) *$/i.exec(knock.request.headers.authorization ?? '');
  const key = match?.[1];
  if (key === undefined) throw new DomainError('unauthenticated', 'Send your API key as "Authorization: Bearer <key>".');
  const known = KEY_PATTERN.test(key) ? await findKey(deps.database, key, deps.clock()) : null;
  if (known === null) throw new DomainError('unauthenticated', 'This API key is not known here, or was revoked.');
  if (known.suspended) throw new DomainError('forbidden', 'This account is suspended.');
  if (known.role !== role) throw new DomainError('forbidden', `This needs a key of role ${role}; yours is of role ${known.role}.`);
  return { accountId: known.accountId, keyId: known.keyId };
}

function byToken(tokens: ReadonlyMap<string, string>, id: string | undefined, token: string | undefined): { readonly id: string } {
  const expected = tokens.get(id ?? '');
  // Hashed first, so that both have one length and an unknown id takes as long as a wrong token.
  const same = timingSafeEqual(digest(expected ?? ''), digest(token ?? ''));
  if (id === undefined || expected === undefined || expected === '' || !same) {
    throw new DomainError('not_found', 'There is nothing at this address.');
  }
  return { id };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
