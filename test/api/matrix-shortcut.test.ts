import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { posterior } from '../../src/domain/scoring.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { createTraces } from '../../src/observability/traces.js';
import { createPriceBook } from '../../src/prices/price-book.js';
import { createWorld, type World } from './world.js';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

let world: World;
let etag: string;
/** Requests that came through Koa: only there is a trace followed. */
let throughKoa = 0;
const measured: object[] = [];

beforeAll(async () => {
  const traces = createTraces();
  world = await createWorld({
    deps: {
      clock: () => NOW,
      traces: {
        ...traces,
        run: (context, work) => {
          throughKoa += 1;
          return traces.run(context, work);
        },
      },
      metrics: {
        ...createMetrics('api'),
        requestAnswered: ({ route, method, status }) => void measured.push({ route, method, status }),
      },
    },
  });
});
afterAll(() => world.close());

interface Asked {
  readonly line?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** What comes back for a request written as it lies on the wire; `query` is added to the matrix's address. */
function ask(query: string, { line = 'GET PATH HTTP/1.1', headers = [], body = '' }: Asked): Promise<string> {
  const head = [line.replace('PATH', `/v1/prices/matrix${query}`), 'Host: api.example', 'Connection: close', ...headers].join('\r\n');
  return new Promise((done, failed) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () => void socket.write(`${head}\r\n\r\n${body}`));
    socket.on('data', (chunk) => void chunks.push(chunk));
    socket.on('end', () => done(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', failed);
  });
}

/** Without what is each request's own. */
function common(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/[0-9a-f]{32}/g, (id) => (id === TRACE ? id : 'TRACE'))
    .replaceAll(/^Date: .*$/gm, 'Date')
    .replaceAll(/"(time|ms)":\d+/g, '"$1":0');
}

/** What a request is answered with, and what is noted of it. */
async function noted(query: string, asked: Asked): Promise<{ answer: string; logged: string[]; measured: object[]; koa: number }> {
  const before = { logged: world.logged.length, measured: measured.length, koa: throughKoa };
  const answer = common(await ask(query, asked));
  await expect.poll(() => measured.length).toBe(before.measured + 1);
  return {
    answer,
    logged: world.logged.slice(before.logged).map(common),
    measured: measured.slice(before.measured),
    koa: throughKoa - before.koa,
  };
}

/** The same request by the shortcut and, with an empty query that it leaves alone, by Koa. */
async function both(asked: Asked, shortcut: boolean): Promise<string> {
  const [short, long] = [await noted('', asked), await noted('?', asked)];
  expect([short.koa, long.koa]).toEqual([shortcut ? 0 : 1, 1]);
  expect({ ...short, koa: 1 }).toEqual(long);
  return short.answer;
}

test('before there is a matrix, the route says so', async () => {
  expect(await both({}, false)).toMatch(/^HTTP\/1\.1 503 /);
  await world.database.run(
    "INSERT INTO providers (id, kind, currency, rate_micros, simulated, fingerprint) VALUES ('herosms', 'x', 'USD', 1000000, true, 'x')",
  );
  const book = createPriceBook({
    database: world.database,
    currency: 'USD',
    markupFor: () => ({ basisPoints: 2_500, fixed: 0n }),
    denied: { services: new Set(), countries: new Set() },
    posterior: (counts) => posterior(counts).mean,
    clock: () => new Date(NOW.getTime() - 7_900),
  });
  await book.refreshProvider('herosms', [{ service: 'telegram', country: 'ID', operator: null, price: 120_000n, stock: 50, rate: null }]);
  ({ etag } = await book.buildBlob());
  await expect.poll(() => ask('', {})).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  await expect.poll(() => measured.length).toBeGreaterThan(2);
});

test.each<readonly [string, Asked]>([
  ['a plain one', {}],
  ['brotli', { headers: ['Accept-Encoding: br'] }],
  ['gzip', { headers: ['Accept-Encoding: gzip'] }],
  [
    'whatever a browser sends',
    { headers: ['Accept-Encoding: gzip, deflate, br, zstd', 'Accept: */*', 'Accept-Language: de', 'Cookie: a=b'] },
  ],
  ['weights', { headers: ['Accept-Encoding: br;q=0, gzip;q=0.5'] }],
  ['anything', { headers: ['Accept-Encoding: *'] }],
  ['an empty list', { headers: ['Accept-Encoding:'] }],
  ['an encoding in capitals', { headers: ['Accept-Encoding: GZIP'] }],
  ['nonsense', { headers: ['Accept-Encoding: ;;=,'] }],
  ['a header too long to remember', { headers: [`Accept-Encoding: ${'x, '.repeat(60)}br`] }],
  ['a client’s trace', { headers: [`traceparent: 00-${TRACE}-00f067aa0ba902b7-01`] }],
  ['a trace that is none', { headers: ['traceparent: 00-1-2-3'] }],
  ['a body', { headers: ['Content-Length: 2', 'Content-Type: application/json'], body: '{}' }],
  ['HEAD', { line: 'HEAD PATH HTTP/1.1', headers: ['Accept-Encoding: br'] }],
  ['HTTP/1.0', { line: 'GET PATH HTTP/1.0' }],
  ['a tag of something else', { headers: ['If-None-Match: "x"'] }],
  ['what is no tag', { headers: ['If-None-Match: x'] }],
])('%s is answered by the shortcut as by the route', async (_what, asked) => {
  const answer = await both(asked, true);
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nX-Request-Id: ID\r\n/);
  expect(answer).toContain('\r\nAge: 7\r\n');
  if (asked.headers?.[0]?.startsWith('traceparent: 00-4') === true) expect(answer).toContain(`X-Trace-Id: ${TRACE}\r\n`);
});

test.each(['GET', 'HEAD'])('what the client has is not sent again for %s', async (method) => {
  const line = `${method} PATH HTTP/1.1`;
  for (const tag of [etag, `"x", W/${etag}`, '*']) {
    expect(await both({ line, headers: [`If-None-Match: ${tag}`] }, true)).toMatch(/^HTTP\/1\.1 304 Not Modified\r\n/);
  }
  const brotli = `${etag.slice(0, -1)}-br"`;
  expect(await both({ line, headers: ['Accept-Encoding: br', `If-None-Match: ${brotli}`] }, true)).toMatch(/^HTTP\/1\.1 304 /);
  expect(await both({ line, headers: [`If-None-Match: ${brotli}`] }, true)).toMatch(/^HTTP\/1\.1 200 /);
});

test.each<readonly [string, number, Asked]>([
  ['no encoding that can be given', 406, { headers: ['Accept-Encoding: identity;q=0, zstd'] }],
  ['a header that may come once only', 400, { headers: ['Authorization: a', 'Authorization: b'] }],
  ['a header that came twice', 200, { headers: ['Accept-Encoding: gzip', 'Accept-Encoding: br'] }],
  ['POST', 405, { line: 'POST PATH HTTP/1.1', headers: ['Content-Length: 0'] }],
  ['OPTIONS', 204, { line: 'OPTIONS PATH HTTP/1.1' }],
  ['DELETE', 405, { line: 'DELETE PATH HTTP/1.1' }],
])('%s is left to the route', async (_what, status, asked) => {
  expect(await both(asked, false)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});
