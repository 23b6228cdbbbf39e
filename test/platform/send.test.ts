import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check.js';
import { run } from '../cli/command.js';
import { until } from '../rent/world.js';
import { startStack, type Stack } from '../stack/stack.js';

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly price: string | null;
  readonly held: string | null;
}
interface Batch {
  readonly id: string;
  readonly status: string;
  readonly waiting: number;
  readonly refused: number;
  readonly messages: Readonly<Record<string, number>>;
  readonly refusals: readonly { readonly index: number; readonly code: string }[];
}

const CARRIERS = ['simulated-json', 'simulated-xml', 'simulated-text'] as const;
const TO = '+6281234567890';
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    providers: [],
    carriers: [{ dialect: 'json' }, { dialect: 'xml' }, { dialect: 'text' }],
    credit: '100',
  });
});
afterAll(() => stack?.close());

const post = (path: string, json: object, headers: Readonly<Record<string, string>> = {}) =>
  stack.fetch(path, { json, headers: { 'idempotency-key': randomUUID(), ...headers } });
async function send(request: object = {}): Promise<Shown> {
  const response = await post('/v1/messages', { to: TO, text: 'Your code is 4711', ...request });
  expect(response.status).toBe(202);
  return (await response.json()) as Shown;
}
const get = async <Body>(path: string) => (await (await stack.fetch(path)).json()) as Body;
const operator = async (path: string, json?: object) => {
  const response = await stack.fetch(path, { key: stack.operatorKey, ...(json === undefined ? {} : { json }) });
  expect(response.status).toBe(200);
  return (await response.json()) as { readonly items: readonly Record<string, unknown>[] } & Record<string, unknown>;
};
async function becomes(id: string, status: string): Promise<Shown> {
  let shown: Shown | null = null;
  await until(
    async () => (shown = await get<Shown>(`/v1/messages/${id}`)).status === status,
    30_000,
    () => Promise.resolve(`${JSON.stringify(shown)}\n${stack.logged.slice(-10).join('\n')}`),
  );
  return shown!;
}
const booksOf = async (carrier: string) =>
  (await stack.control(carrier, 'GET', '/books')) as { messages: { to: string; text: string; reference: string }[] };
const clean = async () => expect((await checkLedger(stack.sql)).verdict).toBe('clean');

