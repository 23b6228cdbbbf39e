import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences } from '../chaos/reckoning.js';
import { until } from '../rent/world.js';
import { startStack, type Stack } from '../stack/stack.js';

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly price: string;
  readonly messages: readonly unknown[];
}

const NEVER = { smsDelayMinMs: 600_000, smsDelayMaxMs: 600_000 };
const FINAL = ['COMPLETED', 'REFUNDED', 'FAILED'];
const CREDIT = '50';
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ credit: CREDIT, file: { policy: { quiet_ms: 1_000 }, cancel_after_ms: { herosms: 0 } } });
  await armInCalm();
});
afterAll(() => stack?.close());

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const rent = (key: string = randomUUID(), as?: string) =>
  stack.fetch('/v1/activations', {
    json: { service: 'telegram', country: 'ID' },
    headers: { 'idempotency-key': key },
    ...(as === undefined ? {} : { key: as }),
  });
const shown = async (id: string) => (await (await stack.fetch(`/v1/activations/${id}`)).json()) as Shown;
const press = (id: string, what: 'cancel' | 'finish' | 'resend') => stack.fetch(`/v1/activations/${id}/${what}`, { method: 'POST' });
async function settings(patch: object): Promise<void> {
  for (const provider of stack.simulators.keys()) await stack.control(provider, 'PUT', '/settings', patch);
}
/** A proof arms on a purchase and its refund that are each seen by themselves: before the races, at each provider. */
async function armInCalm(): Promise<void> {
  const armed = async (provider: string) =>
    (await stack.sql.row('SELECT 1 FROM provider_proofs WHERE provider = $1 AND armed_at IS NOT NULL', [provider])) !== null;
  await settings({ ...NEVER, lifetimeMs: 2_500 });
  const providers = [...stack.simulators.keys()];
  for (const provider of providers) {
    for (const other of providers)
      if (other !== provider) await stack.control(other, 'POST', '/traps', { name: 'no_numbers', probability: 1 });
    expect((await rent()).status).toBe(201);
    await until(
      () => armed(provider),
      90_000,
      async () =>
        `the proof of ${provider} is not armed\n${JSON.stringify([
          await stack.sql.row(
            'SELECT armed_at, fall_observed::text, observed::text, expected::text, read_at, frozen_reason FROM provider_proofs WHERE provider = $1',
            [provider],
          ),
          await stack.sql.rows('SELECT provider, status, cost::text, first_seen_at, cancel_accepted_at, agreed_at FROM orders'),
        ])}`,
    );
    for (const other of providers) await stack.control(other, 'DELETE', '/traps');
  }
}
async function settled(): Promise<void> {
  await until(
    async () => (await stack.sql.rows('SELECT 1 FROM activations WHERE NOT status = ANY ($1::text[])', [FINAL])).length === 0,
    110_000,
    async () =>
      JSON.stringify(
        await stack.sql.rows(
          `SELECT a.id, a.status, a.provider, o.provider_order_id, o.status AS order, o.raw_status, o.ended_at, o.last_seen_at, o.cancel_asked_at,
             o.cancel_accepted_at, (SELECT json_agg(json_build_array(h.at, h.to_status, h.reason)) FROM activation_history h WHERE h.activation_id = a.id) AS history,
             (SELECT json_agg(json_build_array(i.received_at, i.confirmed_at, i.signalled_at, i.revealed_at)) FROM inbox i WHERE i.order_id = o.id) AS sms
           FROM activations a LEFT JOIN orders o ON o.id = a.order_id WHERE NOT a.status = ANY ($1::text[])`,
          [FINAL],
        ),
      ) +
      stack.logged
        .filter((line) => /"level":"(warn|error)"/.test(line))
        .slice(-10)
        .join('\n'),
  );
  expect(await differences(stack, { credit: CREDIT, keepsMoney: false, lossDailyCap: null, promised: [] })).toEqual([]);
}

