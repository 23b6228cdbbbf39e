import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../src/http/client.js';
import { createTraces } from '../../src/observability/traces.js';
import { loggedHttp } from '../../src/worker/logged-calls.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traces = createTraces();
const lines: object[] = [];
const heard: IncomingMessage[] = [];
let provider: Server;
let url: string;
let http: HttpClient;
let logged: HttpClient;

beforeAll(async () => {
  provider = createServer((request, response) => {
    heard.push(request);
    if (request.url?.includes('reset') === true) response.destroy();
    else response.end('ACCESS_NUMBER:1:628123456789');
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/handler_api.php?api_key=a-secret-key`;
  http = createHttpClient({ clock: { now: Date.now } });
  logged = loggedHttp(http, 'acme', { info: (fields, message) => void lines.push({ message, ...fields, ...traces.current() }) }, traces);
});
afterAll(async () => {
  await http.close();
  await new Promise((resolve) => provider.close(resolve));
});

const call = (action: string) => logged.request({ method: 'GET', url: `${url}&action=${action}`, timeoutMs: 5_000 });
const asActivation = <T>(work: () => T) => traces.run({ traceId: TRACE, workflowId: 'activation/1', activity: 'buyNumber' }, work);

it('logs a call about one activation with its trace, neither its address nor its reply, and tells the provider nothing of it', async () => {
  const reply = await asActivation(() => call('getNumber'));
  expect(reply.bodyText).toContain('628123456789');
  expect(lines).toEqual([
    {
      message: 'a provider was called',
      provider: 'acme',
      outcome: '200',
      ms: expect.any(Number),
      traceId: TRACE,
      workflowId: 'activation/1',
      activity: 'buyNumber',
    },
  ]);
  expect(`${heard[0]?.url} ${JSON.stringify(heard[0]?.rawHeaders)}`).not.toMatch(new RegExp(`${TRACE}|trace|activation`, 'i'));
});

it('logs one whose reply was lost, and passes the failure on', async () => {
  lines.length = 0;
  await expect(asActivation(() => call('reset'))).rejects.toThrow(/without a whole reply/);
  expect(lines).toMatchObject([{ outcome: expect.stringMatching(/^no_reply \(/) }]);
});

it('leaves out the calls of watchers, which are for everybody', async () => {
  lines.length = 0;
  await traces.run({ traceId: TRACE, workflowId: 'watcher/acme', activity: 'watchProvider' }, () => call('getActiveActivations'));
  await call('getBalance');
  expect(lines).toEqual([]);
});
