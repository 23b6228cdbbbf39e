import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashKey } from '../../src/db/keys.js';
import { createPayloadCodec } from '../../src/temporal/payload-codec.js';
import { createRemoteCodec } from '../../src/temporal/remote-codec.js';
import { problemOf } from './served-api.js';
import { createWorld, type World } from './world.js';

const UI_ORIGIN = 'https://temporal.example.com';
const codec = createPayloadCodec([{ id: 'now', key: new Uint8Array(32).fill(1) }]);
const strange = createPayloadCodec([{ id: 'lost', key: new Uint8Array(32).fill(2) }]);

let world: World;
let behind: Server;
const passed: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];

beforeAll(async () => {
  behind = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      passed.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Set-Cookie', '_csrf=x; Path=/');
      response.end('behind');
    });
  });
  await new Promise<void>((done) => behind.listen(0, '127.0.0.1', done));
  world = await createWorld({
    deps: { codec: createRemoteCodec(codec) },
    settings: {
      temporalUiUrl: `http://127.0.0.1:${(behind.address() as AddressInfo).port}`,
      codecOrigins: new Set([UI_ORIGIN]),
    },
  });
});
afterAll(async () => {
  await world.close();
  behind.close();
  behind.closeAllConnections();
});

/** What a browser sends that submits a form of a page of ours. */
function submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(world.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

async function signIn(key: string): Promise<string> {
  const answer = await submit('/operator/sign-in', { key, next: '/temporal/' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/temporal/']);
  const cookie = answer.headers.get('set-cookie')!;
  expect(cookie).toMatch(/; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  return cookie.split(';')[0]!;
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(world.url + path, { redirect: 'manual', headers });
const own = { 'sec-fetch-site': 'same-origin' };

test('the form lets in operators’ keys only, and leads nowhere but to ourselves', async () => {
  const page = await get('/operator/sign-in?next=%2Ftemporal%2Fx%22%3E%3Cscript%3E');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('access-control-allow-origin')).toBeNull();
  expect(await page.text()).toContain('value="/temporal/x&quot;&gt;&lt;script&gt;"');

  const client = await world.client();
  for (const key of [client.key, `ww_oper_${'a'.repeat(43)}`, '', 'x'.repeat(3_000)]) {
    const refused = await submit('/operator/sign-in', { key, next: '/operator' });
    expect([key.slice(0, 9), refused.status, refused.headers.get('set-cookie')]).toEqual([key.slice(0, 9), 401, null]);
    expect(await refused.text()).toContain('role="alert"');
  }
  const { key } = await world.operator();
  for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)', '']) {
    const answer = await submit('/operator/sign-in', { key, next });
    expect([next, answer.headers.get('location')]).toEqual([next, '/operator']);
  }
});

test('a form that a page of another site sends is refused', async () => {
  const { key } = await world.operator();
  const from = (headers: Record<string, string>) => submit('/operator/sign-in', { key, next: '/operator' }, headers);
  expect((await from({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).status).toBe(403);
  expect((await from({ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' })).status).toBe(403);
  expect((await from({ 'sec-fetch-site': '', origin: world.url })).status).toBe(303);
});

test('who tries many wrong keys has to wait, and is told so on the page', async () => {
  const other = await createWorld();
  try {
    const answers: number[] = [];
    for (let count = 0; count < 25; count += 1) {
      const answer = await fetch(`${other.url}/operator/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...own },
        body: 'key=wrong&next=/operator',
      });
      answers.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      await answer.text();
    }
    expect(answers).toEqual([...Array<number>(20).fill(401), ...Array<number>(5).fill(429)]);
  } finally {
    await other.close();
  }
});

test('a session opens what declares it, until it ends, its key is revoked or its account suspended', async () => {
  const operator = await world.operator();
  const cookie = await signIn(operator.key);
  expect((await get('/operator', { cookie })).status).toBe(200);
  // Everything else needs the key itself.
  for (const spec of world.api.routes.filter(({ door, session }) => door === 'operator' && session !== true)) {
    const answer = await fetch(world.url + spec.path.replace(/:[a-z]+/g, 'x'), {
      method: spec.method,
      headers: { cookie, ...own },
    });
    expect([spec.path, answer.status]).toEqual([spec.path, 401]);
    await answer.text();
  }

  const out = await submit('/operator/sign-out', {}, { cookie });
  expect(out.headers.get('set-cookie')).toMatch(/^watchword_operator=; Max-Age=0/);
  const after = await get('/operator', { cookie });
  expect([after.status, after.headers.get('location')]).toEqual([303, '/operator/sign-in?next=%2Foperator']);

  for (const end of [
    "UPDATE api_keys SET revoked_at = now() - interval '1 second' WHERE account_id = $1",
    'UPDATE accounts SET suspended_at = now() WHERE id = $1',
  ]) {
    const one = await world.operator();
    const held = await signIn(one.key);
    expect([end, (await get('/operator', { cookie: held })).status]).toEqual([end, 200]);
    await world.database.run(end, [one.accountId]);
    expect([end, (await get('/operator', { cookie: held })).status]).toEqual([end, 303]);
  }
  const late = await world.operator();
  await signIn(late.key);
  const token = 'b'.repeat(43);
  await world.database.run(
    `INSERT INTO operator_sessions (token_hash, key_id, expires_at) SELECT $1, id, now() - interval '1 s' FROM api_keys WHERE account_id = $2`,
    [hashKey(token), late.accountId],
  );
  expect((await get('/operator', { cookie: `watchword_operator=${token}` })).status).toBe(303);
  const rows = await world.database.rows<{ token_hash: Buffer }>('SELECT token_hash FROM operator_sessions');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.map((row) => row.token_hash.toString('latin1')).join()).not.toContain(cookie.split('=')[1]);
});

async function wire(text: string, by = codec) {
  const [payload] = await by.encode([{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(text)) }]);
  const metadata = Object.fromEntries(
    Object.entries(payload!.metadata!).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
  return { metadata, data: Buffer.from(payload!.data!).toString('base64') };
}

function decode(payloads: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(`${world.url}/v1/operator/codec/decode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ payloads }),
  });
}

test('payloads are decoded for a signed-in operator and for an operator’s key, and what cannot be opened stays as it is', async () => {
  const operator = await world.operator();
  const cookie = await signIn(operator.key);
  const lost = await wire('secret of another', strange);
  const plain = { metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data: Buffer.from('"plain"').toString('base64') };
  for (const headers of [{ cookie, ...own }, { authorization: `Bearer ${operator.key}` }]) {
    const answer = await decode([await wire('+6281234567890'), lost, plain], headers);
    expect(answer.status).toBe(200);
    const { payloads } = (await answer.json()) as { payloads: { metadata: Record<string, string>; data: string }[] };
    expect(Buffer.from(payloads[0]!.data, 'base64').toString()).toBe('"+6281234567890"');
    expect(Buffer.from(payloads[0]!.metadata['encoding']!, 'base64').toString()).toBe('json/plain');
    expect(payloads.slice(1)).toEqual([lost, plain]);
  }
  // Reading is no action, and no payload is kept.
  const actions = await world.database.rows("SELECT 1 FROM operator_actions WHERE action LIKE '%codec%'");
  expect(actions).toEqual([]);
  expect(world.logged.join()).not.toContain('6281234567890');
});

test('what an operator writes in the Web UI is encrypted before it reaches Temporal', async () => {
  const cookie = await signIn((await world.operator()).key);
  const plain = { metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data: Buffer.from('"hello"').toString('base64') };
  const answer = await fetch(`${world.url}/v1/operator/codec/encode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, ...own },
    body: JSON.stringify({ payloads: [plain] }),
  });
  const { payloads } = (await answer.json()) as { payloads: { metadata: Record<string, string>; data: string }[] };
  expect(Buffer.from(payloads[0]!.metadata['encoding']!, 'base64').toString()).toBe('binary/encrypted');
  expect((await (await decode(payloads, { cookie, ...own })).json()) as object).toEqual({ payloads: [plain] });
});

test('nobody else has payloads decoded', async () => {
  const cookie = await signIn((await world.operator()).key);
  const one = [await wire('secret')];
  expect((await problemOf(await decode(one, {}))).code).toBe('unauthenticated');
  expect((await problemOf(await decode(one, { authorization: `Bearer ${(await world.client()).key}` }))).code).toBe('forbidden');
  expect((await problemOf(await decode(one, { cookie: `watchword_operator=${'a'.repeat(43)}`, ...own }))).code).toBe('unauthenticated');
  // A session alone does not do: the page that asks must be ours, or of an origin that the configuration names.
  for (const headers of [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${UI_ORIGIN}.evil.example` },
    { origin: 'http://temporal.example.com' },
  ]) {
    const answer = await decode(one, { cookie, ...headers });
    expect([headers, answer.headers.get('access-control-allow-origin')]).toEqual([headers, null]);
    expect([headers, (await problemOf(answer)).code]).toEqual([headers, 'forbidden']);
  }
  const named = await decode(one, { cookie, origin: UI_ORIGIN });
  expect([named.status, named.headers.get('access-control-allow-origin'), named.headers.get('access-control-allow-credentials')]).toEqual([
    200,
    UI_ORIGIN,
    'true',
  ]);
});

test('a preflight is answered for the origins that are named, and for no other', async () => {
  const ask = async (origin: string) => {
    const answer = await fetch(`${world.url}/v1/operator/codec/decode`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-namespace' },
    });
    return [answer.status, answer.headers.get('access-control-allow-origin'), answer.headers.get('access-control-allow-headers')];
  };
  expect(await ask(UI_ORIGIN)).toEqual([204, UI_ORIGIN, 'content-type, x-namespace, authorization']);
  expect(await ask('https://evil.example')).toEqual([204, null, null]);
});

test('payloads that are none are refused, and so is what is too large', async () => {
  const { key } = await world.operator();
  const authorization = `Bearer ${key}`;
  expect((await problemOf(await decode([{ data: '<script>' }], { authorization }))).code).toBe('invalid_input');
  expect((await problemOf(await decode('x', { authorization }))).code).toBe('invalid_input');
  const large = await decode([{ data: 'A'.repeat(9 * 1_024 * 1_024) }], { authorization }).catch(() => null);
  if (large !== null) expect((await problemOf(large)).code).toBe('payload_too_large');
});

test('the Web UI is passed on to signed-in operators only, without their session, and changes are noted', async () => {
  passed.length = 0;
  const asPerson = { accept: 'text/html,*/*' };
  const stranger = await get('/temporal/namespaces?x=1', asPerson);
  expect([stranger.status, stranger.headers.get('location')]).toEqual([303, '/operator/sign-in?next=%2Ftemporal%2Fnamespaces%3Fx%3D1']);
  expect((await problemOf(await get('/temporal/api/v1/namespaces'))).code).toBe('unauthenticated');
  const client = await world.client();
  expect((await problemOf(await get('/temporal/', { authorization: `Bearer ${client.key}` }))).code).toBe('forbidden');
  expect((await fetch(`${world.url}/temporal/api/v1/x`, { method: 'POST', body: 'x' })).status).toBe(401);
  expect(passed).toEqual([]);

  const operator = await world.operator();
  const cookie = await signIn(operator.key);
  const page = await get('/temporal/namespaces?x=1', { ...asPerson, cookie: `a=1; ${cookie}; b=2` });
  expect([page.status, await page.text()]).toEqual([200, 'behind']);
  expect(page.headers.get('access-control-allow-origin')).toBeNull();
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
  expect(page.headers.get('set-cookie')).toBe('_csrf=x; Path=/');
  expect(passed[0]).toMatchObject({ url: '/temporal/namespaces?x=1' });
  expect(passed[0]!.headers.cookie).toBe('a=1;  b=2'.replace('  ', ' '));

  const terminate = (headers: Record<string, string>) =>
    fetch(`${world.url}/temporal/api/v1/namespaces/default/workflows/w/terminate`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      body: '{"reason":"x"}',
    });
  expect((await terminate({ origin: 'https://evil.example' })).status).toBe(403);
  expect(passed).toHaveLength(1);
  expect((await terminate(own)).status).toBe(200);
  expect(passed[1]).toMatchObject({ method: 'POST', body: '{"reason":"x"}' });
  const [action] = await world.database.rows<{ action: string; params: object; body: unknown; status: number }>(
    'SELECT action, params, body, status FROM operator_actions WHERE account_id = $1',
    [operator.accountId],
  );
  expect(action).toEqual({
    action: 'POST /temporal/*',
    params: { path: '/temporal/api/v1/namespaces/default/workflows/w/terminate' },
    body: null,
    status: 200,
  });
});

test('a Web UI that is away is a problem, not a hang', async () => {
  const away = await createWorld({ settings: { temporalUiUrl: 'http://127.0.0.1:9' } });
  try {
    const { key } = await away.operator();
    const answer = await fetch(`${away.url}/temporal/`, { headers: { authorization: `Bearer ${key}` } });
    expect((await problemOf(answer)).code).toBe('unavailable');
  } finally {
    await away.close();
  }
});