describe('a message over the API, workers and a carrier of its own process', () => {
  it('is delivered, paid once, and tells its story', async () => {
    const { id } = await send({ metadata: { order: '7' } });
    const shown = await becomes(id, 'DELIVERED');
    expect(shown).toMatchObject({ reason: 'receipt', held: null });
    const { events } = await get<{ events: { type: string; reason?: string; kind?: string; carrier?: string }[] }>(
      `/v1/messages/${id}/timeline`,
    );
    expect(events.map(({ reason, kind }) => reason ?? kind)).toEqual(expect.arrayContaining(['hold', 'accepted', 'capture', 'receipt']));
    const statement = await get<{ items: { kind: string; message_id: string | null; activation_id: string | null }[] }>('/v1/statement');
    expect(statement.items.filter(({ message_id: of }) => of === id).map(({ kind }) => kind)).toContain('capture');
    await clean();
  });

  it('takes the sender’s own word on whether it did its work, which weighs more than a receipt', async () => {
    const { id } = await send();
    await becomes(id, 'DELIVERED');
    expect(await get(`/v1/messages/${id}`)).toMatchObject({ converted: null });
    const said = await post(`/v1/messages/${id}/feedback`, { converted: false });
    expect([said.status, await said.json()]).toMatchObject([200, { status: 'DELIVERED', converted: false }]);
    expect((await post(`/v1/messages/${id}/feedback`, { converted: true })).status).toBe(200);
    expect(await get(`/v1/messages/${id}`)).toMatchObject({ converted: true });
    expect((await post(`/v1/messages/${randomUUID()}/feedback`, { converted: true })).status).toBe(404);
    expect((await post(`/v1/messages/${id}/feedback`, {})).status).toBe(422);
  });

  it('says what it would take, and sends nothing', async () => {
    const before = await Promise.all(CARRIERS.map(booksOf));
    const answer = await (await post('/v1/messages', { to: TO, text: 'Grüße 😀', dry_run: true })).json();
    expect(answer).toMatchObject({ country: 'ID', encoding: 'ucs2', segments: 1, not_gsm7: ['😀'], currency: 'USD' });
    expect(Number((answer as { price_from: string }).price_from)).toBeGreaterThan(0);
    const after = await Promise.all(CARRIERS.map(booksOf));
    expect(after.map(({ messages }) => messages.length)).toEqual(before.map(({ messages }) => messages.length));
  });

  it('moves on from a carrier that refuses, whatever its dialect, and never sends twice', async () => {
    for (const carrier of CARRIERS) await stack.control(carrier, 'POST', '/traps', { name: 'refuse', reason: 'content', count: 1 });
    // Each refuses its first: all three are asked, and none takes it.
    const refused = await becomes((await send()).id, 'UNDELIVERED');
    expect(refused).toMatchObject({ reason: 'content', price: null, held: null });
    for (const carrier of CARRIERS) await stack.control(carrier, 'DELETE', '/traps');
    await clean();
  });

  it('a lost reply is found again by its reference and not sent by another', async () => {
    const before = (await Promise.all(CARRIERS.map(booksOf))).flatMap(({ messages }) => messages).length;
    for (const carrier of CARRIERS) await stack.control(carrier, 'POST', '/traps', { name: 'lost_reply', count: 1 });
    await becomes((await send({ text: 'lost reply' })).id, 'DELIVERED');
    for (const carrier of CARRIERS) await stack.control(carrier, 'DELETE', '/traps');
    const after = (await Promise.all(CARRIERS.map(booksOf))).flatMap(({ messages }) => messages);
    expect(after).toHaveLength(before + 1);
    await clean();
  });

  it('a receipt that is not signed as its carrier signs changes nothing', async () => {
    for (const carrier of CARRIERS) await stack.control(carrier, 'POST', '/traps', { name: 'bad_signature', count: 9 });
    const { id } = await send({ failover: false });
    await becomes(id, 'SENT');
    await until(
      async () => stack.logged.some((line) => line.includes('hook was refused')),
      20_000,
      () => Promise.resolve('no hook was refused'),
    );
    expect((await get<Shown>(`/v1/messages/${id}`)).status).toBe('SENT');
    for (const carrier of CARRIERS) await stack.control(carrier, 'DELETE', '/traps');
    const wrong = await stack.fetch('/hooks/carriers/simulated-json/guessed', { key: null, json: {} });
    expect(wrong.status).toBe(404);
  });

  it('scheduled for later it can be taken back, and its money with it', async () => {
    const { available } = await get<{ available: string }>('/v1/balance');
    const { id } = await send({ send_at: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await get(`/v1/messages/${id}`)).toMatchObject({ status: 'SCHEDULED' });
    expect((await post(`/v1/messages/${id}/cancel`, {})).status).toBe(200);
    expect(await becomes(id, 'CANCELLED')).toMatchObject({ price: null, held: null });
    expect((await get<{ available: string }>('/v1/balance')).available).toBe(available);
  });

  it('the same key sends once, and another request under it is refused', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const all = await Promise.all(Array.from({ length: 10 }, () => post('/v1/messages', { to: TO, text: 'once' }, key)));
    expect(new Set(await Promise.all(all.map(async (one) => ((await one.json()) as Shown).id))).size).toBe(1);
    expect((await post('/v1/messages', { to: TO, text: 'twice' }, key)).status).toBe(409);
    const books = (await Promise.all(CARRIERS.map(booksOf))).flatMap(({ messages }) => messages);
    expect(books.filter(({ text }) => text === 'once').length).toBe(1);
  });

  it.each([
    [{ to: '081234567890', text: 'x' }, 'to'],
    [{ to: '+62', text: 'x' }, 'to'],
    [{ to: TO, text: '' }, 'text'],
    [{ to: TO, text: 'x', send_at: '2099-01-01T00:00:00Z' }, 'send_at'],
    [{ to: TO, text: 'x', from: 'far too long a name' }, 'from'],
    [{ to: TO, text: 'x', validity_seconds: 1 }, 'validity_seconds'],
  ])('%j is refused with a problem that names %s', async (request, field) => {
    const response = await post('/v1/messages', request);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'invalid_input', errors: [{ field }] });
  });
});

