import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createTraces } from '../../src/observability/traces.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { createApi, type Api } from '../../src/api/app.js';
import type { ApiDeps, ApiSettings } from '../../src/api/deps.js';
import { ensureKey, generateKey } from '../../src/db/keys.js';
import { DEFAULT_VERIFICATION_BOUNDS } from '../../src/domain/alert-verification.js';
import type { MessageCommands } from '../../src/domain/message-request.js';
import { posterior } from '../../src/domain/scoring.js';
import { grant } from '../../src/ledger/credit.js';
import { createPayloadCodec } from '../../src/temporal/payload-codec.js';
import { openGate, refuseVerifications, verifyParts, verifySettings } from '../verify/verify-parts.js';
import { createRemoteCodec } from '../../src/temporal/remote-codec.js';

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

/** An API that listens. */
export interface ServedApi {
  readonly url: string;
  readonly api: Api;
  /** Lines that were logged, as JSON text. */
  readonly logged: string[];
  /** A request without a key. */
  fetch(path: string, options?: FetchOptions): Promise<Response>;
  client(credit?: bigint): Promise<TestClient>;
  operator(): Promise<TestClient>;
  close(): Promise<void>;
}

export const HOOK_TOKEN = 'hook-token-of-herosms-0123456789';

/** Serves the API on a free port, with settings of its own where a test does not say otherwise. */
export async function serveApi(
  deps: Pick<ApiDeps, 'database' | 'keyring' | 'commands'> & Partial<ApiDeps>,
  settings: Partial<ApiSettings> = {},
): Promise<ServedApi> {
  const logged: string[] = [];
  const traces = createTraces();
  const log = pino({ level: 'debug', mixin: () => ({ ...traces.current() }) }, { write: (line: string) => void logged.push(line) });
  const api = await createApi({
    messageCommands: refuseMessages(),
    verificationCommands: refuseVerifications(),
    gate: openGate(),
    verifyHashes: verifyParts.hashes,
    readCarrierHook: () => Promise.resolve(null),
    codec: createRemoteCodec(createPayloadCodec([{ id: 'test', key: new Uint8Array(32).fill(7) }])),
    clock: () => new Date(),
    metrics: createMetrics('api'),
    traces,
    ids: randomUUID,
    log,
    readHook: readTestHook,
    readiness: [],
    refreshPrices: () => Promise.resolve(),
    posterior: (counts) => posterior(counts).mean,
    ...deps,
    settings: {
      currency: 'USD',
      markupFor: () => ({ basisPoints: 2_500, fixed: 0n }),
      denied: { services: new Set(['denied']), countries: new Set(['KP']) },
      verify: verifySettings(),
      codeCountries: new Set(['UA', 'KP']),
      lowBalances: new Map([['herosms', 10_000_000n]]),
      verificationBounds: DEFAULT_VERIFICATION_BOUNDS,
      hookTokens: new Map([['herosms', HOOK_TOKEN]]),
      carrierTokens: new Map([['example', HOOK_TOKEN]]),
      publicUrl: 'https://api.example',
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
      temporalUiUrl: null,
      codecOrigins: new Set(),
      strictAnswers: true,
      ...settings,
    },
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
        database: deps.database,
        ids: randomUUID,
        grant: async (sql, gift) => void (await grant(sql, { ...gift, currency: 'USD' })),
      },
      { role, key, name: role, credit },
    );
    return { accountId, key, fetch: (path, given) => send(path, key, given) };
  };
  return {
    url,
    api,
    logged,
    fetch: (path, given) => send(path, null, given),
    client: (credit = 0n) => make('client', credit),
    operator: () => make('operator', 0n),
    async close() {
      server.close();
      await api.close();
      server.closeAllConnections();
    },
  };
}

/** Of tests that send nothing. */
function refuseMessages(): MessageCommands {
  const refuse = () => Promise.reject(new Error('this test sends no messages'));
  return {
    identify: () => ({ messageId: randomUUID(), workflowId: 'message/none' }),
    identifyBatch: () => ({ batchId: randomUUID(), workflowId: 'batch/none' }),
    identifyItem: () => randomUUID(),
    startBatch: refuse,
    start: refuse,
    cancel: refuse,
    receiptArrived: refuse,
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
