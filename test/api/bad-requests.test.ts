import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await createWorld();
  client = await world.client();
});
afterAll(() => world.close());

const HEADERS = { 'idempotency-key': 'k', 'content-type': 'application/json' };

function post(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return client.fetch('/v1/activations', { method: 'POST', body, headers: { ...HEADERS, ...headers } });
}

const JSON_BODY = '{"service":"telegram","country":"ID"}';
const NESTED = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

test.each<[string, string | Uint8Array, Record<string, string>, string]>([
  ['half a document', '{"service":', {}, 'bad_request'],
  ['no document', 'service=telegram', {}, 'bad_request'],
  ['a byte order mark', Buffer.from([0xff, 0xfe, 0x7b, 0x00]), {}, 'bad_request'],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), {}, 'bad_request'],
  ['a prototype', '{"service":"telegram","country":"ID","__proto__":{"admin":true}}', {}, 'bad_request'],
  ['a nested prototype', '{"service":"telegram","country":"ID","metadata":{"__proto__":"x"}}', {}, 'bad_request'],
  ['endless nesting', NESTED, {}, 'invalid_input'],
  ['a number beyond all bounds', '{"service":"telegram","country":"ID","max_price":1e999}', {}, 'invalid_input'],
  ['a form', 'service=telegram', { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported_media_type'],
  ['no media type', JSON_BODY, { 'content-type': '' }, 'unsupported_media_type'],
  ['another charset', JSON_BODY, { 'content-type': 'application/json; charset=utf-16' }, 'unsupported_media_type'],
  ['a compressed body', gzipSync(JSON_BODY), { 'content-encoding': 'gzip' }, 'unsupported_media_type'],
  ['a body beyond the bound', JSON.stringify({ service: 'x'.repeat(70_000) }), {}, 'payload_too_large'],
])('%s is a clear problem', async (_what, body, headers, code) => {
  expect((await problemOf(await post(body, headers))).code).toBe(code);
  expect(world.commands.starts).toHaveLength(0);
});

test('an empty body is a clear problem', async () => {
  const response = await client.fetch('/v1/activations', { method: 'POST', headers: { 'idempotency-key': 'k' } });
  expect((await problemOf(response)).code).toBe('bad_request');
});

test('JSON with another name and a charset is JSON', async () => {
  for (const type of ['application/json; charset="UTF-8"', 'application/vnd.api+json']) {
    expect([type, (await problemOf(await post('{}', { 'content-type': type }))).code]).toEqual([type, 'invalid_input']);
  }
});

test.each([
  '/',
  '/v1',
  '/v1/nothing',
  '/v1/activations/',
  '/V1/balance',
  '/v1/balance/',
  '/v1/activations/%00',
  '/v1/activations/%ff',
  '/v1/activations/..%2f..',
  '/v1/activations/1',
  `/${'a'.repeat(4_000)}`,
  '/v1/activations/%zz',
])('%s leads to nothing', async (path) => {
  expect((await problemOf(await client.fetch(path))).code).toBe('not_found');
});

test('a wrong method is told the right ones', async () => {
  const response = await client.fetch('/v1/balance', { method: 'DELETE' });
  expect(response.headers.get('allow')).toBe('HEAD, GET, OPTIONS');
  expect((await problemOf(response)).code).toBe('method_not_allowed');
  expect((await problemOf(await client.fetch('/v1/activations', { method: 'PUT', json: {} }))).code).toBe('method_not_allowed');
  expect((await problemOf(await client.fetch('/v1/nothing', { method: 'DELETE' }))).code).toBe('not_found');
});

test('OPTIONS tells the methods, HEAD answers as GET without a body', async () => {
  const options = await world.fetch('/v1/activations', { method: 'OPTIONS' });
  expect(options.status).toBe(204);
  expect(options.headers.get('allow')!.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  const head = await client.fetch('/v1/balance', { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
  expect(await head.text()).toBe('');
});

/** Sends bytes as they are and reads what comes back until the end. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

test.each([
  ['what is not HTTP', 'HELLO\r\n\r\n', 400],
  ['two lengths', 'POST /v1/activations HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['a length that is no number', 'POST /v1/activations HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n', 400],
  ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 413],
  ['a header with a NUL', 'GET /v1/balance HTTP/1.1\r\nHost: x\r\nX-A: a\u0000b\r\n\r\n', 400],
  [
    'two keys',
    'GET /v1/balance HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n',
    400,
  ],
  [
    'two idempotency keys',
    'POST /v1/activations HTTP/1.1\r\nHost: x\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\nConnection: close\r\n\r\n',
    400,
  ],
  ['an absolute address of another host', 'GET http://other.example/v1/balance HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 401],
  ['an address of slashes', 'GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
  ['a star', 'GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
])('%s is answered with a problem document', async (_what, text, status) => {
  const answer = await raw(text);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
});

test('a body that never ends is cut off', async () => {
  const head = `POST /v1/activations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.key}\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  const answer = await raw(head + chunk.repeat(5));
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer.toLowerCase()).toContain('connection: close');
});

test('every answer has the security headers and a request id that the log knows', async () => {
  const response = await client.fetch('/v1/balance');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('strict-transport-security')).not.toBeNull();
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-powered-by')).toBeNull();
  const id = response.headers.get('x-request-id')!;
  await expect.poll(() => world.logged.some((line) => line.includes(id) && line.includes('/v1/balance'))).toBe(true);
  const problem = await problemOf(await world.fetch('/v1/balance'));
  expect(problem['instance']).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  expect(problem['type']).toBe('/problems/unauthenticated');
});

test('nothing that a client wrote reaches the log', async () => {
  const secrets = ['+6281299998888', 'SECRET-METADATA', 'secret-token-in-a-path', 'secret-in-a-query', 'secret-key-of-a-request'];
  await client.fetch('/v1/activations', {
    json: { service: 'telegram', country: 'IDN', metadata: { phone: secrets[0], note: secrets[1] } },
    headers: { 'idempotency-key': secrets[4]! },
  });
  await world.fetch(`/hooks/providers/herosms/${secrets[2]}`, { json: { activationId: 1, text: secrets[0] } });
  await client.fetch(`/v1/activations?cursor=${secrets[3]}`);
  await client.fetch(`/${secrets[2]}`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const log = world.logged.join('');
  for (const secret of [...secrets, client.key]) expect(log).not.toContain(secret);
});