describe('a batch', () => {
  it('hands its messages over a window at a time, and each settles by itself', async () => {
    const messages = Array.from({ length: 120 }, (_, index) => ({ to: TO, metadata: { index: String(index) } }));
    const dry = await (await post('/v1/messages/batches', { text: 'Sale', messages, dry_run: true })).json();
    expect(dry).toMatchObject({ size: 120, segments: 120, unreachable: 0 });
    const key = { 'idempotency-key': randomUUID() };
    const response = await post('/v1/messages/batches', { text: 'Sale', messages }, key);
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as Batch;
    expect(((await (await post('/v1/messages/batches', { text: 'Sale', messages }, key)).json()) as Batch).id).toBe(id);
    expect((await post('/v1/messages/batches', { text: 'Other', messages }, key)).status).toBe(409);
    let batch: Batch | null = null;
    await until(
      async () => {
        batch = await get<Batch>(`/v1/messages/batches/${id}`);
        return batch.messages['DELIVERED'] === 120;
      },
      60_000,
      () => Promise.resolve(JSON.stringify(batch)),
    );
    expect(batch).toMatchObject({ status: 'SENT', waiting: 0, refused: 0 });
    const books = (await Promise.all(CARRIERS.map(booksOf))).flatMap((one) => one.messages);
    expect(books.filter(({ text }) => text === 'Sale')).toHaveLength(120);
    expect((await get<{ items: unknown[] }>(`/v1/messages?batch=${id}&limit=200`)).items).toHaveLength(120);
    const left = await stack.sql.row('SELECT 1 FROM message_batch_items WHERE batch_id = $1 AND request_sealed IS NOT NULL', [id]);
    expect(left).toBeNull();
    await clean();
  });

  it('with one message that cannot be sent sends none, and names it', async () => {
    const messages = [{ to: TO }, { to: '0812' }, { to: TO, text: '' }];
    const response = await post('/v1/messages/batches', { text: 'Sale', messages: messages.slice(0, 2) });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ field: 'messages.1.to' }] });
    expect((await post('/v1/messages/batches', { messages: [{ to: TO }] })).status).toBe(422);
  });

  it('says which of its messages could not be paid for', async () => {
    const poor = await operator('/v1/operator/accounts?limit=1').catch(() => null);
    expect(poor).not.toBeNull();
    const made = (await (
      await stack.fetch('/v1/operator/accounts', { key: stack.operatorKey, json: { name: 'poor', reference: randomUUID() } })
    ).json()) as { id: string };
    const { key } = (await (await stack.fetch(`/v1/operator/accounts/${made.id}/keys`, { key: stack.operatorKey, json: {} })).json()) as {
      key: string;
    };
    const response = await stack.fetch('/v1/messages/batches', {
      key,
      json: { text: 'no money', messages: [{ to: TO }, { to: TO }] },
      headers: { 'idempotency-key': randomUUID() },
    });
    const { id } = (await response.json()) as Batch;
    let batch: Batch | null = null;
    await until(
      async () => {
        batch = (await (await stack.fetch(`/v1/messages/batches/${id}`, { key })).json()) as Batch;
        return batch.status === 'SENT';
      },
      20_000,
      () => Promise.resolve(JSON.stringify(batch)),
    );
    expect(batch).toMatchObject({
      refused: 2,
      messages: {},
      refusals: [
        { index: 0, code: 'insufficient_credit' },
        { index: 1, code: 'insufficient_credit' },
      ],
    });
    expect((await stack.fetch(`/v1/messages/batches/${id}`)).status).toBe(404);
  });

  it('goes on after a worker died in the middle, and sends none twice', async () => {
    for (const carrier of CARRIERS) await stack.control(carrier, 'PUT', '/settings', { latencyMs: 150 });
    const messages = Array.from({ length: 150 }, () => ({ to: TO }));
    const { id } = (await (await post('/v1/messages/batches', { text: 'survives', messages })).json()) as Batch;
    await until(
      async () => (await get<Batch>(`/v1/messages/batches/${id}`)).waiting < 100,
      30_000,
      () => Promise.resolve('nothing is handed over'),
    );
    await stack.kill('worker');
    await stack.restart('worker');
    for (const carrier of CARRIERS) await stack.control(carrier, 'PUT', '/settings', { latencyMs: 0 });
    let batch: Batch | null = null;
    await until(
      async () => {
        batch = await get<Batch>(`/v1/messages/batches/${id}`);
        return batch.status === 'SENT' && (batch.messages['DELIVERED'] ?? 0) === 150;
      },
      90_000,
      () => Promise.resolve(`${JSON.stringify(batch)}\n${stack.logged.slice(-5).join('\n')}`),
    );
    const sent = (await Promise.all(CARRIERS.map(booksOf))).flatMap((one) => one.messages).filter(({ text }) => text === 'survives');
    // A second copy goes out only where the first was ambiguous and could not be looked up: these carriers can all be asked.
    expect(sent).toHaveLength(150);
    await clean();
  });

  it('is taken back: what was not handed over or waits for its time is not sent', async () => {
    const messages = Array.from({ length: 5 }, () => ({ to: TO }));
    const { id } = (await (
      await post('/v1/messages/batches', { text: 'later', messages, send_at: new Date(Date.now() + 3_600_000).toISOString() })
    ).json()) as Batch;
    await until(
      async () => (await get<Batch>(`/v1/messages/batches/${id}`)).messages['SCHEDULED'] === 5,
      20_000,
      () => Promise.resolve('not scheduled'),
    );
    expect((await post(`/v1/messages/batches/${id}/cancel`, {})).status).toBe(200);
    await until(
      async () => (await get<Batch>(`/v1/messages/batches/${id}`)).messages['CANCELLED'] === 5,
      20_000,
      () => Promise.resolve('not cancelled'),
    );
    await clean();
  });
});

