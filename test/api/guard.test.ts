import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createTraces } from '../../src/observability/traces.js';
import { createArrivals, logAccess } from '../../src/api/access-log.js';
import { catchFailures } from '../../src/api/failures.js';
import type { RequestState } from '../../src/api/guard.js';
import { createReadiness } from '../../src/api/readiness.js';
import { route, type AnyRoute } from '../../src/api/route.js';
import { createRouter } from '../../src/api/router.js';
import { DomainError } from '../../src/domain/errors.js';

const common = { method: 'get', door: 'public', limit: 'none', tag: 'Test', summary: 'x', problems: [] } as const;
const body = z.object({ name: z.string() });
const routes: AnyRoute[] = [
  route({
    ...common,
    path: '/stripped',
    answers: { 200: { description: 'x', json: body } },
    handle: () => ({ status: 200, json: { name: 'a', secret: 'b' } }),
  }),
  route({
    ...common,
    path: '/other-status',
    answers: { 200: { description: 'x', json: body } },
    handle: () => ({ status: 201, json: { name: 'a' } }),
  }),
  route({
    ...common,
    path: '/other-body',
    answers: { 200: { description: 'x', json: body } },
    handle: () => ({ status: 200, json: { title: 'a' } }),
  }),
  route({ ...common, path: '/no-body', answers: { 200: { description: 'x', json: body } }, handle: () => ({ status: 200 }) }),
  route({
    ...common,
    path: '/other-problem',
    answers: { 200: { description: 'x', json: body } },
    handle: () => {
      throw new DomainError('insufficient_credit', 'too little');
    },
  }),
  route({
    ...common,
    path: '/database',
    answers: { 200: { description: 'x', json: body } },
    handle: () => {
      throw Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED', detail: 'Key (phone)=(+62812)' });
    },
  }),
];

interface Served {
  readonly url: string;
  readonly logged: string[];
  readonly server: Server;
}

async function serve(strictAnswers: boolean): Promise<Served> {
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const app = new Koa<RequestState>();
  app.use(
    logAccess(
      createArrivals(log, () => '00000000-0000-4000-8000-000000000000'),
      createTraces(),
    ),
  );
  app.use(catchFailures(log));
  const nobody = () => Promise.resolve(null);
  const doors = { public: nobody, client: nobody, operator: nobody, provider: nobody, carrier: nobody };
  app.use(
    createRouter(routes, {
      doors,
      count: () => Promise.resolve({}),
      audit: async (spec, visit) => spec.handle(visit),
      log,
      strictAnswers,
      live: new Set(),
    }).routes() as unknown as Koa.Middleware<RequestState>,
  );
  const callback = app.callback();
  const server = createServer((request, response) => void callback(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, logged, server };
}

let strict: Served;
let production: Served;
beforeAll(async () => {
  strict = await serve(true);
  production = await serve(false);
});
afterAll(() => {
  strict.server.close();
  production.server.close();
});

test('what was not declared is stripped from an answer', async () => {
  expect(await (await fetch(`${strict.url}/stripped`)).json()).toEqual({ name: 'a' });
});

test.each(['/other-status', '/other-body', '/no-body', '/other-problem'])(
  '%s: in development an undeclared answer is an error',
  async (path) => {
    const response = await fetch(strict.url + path);
    expect(response.status).toBe(500);
    expect(strict.logged.join('')).toContain('UndeclaredAnswer');
  },
);

test.each([
  ['/other-status', 201],
  ['/other-body', 200],
  ['/no-body', 200],
  ['/other-problem', 402],
])('%s: in production it is sent, with a warning', async (path, status) => {
  const before = production.logged.length;
  expect((await fetch(production.url + path)).status).toBe(status);
  expect(production.logged.slice(before).join('')).toMatch(/not (as )?declared|is missing/);
});

test('a database that is gone is 503, and its details stay out of log and answer', async () => {
  const response = await fetch(`${production.url}/database`);
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('62812');
  expect(production.logged.join('')).not.toContain('62812');
});

test('readiness asks every check, waits for none too long, and does not ask again within a second', async () => {
  let asked = 0;
  const failures: string[] = [];
  const ready = createReadiness(
    [
      { name: 'fine', check: () => Promise.resolve((asked += 1) > 0 ? null : 'never') },
      { name: 'broken', check: () => Promise.reject(new Error('postgres://user:password@host')) },
      { name: 'worker', check: () => Promise.resolve('no worker polls the queue') },
      { name: 'slow', check: () => new Promise(() => {}) },
    ],
    (name) => failures.push(name),
  );
  const [one, two] = await Promise.all([ready(), ready()]);
  expect(one).toEqual([
    { name: 'fine', ok: true },
    { name: 'broken', ok: false, problem: 'does not answer' },
    { name: 'worker', ok: false, problem: 'no worker polls the queue' },
    { name: 'slow', ok: false, problem: 'does not answer within 3 s' },
  ]);
  expect(two).toBe(one);
  expect(asked).toBe(1);
  expect(failures).toEqual(['broken']);
});
