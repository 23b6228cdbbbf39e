import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createApi, type Api } from '../../src/api/app.js';
import type { ApiDeps, ApiSettings } from '../../src/api/deps.js';
import type { Database } from '../../src/db/database.js';
import { ensureKey, generateKey } from '../../src/db/keys.js';
import type { ActivationStatus } from '../../src/domain/activation.js';
import { CHANGE_CHANNEL } from '../../src/domain/names.js';
import { posterior } from '../../src/domain/scoring.js';
import { grant } from '../../src/ledger/credit.js';
import { createKeyring, places, type Keyring } from '../../src/sealing/keyring.js';
import { freshDatabase } from './fresh-database.js';
import { scriptedCommands, type ScriptedCommands } from './scripted-commands.js';

/** A client of the API with a key of its own. */
export interface TestClient {
  readonly accountId: string;
  readonly key: string;
  /** A request with this client's key; `json` becomes the body. */
  fetch(path: string, options?: FetchOptions): Promise<Response>;
}

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** A served API over a database of its own, with commands that the test scripts. */
export interface World {
  readonly url: string;
  readonly api: Api;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly keyring: Keyring;
  readonly commands: ScriptedCommands;
  /** Lines that were logged, as JSON text. */
  readonly logged: string[];
  /** A request without a key. */
  fetch(path: string, options?: FetchOptions): Promise<Response>;
  client(credit?: bigint): Promise<TestClient>;
  operator(): Promise<TestClient>;
  /** Writes an activation as the workflow would. */
  putActivation(accountId: string, row?: Partial<ActivationFixture>): Promise<string>;
  setStatus(id: string, status: ActivationStatus): Promise<void>;
  /** Writes an SMS; revealed unless told otherwise. */
  putMessage(accountId: string, activationId: string, sms: { code: string; text: string; revealed?: boolean }): Promise<string>;
  announce(activationId: string): Promise<void>;
  close(): Promise<void>;
}

export interface ActivationFixture {
  readonly id: string;
  readonly requestHash: string;
  readonly service: string;
  readonly country: string;
  readonly status: ActivationStatus;
  readonly failureCode: string | null;
  readonly phone: string | null;
  readonly price: bigint | null;
  readonly createdAt: Date;
  readonly metadata: object;
}

export const HOOK_TOKEN = 'hook-token-of-herosms-0123456789';

