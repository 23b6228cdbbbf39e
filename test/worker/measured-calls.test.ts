import { expect, test } from 'vitest';
import type { HttpClient } from '../../src/http/client.js';
import { HttpError } from '../../src/http/http-error.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { measuredGate, measuredHttp } from '../../src/worker/measured-calls.js';

const reply = { status: 200, headers: {}, bodyText: 'secret-text', receivedAt: 0, dateHeaderMs: null };
const request = { method: 'GET', url: 'https://provider.test/?api_key=secret-key', timeoutMs: 1_000 } as const;

test('calls are measured by provider and outcome, and nothing of them is kept', async () => {
  const metrics = createMetrics('worker');
  const answers: (() => Promise<typeof reply>)[] = [
    () => Promise.resolve(reply),
    () => Promise.reject(new HttpError('not_sent', 'connect', 'no connection')),
    () => Promise.reject(new HttpError('no_reply', 'timeout', 'lost')),
  ];
  const http = { request: () => answers.shift()!(), close: () => Promise.resolve() } as unknown as HttpClient;
  const measured = measuredHttp(http, 'herosms', metrics);
  expect(await measured.request(request)).toBe(reply);
  await expect(measured.request(request)).rejects.toThrow('no connection');
  await expect(measured.request(request)).rejects.toThrow('lost');
  await measuredGate(() => Promise.resolve(), 'herosms', metrics)({ priority: 'purchase' });

  const { text } = await metrics.expose([]);
  for (const outcome of ['200', 'not_sent', 'no_reply'])
    expect(text).toContain(`watchword_provider_call_duration_seconds_count{process="worker",provider="herosms",outcome="${outcome}"} 1`);
  expect(text).toContain('watchword_provider_call_wait_seconds_count{process="worker",provider="herosms",priority="purchase"} 1');
  expect(text).not.toContain('secret');
});