describe('the command', () => {
  const env = () => ({ WATCHWORD_URL: stack.url, WATCHWORD_API_KEY: stack.clientKey, WATCHWORD_OPERATOR_KEY: stack.operatorKey });
  it('sends, follows to the receipt, and tells the story', async () => {
    const sent = await run(['send', TO, 'Your code is 4711', '--key', 'typed'], env());
    expect(sent).toMatchObject({ code: 0, stderr: expect.stringContaining('DELIVERED  receipt') as string });
    const id = /^id\s+(\S+)$/m.exec(sent.stdout)![1]!;
    expect(JSON.parse((await run(['send', TO, 'Your code is 4711', '--key', 'typed', '--json'], env())).stdout)).toMatchObject({ id });
    expect((await run(['messages', 'timeline', id], env())).stdout).toMatch(/SENT\s+accepted\s+simulated-/);
    expect((await run(['messages', '--status', 'DELIVERED', '--limit', '200'], env())).stdout).toContain(id);
    expect((await run(['messages', 'report'], env())).stdout).toMatch(/ID\s+\d+/);
    expect((await run(['send', TO, 'Grüße 😀', '--dry-run'], env())).stdout).toMatch(/not in GSM-7\s+😀/);
    expect((await run(['send', '0812', 'x'], env())).code).toBe(2);
  });

  it('says by its exit code that a message was not delivered', async () => {
    for (const carrier of CARRIERS) await stack.control(carrier, 'POST', '/traps', { name: 'undelivered', count: 1 });
    const ended = await run(['send', TO, 'nobody there', '--no-failover'], env());
    expect(ended).toMatchObject({ code: 8, stderr: expect.stringContaining('UNDELIVERED') as string });
    for (const carrier of CARRIERS) await stack.control(carrier, 'DELETE', '/traps');
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = JSON.parse((await run(['send', TO, 'later', '--at', later, '--json'], env())).stdout) as { id: string };
    expect((await run(['messages', 'cancel', id], env())).stdout).toContain('CANCELLED');
  });

  it('shows carriers to operators, pauses and resumes them, and reports', async () => {
    expect((await run(['carriers'], env())).stdout).toMatch(/simulated-json\s+simulated-json, simulated\s+open to messages/);
    expect((await run(['carriers', 'pause', 'simulated-json', '--reason', 'test'], env())).stdout).toContain('paused: test');
    expect((await run(['carriers', 'resume', 'simulated-json', '--reason', 'test'], env())).stdout).toContain('open to messages');
    expect((await run(['carriers', 'report'], env())).stdout).toMatch(/ID\s+simulated-/);
  });
});