export interface WorldOptions {
  readonly settings?: Partial<ApiSettings>;
  readonly deps?: Partial<ApiDeps>;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const fresh = await freshDatabase();
  const { database } = fresh;
  const keyring = createKeyring([{ id: 'test', key: randomBytes(32) }]);
  const commands = scriptedCommands();
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const api = await createApi({
    database,
    keyring,
    commands,
    clock: () => new Date(),
    ids: randomUUID,
    log,
    readHook: readTestHook,
    readiness: [],
    posterior: (counts) => posterior(counts).mean,
    settings: {
      currency: 'USD',
      markupFor: () => ({ basisPoints: 2_500, fixed: 0n }),
      denied: { services: new Set(['denied']), countries: new Set(['KP']) },
      hookTokens: new Map([['herosms', HOOK_TOKEN]]),
      services: [
        { slug: 'telegram', title: 'Telegram' },
        { slug: 'whatsapp', title: 'WhatsApp' },
        { slug: 'denied', title: 'Denied' },
      ],
      countries: [
        { code: 'ID', name: 'Indonesia' },
        { code: 'KP', name: 'North Korea' },
        { code: 'UA', name: 'Ukraine' },
      ],
      startWaitMs: 2_000,
      strictAnswers: true,
      ...options.settings,
    },
    ...options.deps,
  });
  const server = createServer(api.handler);
  server.on('clientError', api.onClientError);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const send = (path: string, key: string | null, given: FetchOptions = {}) => {
    const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
    if (given.json !== undefined) headers['content-type'] = 'application/json';
    const body = given.json === undefined ? given.body : JSON.stringify(given.json);
    return fetch(url + path, {
      method: given.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...headers, ...given.headers },
      ...(body === undefined ? {} : { body: body as string }),
      ...(given.signal === undefined ? {} : { signal: given.signal }),
    });
  };
  const make = async (role: 'client' | 'operator', credit: bigint): Promise<TestClient> => {
    const key = generateKey(role);
    const { accountId } = await ensureKey(
      {
        database,
        ids: randomUUID,
        grant: async (sql, gift) => void (await grant(sql, { ...gift, currency: 'USD' })),
      },
      { role, key, name: role, credit },
    );
    return { accountId, key, fetch: (path, given) => send(path, key, given) };
  };
  const announce = async (id: string) => void (await database.rows('SELECT pg_notify($1, $2)', [CHANGE_CHANNEL, id]));

  return {
    url,
    api,
    database,
    databaseUrl: fresh.url,
    keyring,
    commands,
    logged,
    fetch: (path, given) => send(path, null, given),
    client: (credit = 0n) => make('client', credit),
    operator: () => make('operator', 0n),
    async putActivation(accountId, row = {}) {
      const id = row.id ?? randomUUID();
      const status = row.status ?? 'WAITING';
      const phone = row.phone === undefined ? '+6281234567890' : row.phone;
      await database.run(
        `INSERT INTO activations (id, account_id, idempotency_key, request_hash, workflow_id, run_id, service, country, status, failure_code, currency,
           price, phone_sealed, expires_at, created_at, metadata)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'USD', $11, $12, now() + interval '20 minutes', $13, $14)`,
        [
          id,
          accountId,
          randomUUID(),
          row.requestHash ?? 'hash',
          `activation/${id}`,
          randomUUID(),
          row.service ?? 'telegram',
          row.country ?? 'ID',
          status,
          row.failureCode ?? null,
          row.price === undefined ? 150_000n : row.price,
          phone === null ? null : keyring.seal(phone, places.activationPhone(id)),
          row.createdAt ?? new Date(),
          JSON.stringify(row.metadata ?? {}),
        ],
      );
      return id;
    },
    async setStatus(id, status) {
      await database.run('UPDATE activations SET status = $2 WHERE id = $1', [id, status]);
      await announce(id);
    },
    async putMessage(accountId, activationId, sms) {
      const id = randomUUID();
      await database.run(
        `INSERT INTO inbox (id, provider, provider_order_id, activation_id, account_id, source, code_sealed, text_sealed, confirmed_at, revealed_at)
         VALUES ($1, 'herosms', $2, $3, $4, 'poll', $5, $6, now(), CASE WHEN $7 THEN now() END)`,
        [
          id,
          randomUUID(),
          activationId,
          accountId,
          keyring.seal(sms.code, places.inboxCode(id)),
          keyring.seal(sms.text, places.inboxText(id)),
          sms.revealed ?? true,
        ],
      );
      return id;
    },
    announce,
    async close() {
      server.close();
      await api.close();
      server.closeAllConnections();
      await fresh.drop();
    },
  };
}

/** HeroSMS's shape of a hook, as far as these tests need it. */
function readTestHook(_provider: string, body: unknown) {
  if (typeof body !== 'object' || body === null || !('activationId' in body)) return null;
  const { activationId, code, text } = body as { activationId: unknown; code?: string | null; text?: string | null };
  return { providerOrderId: String(activationId), code: code ?? null, text: text ?? null };
}

/** Reads a problem document and checks its shape. */
export async function problemOf(response: Response): Promise<{ code: string; status: number; [member: string]: unknown }> {
  if (response.headers.get('content-type') !== 'application/problem+json') {
    throw new Error(
      `${response.status} ${response.headers.get('content-type')} is no problem document: ${(await response.text()).slice(0, 300)}`,
    );
  }
  const problem = (await response.json()) as { code: string; status: number };
  if (problem.status !== response.status) throw new Error(`the problem says ${problem.status}, the response ${response.status}`);
  return problem;
}
