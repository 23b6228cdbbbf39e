import { afterAll, expect, it } from 'vitest';
import { listen } from '../../src/main/http-server.js';
import { metricsAnswering } from '../../src/main/metrics-server.js';
import { createMetrics } from '../../src/observability/metrics.js';

let polls = false;
const server = await listen(
  metricsAnswering(createMetrics('worker'), () => polls),
  { host: '127.0.0.1', port: 0 },
);
afterAll(() => server.close(async () => {}, 0));
const status = async (path: string, method = 'GET') => (await fetch(server.url + path, { method })).status;

it('a worker is well once it asks for work, and only then', async () => {
  expect(await status('/healthz')).toBe(503);
  polls = true;
  expect(await status('/healthz')).toBe(200);
});

it('it serves its metrics, and nothing else', async () => {
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('process="worker"');
  expect([await status('/'), await status('/healthz', 'POST')]).toEqual([404, 404]);
});
