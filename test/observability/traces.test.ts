import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activationWorkflowId } from '../../src/domain/names.js';
import { createTemporalClient, type TemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { TRACE_HEADER } from '../../src/domain/trace.js';
import { until } from '../rent/world.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { type Stack, startStack } from '../stack/stack.js';

interface Line {
  readonly process: 'api' | 'worker';
  readonly traceId?: string;
  readonly workflowId?: string;
  readonly activity?: string;
  readonly msg?: string;
  readonly route?: string | null;
  readonly activationId?: string;
}
interface Bought {
  readonly id: string;
  readonly phone_number: string;
  readonly messages: readonly { readonly code: string; readonly text: string }[];
}

let stack: Stack;
let temporal: TemporalClient;
/** Another client of Temporal, without our codec: what everybody there can read. */
let stranger: TemporalClient;

beforeAll(async () => {
  stack = await startStack({ providers: [{ id: 'herosms' }] });
  temporal = createTemporalClient(stack.temporal, createDataConverter(TEST_KEYS));
  stranger = createTemporalClient(stack.temporal);
}, 120_000);
afterAll(async () => {
  await stranger.close();
  await temporal.close();
  await stack.close();
});

/** Lines of API and worker, as they came out of the processes. */
const lines = (): Line[] =>
  stack.logged.flatMap((line) => {
    const text = /^(?:api|worker): (\{.*\})$/.exec(line)?.[1];
    return text === undefined ? [] : [JSON.parse(text) as Line];
  });
const inTrace = (traceId: string) => lines().filter((line) => line.traceId === traceId);

async function rent(traceparent?: string): Promise<{ readonly bought: Bought; readonly traceId: string }> {
  const reply = await stack.fetch('/v1/activations', {
    json: { service: 'telegram', country: 'ID' },
    headers: { 'idempotency-key': randomUUID(), ...(traceparent === undefined ? {} : { traceparent }) },
  });
  expect(reply.status).toBe(201);
  return { bought: (await reply.json()) as Bought, traceId: reply.headers.get('x-trace-id')! };
}
const received = async (id: string): Promise<Bought> => {
  let shown: Bought | undefined;
  await until(
    async () => {
      shown = (await (await stack.fetch(`/v1/activations/${id}?wait=10`)).json()) as Bought;
      return shown.messages.length > 0;
    },
    30_000,
    async () => JSON.stringify(shown),
  );
  return shown!;
};

describe('a trace', () => {
  it('of the client’s goes through API, workflow, activities, calls to the provider, hook and signal, and is stored', async () => {
    const traceId = randomBytes(16).toString('hex');
    const { bought, traceId: answered } = await rent(`00-${traceId}-${randomBytes(8).toString('hex')}-01`);
    expect(answered).toBe(traceId);
    await received(bought.id);

    await until(
      async () => inTrace(traceId).some(({ msg }) => msg === 'a hook came for an activation'),
      10_000,
      async () => JSON.stringify(inTrace(traceId)),
    );
    const of = inTrace(traceId);
    expect(of).toContainEqual(expect.objectContaining({ process: 'api', msg: 'request', route: '/v1/activations' }));
    expect(of).toContainEqual(
      expect.objectContaining({
        process: 'worker',
        msg: 'a provider was called',
        activity: 'buyNumber',
        workflowId: activationWorkflowId(bought.id),
        provider: 'herosms',
        outcome: '200',
      }),
    );
    expect(of).toContainEqual(expect.objectContaining({ process: 'api', msg: 'a hook came for an activation', activationId: bought.id }));
    expect(of).toContainEqual(
      expect.objectContaining({
        process: 'worker',
        msg: 'an activation’s workflow was told',
        news: 'sms_received',
        activity: 'watchProvider',
      }),
    );

    const row = await stack.sql.row<{ trace_id: string }>('SELECT trace_id FROM activations WHERE id = $1', [bought.id]);
    expect(row).toEqual({ trace_id: traceId });
    const timeline = (await (await stack.fetch(`/v1/activations/${bought.id}/timeline`)).json()) as { trace_id: string };
    expect(timeline.trace_id).toBe(traceId);
  });

  it('stands in the workflow’s memo, which Temporal’s UI shows to who has no keys, and in each step’s and signal’s header', async () => {
    const { bought, traceId } = await rent();
    await received(bought.id);
    const handle = stranger.client.workflow.getHandle(activationWorkflowId(bought.id));
    expect((await handle.describe()).memo).toEqual({ trace: traceId });
    const carrierOf = (header: { fields?: Record<string, { data?: Uint8Array | null }> | null } | null | undefined) =>
      Buffer.from(header?.fields?.[TRACE_HEADER]?.data ?? '').toString('utf8');
    await until(
      async () => {
        const { events } = await handle.fetchHistory();
        return events?.some((event) => event.workflowExecutionSignaledEventAttributes) ?? false;
      },
      10_000,
      async () => 'no signal came',
    );
    const { events } = await handle.fetchHistory();
    const headers = events!.flatMap((event) => [
      event.workflowExecutionStartedEventAttributes?.header,
      event.activityTaskScheduledEventAttributes?.header,
      event.workflowExecutionSignaledEventAttributes?.header,
    ]);
    const carried = headers.filter((header) => header !== undefined && header !== null).map(carrierOf);
    expect(carried.length).toBeGreaterThanOrEqual(3);
    expect(new Set(carried)).toEqual(new Set([JSON.stringify(traceId)]));
  });

  it('is made where the client names none, or something else, and is another one each time', async () => {
    const { traceId: one } = await rent();
    const { traceId: other } = await rent('00-not-a-trace');
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(other).toMatch(/^[0-9a-f]{32}$/);
    expect(other).not.toBe(one);
  });

  it('stands in problem documents, and finds their lines', async () => {
    const traceId = randomBytes(16).toString('hex');
    const reply = await stack.fetch('/v1/activations', {
      json: { service: 'telegram' },
      headers: { 'idempotency-key': randomUUID(), traceparent: `00-${traceId}-${'1'.repeat(16)}-00` },
    });
    expect(reply.status).toBe(422);
    expect(await reply.json()).toMatchObject({ code: 'invalid_input', trace_id: traceId });
    await until(
      async () => inTrace(traceId).length > 0,
      5_000,
      async () => 'no line names it',
    );
  });
});

describe('the logs of a whole stack', () => {
  const written = () => stack.logged.filter((line) => /^(api|worker): /.test(line));

  it('hold no number, code, text or key, whatever was done, and no line that is not JSON', async () => {
    const { bought } = await rent();
    const shown = await received(bought.id);
    await stack.fetch(`/v1/activations/${bought.id}/finish`, { method: 'POST' });
    await stack.fetch('/v1/activations', {
      json: { service: 'telegram', country: 'ID', phone: '+6281234567890' },
      headers: { 'idempotency-key': 'x' },
    });
    await stack.fetch('/v1/nothing?code=445566');
    await stack.fetch('/hooks/providers/herosms/wrong-token-0123456789', { json: { activationId: '1', code: '778899' }, key: null });
    // Failures are logged too: a bad key at the provider, replies that are cut, a worker that dies.
    await stack.control('herosms', 'POST', '/traps', { name: 'truncated_body', probability: 1 });
    await stack.fetch('/v1/activations', {
      json: { service: 'telegram', country: 'ID' },
      headers: { 'idempotency-key': randomUUID(), prefer: 'wait=2' },
    });
    await until(
      async () => written().some((line) => line.includes('"level":"warn"')),
      20_000,
      async () => 'nothing was warned of',
    );
    await stack.control('herosms', 'DELETE', '/traps');
    await stack.kill('worker');
    await stack.restart('worker');

    const keys = [
      stack.clientKey,
      stack.operatorKey,
      stack.database.url,
      ...[...stack.simulators.values()].map(({ apiKey }) => apiKey.reveal()),
    ];
    const planted = [...keys, '445566', '778899', '6281234567890', 'wrong-token-0123456789', shown.phone_number.slice(1)];
    const sms = await stack.sql.rows<{ id: string }>('SELECT id FROM inbox');
    expect(sms.length).toBeGreaterThan(0);
    // Every number that was rented in this file, every code that came.
    const list = (await (await stack.fetch('/v1/activations?limit=50')).json()) as { readonly items: readonly Bought[] };
    const numbers = list.items.flatMap(({ phone_number }) => (phone_number === null ? [] : [phone_number.slice(1)]));
    const codes = list.items.flatMap(({ messages }) => messages.flatMap(({ code, text }) => [code, text]));
    expect(numbers.length).toBeGreaterThan(3);
    expect(codes.length).toBeGreaterThan(3);

    expect(written().length).toBeGreaterThan(30);
    for (const secret of [...planted, ...numbers, ...codes]) {
      // A code of few digits stands in many a timestamp and id by chance: it counts as a word of its own.
      const word = new RegExp(`(?<![\\w.:-])${secret.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![\\w-])`);
      const found = written().filter((line) => (secret.length < 10 ? word.test(line) : line.includes(secret)));
      expect([secret.slice(0, 3), found]).toEqual([secret.slice(0, 3), []]);
    }
    // A line that is no JSON would throw here.
    const read = written().map((line) => JSON.parse(line.replace(/^\w+: /, '')) as Line);
    expect(read.every(({ process }) => process === 'api' || process === 'worker')).toBe(true);
  });
});