describe('races at the API', () => {
  it('SMS, cancel and expiry at the same moment: each activation ends with a code that is paid or with its money', async () => {
    await settings({ smsDelayMinMs: 1_600, smsDelayMaxMs: 2_600, lifetimeMs: 2_200 });
    const ids = await Promise.all(
      Array.from({ length: 30 }, async (_unused, index) => {
        const reply = await rent();
        expect(reply.status).toBe(201);
        const { id } = (await reply.json()) as Shown;
        if (index % 3 > 0) {
          await pause(1_500 + 25 * index);
          // Too late is as good an answer as accepted: which one it is shows in the end.
          expect([200, 202, 409]).toContain((await press(id, 'cancel')).status);
        }
        return id;
      }),
    );
    await settled();
    const ends = await Promise.all(ids.map(shown));
    for (const end of ends) expect(end.messages.length).toBe(end.status === 'COMPLETED' ? 1 : 0);
    expect(ends.filter(({ status }) => status === 'COMPLETED').length).toBeGreaterThan(0);
    expect(ends.filter(({ status }) => status === 'REFUNDED').length).toBeGreaterThan(0);
  });

  it('the same key twenty times at once is one purchase with one answer', async () => {
    await settings({ ...NEVER, lifetimeMs: 60_000 });
    const before = (await stack.sql.rows('SELECT 1 FROM orders')).length;
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 20 }, () => rent(key)));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(await Promise.all(replies.map(async (reply) => ((await reply.json()) as Shown).id))).size).toBe(1);
    expect((await stack.sql.rows('SELECT 1 FROM orders')).length).toBe(before + 1);
  });

  it('cancel and finish, each ten times at once, happen once', async () => {
    await settings({ ...NEVER, lifetimeMs: 60_000 });
    const { id: cancelled } = (await (await rent()).json()) as Shown;
    const cancels = await Promise.all(Array.from({ length: 10 }, () => press(cancelled, 'cancel')));
    for (const { status } of cancels) expect([200, 202]).toContain(status);

    await settings({ smsDelayMinMs: 100, smsDelayMaxMs: 200 });
    const { id: finished } = (await (await rent()).json()) as Shown;
    await until(
      async () => (await shown(finished)).status === 'RECEIVED',
      15_000,
      async () => JSON.stringify(await shown(finished)),
    );
    const finishes = await Promise.all(Array.from({ length: 10 }, () => press(finished, 'finish')));
    for (const { status } of finishes) expect([200, 202]).toContain(status);
    // What was done is answered alike for ever; what no longer makes sense is a conflict and changes nothing.
    await until(
      async () => (await shown(finished)).status === 'COMPLETED',
      10_000,
      async () => JSON.stringify(await shown(finished)),
    );
    expect((await press(finished, 'finish')).status).toBe(200);
    expect((await press(finished, 'cancel')).status).toBe(409);

    await press((await firstWaiting()) ?? cancelled, 'cancel');
    await settled();
    for (const id of [cancelled, finished]) {
      const steps = await stack.sql.rows<{ to_status: string }>(
        "SELECT to_status FROM activation_history WHERE activation_id = $1 AND to_status IN ('CANCELLED', 'COMPLETED')",
        [id],
      );
      expect(steps).toHaveLength(1);
    }
  });

  it('everything at once on one number leaves one honest end', async () => {
    await settings({ smsDelayMinMs: 700, smsDelayMaxMs: 900, lifetimeMs: 60_000 });
    const ids = await Promise.all(Array.from({ length: 6 }, async () => ((await (await rent()).json()) as Shown).id));
    await pause(650);
    await Promise.all(
      ids.flatMap((id) =>
        (['cancel', 'finish', 'resend', 'cancel', 'finish'] as const).map(async (what, index) => {
          await pause(60 * index);
          expect([200, 202, 409]).toContain((await press(id, what)).status);
        }),
      ),
    );
    await settled();
  });
});

async function firstWaiting(): Promise<string | null> {
  return (await stack.sql.row<{ id: string }>("SELECT id FROM activations WHERE status = 'WAITING' LIMIT 1"))?.id ?? null;
}