describe('operators', () => {
  it('see carriers, pause one, and nothing goes there until it is resumed', async () => {
    const { items } = await operator('/v1/operator/carriers');
    expect(items.map(({ id }) => id)).toEqual([...CARRIERS].toSorted());
    expect(items[0]).toMatchObject({
      simulated: true,
      paused: false,
      channels: ['sms'],
      hook_url: expect.stringContaining('/hooks/carriers/'),
    });
    for (const carrier of CARRIERS) await operator(`/v1/operator/carriers/${carrier}/pause`, { reason: 'test' });
    expect((await post('/v1/messages', { to: TO, text: 'nobody' })).status).toBe(422);
    for (const carrier of CARRIERS)
      expect(await operator(`/v1/operator/carriers/${carrier}/resume`, { reason: 'test' })).toMatchObject({ paused: false });
    expect((await stack.fetch('/v1/operator/carriers')).status).toBe(403);
    expect((await stack.fetch('/v1/operator/carriers/nobody/pause', { key: stack.operatorKey, json: { reason: 'x' } })).status).toBe(404);
  });

  it('scrape what messages and carriers came to; no line of the logs names a number or a text', async () => {
    const metrics = await (await stack.fetch('/metrics', { key: stack.operatorKey })).text();
    expect(metrics).toMatch(/^watchword_messages_entered_hour\{.*status="DELIVERED".*\} [1-9]\d*$/m);
    expect(metrics).toMatch(/^watchword_carrier_attempts_hour\{.*carrier="simulated-text",result="accepted".*\} \d+$/m);
    expect(metrics).toMatch(/^watchword_carrier_circuit_open\{.*carrier="simulated-xml".*\} 0$/m);
    const lines = stack.logged.filter((line) => !line.startsWith('simulated-'));
    expect(lines.filter((line) => line.includes('a carrier was asked to send')).length).toBeGreaterThan(100);
    expect(lines.filter((line) => /81234567890|Your code is 4711|survives/.test(line))).toEqual([]);
  });

  it('and clients read reports of what was sent', async () => {
    const own = await get<{ items: Record<string, unknown>[] }>('/v1/reports/messages');
    expect(own.items[0]).toMatchObject({ country: 'ID', currency: 'USD' });
    expect(Number(own.items[0]!['delivered'])).toBeGreaterThanOrEqual(270);
    const { items } = await operator('/v1/operator/reports/carriers');
    const sum = (field: string) => items.reduce((all, row) => all + Number(row[field]), 0);
    expect(sum('delivered')).toBe(Number(own.items[0]!['delivered']));
    expect(sum('revenue')).toBeCloseTo(Number(own.items[0]!['paid']), 6);
    expect((await stack.fetch('/v1/reports/messages?from=2026-12-01&to=2026-11-01')).status).toBe(422);
  });
});
