import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await createWorld({ settings: { limits: { heartbeatMs: 200, streams: 2 } } });
  client = await world.client();
});
afterAll(() => world.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function timed(request: Promise<Response>): Promise<{ response: Response; ms: number }> {
  const started = performance.now();
  const response = await request;
  return { response, ms: performance.now() - started };
}

test('a long poll is answered when something changes', async () => {
  const id = await world.putActivation(client.accountId);
  const waiting = timed(client.fetch(`/v1/activations/${id}?wait=20`));
  await pause(150);
  await world.putMessage(client.accountId, id, { code: '4711', text: 'code 4711' });
  await world.setStatus(id, 'RECEIVED');
  const { response, ms } = await waiting;
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ status: 'RECEIVED', messages: [{ code: '4711' }] });
  expect(ms).toBeLessThan(5_000);
});

test('a long poll without a change ends with its time', async () => {
  const id = await world.putActivation(client.accountId);
  const { response, ms } = await timed(client.fetch(`/v1/activations/${id}?wait=1`));
  expect(response.status).toBe(200);
  expect(ms).toBeGreaterThan(900);
  expect(ms).toBeLessThan(3_000);
});

test('an announcement that changes nothing does not end a long poll', async () => {
  const id = await world.putActivation(client.accountId);
  const waiting = timed(client.fetch(`/v1/activations/${id}?wait=1`));
  await pause(100);
  await world.announce(id);
  expect((await waiting).ms).toBeGreaterThan(900);
});

test('a code that is there is answered at once', async () => {
  const id = await world.putActivation(client.accountId, { status: 'RECEIVED' });
  await world.putMessage(client.accountId, id, { code: '1', text: '1' });
  // Without If-None-Match nobody knows what the client has seen; what it waits for is there.
  const waiting = await timed(client.fetch(`/v1/activations/${id}?wait=2`));
  expect(waiting.ms).toBeLessThan(1_500);
});

test('with If-None-Match the wait is for a change against that state', async () => {
  const id = await world.putActivation(client.accountId, { status: 'RECEIVED' });
  const first = await client.fetch(`/v1/activations/${id}`);
  const etag = first.headers.get('etag')!;
  const unchanged = await timed(client.fetch(`/v1/activations/${id}?wait=1`, { headers: { 'if-none-match': etag } }));
  expect(unchanged.response.status).toBe(304);
  expect(unchanged.response.headers.get('etag')).toBe(etag);
  expect(unchanged.ms).toBeGreaterThan(900);
  const other = await timed(client.fetch(`/v1/activations/${id}?wait=20`, { headers: { 'if-none-match': '"old"' } }));
  expect(other.response.status).toBe(200);
  expect(other.ms).toBeLessThan(2_000);
  const waiting = timed(client.fetch(`/v1/activations/${id}?wait=20`, { headers: { 'if-none-match': etag } }));
  await pause(100);
  await world.putMessage(client.accountId, id, { code: '2', text: '2' });
  await world.announce(id);
  const news = await waiting;
  expect(news.response.status).toBe(200);
  expect(news.ms).toBeLessThan(5_000);
});

test('what cannot change any more is not waited on', async () => {
  const id = await world.putActivation(client.accountId, { status: 'REFUNDED' });
  const etag = (await client.fetch(`/v1/activations/${id}`)).headers.get('etag')!;
  const { response, ms } = await timed(client.fetch(`/v1/activations/${id}?wait=20`, { headers: { 'if-none-match': etag } }));
  expect(response.status).toBe(304);
  expect(ms).toBeLessThan(2_000);
});

test.each(['wait=x', 'wait=-1', 'wait=1.5', 'wait=1&wait=2'])('%s is refused', async (query) => {
  const id = await world.putActivation(client.accountId);
  expect((await problemOf(await client.fetch(`/v1/activations/${id}?${query}`))).code).toBe('invalid_input');
});

test('many long polls on many activations are each answered', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, () => world.putActivation(client.accountId)));
  const waiting = ids.map((id) => client.fetch(`/v1/activations/${id}?wait=20`));
  await pause(300);
  for (const id of ids) await world.setStatus(id, 'CANCELLED');
  const answers = await Promise.all(waiting.map(async (response) => ((await (await response).json()) as { status: string }).status));
  expect(answers).toEqual(ids.map(() => 'CANCELLED'));
});

/** Reads a stream's frames until it ends or `until` says so. */
async function frames(response: Response, until: (text: string) => boolean = () => false): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (until(text)) break;
  }
  return text;
}

test('a stream begins with the state, tells each change and ends with the last', async () => {
  const id = await world.putActivation(client.accountId);
  const response = await client.fetch(`/v1/activations/${id}/events`);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reading = frames(response);
  await pause(100);
  await world.putMessage(client.accountId, id, { code: '99', text: 'code 99' });
  await world.setStatus(id, 'RECEIVED');
  await pause(500);
  await world.setStatus(id, 'COMPLETED');
  const text = await reading;
  const states = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => (JSON.parse(data!) as { status: string }).status);
  expect(states).toEqual(['WAITING', 'RECEIVED', 'COMPLETED']);
  expect(text).toContain(': still here');

  const last = [...text.matchAll(/^id: (.*)$/gm)].at(-1)![1]!;
  const again = await client.fetch(`/v1/activations/${id}/events`, { headers: { 'last-event-id': last } });
  expect(again.status).toBe(204);
});

test('a known state is not repeated', async () => {
  const id = await world.putActivation(client.accountId);
  const first = await client.fetch(`/v1/activations/${id}/events`);
  const known = /^id: (.*)$/m.exec(await frames(first, (text) => text.includes('data:')))![1]!;
  const second = await client.fetch(`/v1/activations/${id}/events`, { headers: { 'last-event-id': known } });
  const reading = frames(second);
  await pause(100);
  await world.setStatus(id, 'REFUNDED');
  const states = [...(await reading).matchAll(/^data: (.*)$/gm)].map(([, data]) => (JSON.parse(data!) as { status: string }).status);
  expect(states).toEqual(['REFUNDED']);
});

test('an account may hold so many streams open, and gets them back when they close', async () => {
  const own = await world.client();
  const id = await world.putActivation(own.accountId);
  const opened = [new AbortController(), new AbortController()];
  for (const { signal } of opened) expect((await own.fetch(`/v1/activations/${id}/events`, { signal })).status).toBe(200);
  expect((await problemOf(await own.fetch(`/v1/activations/${id}/events`))).code).toBe('rate_limited');
  const idOfOther = await world.putActivation(client.accountId);
  const other = await client.fetch(`/v1/activations/${idOfOther}/events`);
  expect(other.status).toBe(200);
  await other.body?.cancel();
  for (const controller of opened) controller.abort();
  await expect.poll(async () => (await own.fetch(`/v1/activations/${id}/events`, { method: 'HEAD' })).status).toBe(200);
  await expect
    .poll(async () => {
      const response = await own.fetch(`/v1/activations/${id}/events`);
      const { status } = response;
      await response.body?.cancel();
      return status;
    })
    .toBe(200);
});

test('closing the API ends what waits', async () => {
  const own = await createWorld();
  const someone = await own.client();
  const id = await own.putActivation(someone.accountId);
  const polling = someone.fetch(`/v1/activations/${id}?wait=30`);
  const stream = await someone.fetch(`/v1/activations/${id}/events`);
  const reading = frames(stream).catch(() => 'broken off');
  await pause(200);
  const { ms } = await timed(own.close().then(() => new Response()));
  expect((await polling).status).toBe(200);
  await reading;
  expect(ms).toBeLessThan(5_000);
});
