import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { carrierHistories } from '../../src/db/carrier-evidence.js';
import { carrierOffers, noteQueueWait, noteThrottled, registerCarriers, storeSheet } from '../../src/db/carriers.js';
import { type Database, openDatabase } from '../../src/db/database.js';
import { reportMessage } from '../../src/db/message-feedback.js';
import { storeOutcome, storeSilence } from '../../src/db/message-outcomes.js';
import { CARRIER_EXPERIENCE } from '../../src/domain/carrier-experience.js';
import { GENERAL } from '../../src/domain/delivery-wait.js';
import { NOTHING_TOLD } from '../../src/domain/receipt-worth.js';
import { hearSend, maySend } from '../../src/send/carrier-circuit.js';
import { createRouteMemory } from '../../src/send/route-memory.js';
import { hearSilence, rankRoute } from '../../src/send/routing.js';
import { createTestDatabase } from '../stack/database.js';
import { scriptedCarrier } from './scripted-carrier.js';

const CARRIERS = ['a', 'b', 'c', 'mute'] as const;
type Id = (typeof CARRIERS)[number];
const logs: string[] = [];
const log = (fields: object, message: string) => void logs.push(`${message} ${JSON.stringify(fields)}`);
let own: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let accountId: string;

beforeAll(async () => {
  own = await createTestDatabase();
  database = openDatabase({ url: own.url, applicationName: 'routing', poolSize: 10 });
  accountId = randomUUID();
  await database.run("INSERT INTO accounts (id, name, kind) VALUES ($1, 'test', 'client')", [accountId]);
  await registerCarriers(
    database,
    CARRIERS.map((id) => ({
      id,
      kind: 'scripted',
      channels: ['sms'],
      currency: 'USD',
      rateMicros: 1_000_000n,
      simulated: false,
      receipts: id === 'mute' ? 'none' : 'push',
    })),
  );
  for (const id of CARRIERS)
    await database.transaction((sql) =>
      storeSheet(sql, id, [{ channel: 'sms', prefix: '62', country: 'ID', network: null, price: 10_000n }]),
    );
});
afterAll(async () => {
  await database.close();
  await own.drop();
});
beforeEach(async () => {
  logs.length = 0;
  await database.run("UPDATE message_outcomes SET at = at - interval '60 days', reported_at = reported_at - interval '60 days'");
  await database.run(
    `UPDATE carriers SET circuit_open_until = NULL, circuit_faults = 0, circuit_good = 0, circuit_bad = 0, circuit_trips = 0, circuit_probe = NULL,
       circuit_counted_at = NULL, queue_wait_ms = 0, queue_seen_at = NULL, throttled_until = NULL`,
  );
});

/** A message that carriers took, one after the other; ids of message and attempts. */
async function sent(
  carriers: readonly { readonly carrier: Id; readonly claims?: 'delivered' | 'undelivered' }[],
  country = 'ID',
  network: string | null = null,
): Promise<{ messageId: string; attempts: string[] }> {
  const messageId = randomUUID();
  await database.run(
    `INSERT INTO messages (id, account_id, idempotency_key, request_hash, workflow_id, run_id, channel, country, network, encoding, segments,
       currency, ceiling, failover, status, valid_until)
     VALUES ($1, $2, $3, 'hash', $3, 'run', 'sms', $4, $5, 'gsm7', 1, 'USD', 10000, true, 'SENT', now() + interval '10 minutes')`,
    [messageId, accountId, `k-${messageId}`, country, network],
  );
  const attempts: string[] = [];
  for (const [seq, { carrier, claims = null }] of carriers.entries()) {
    const id = randomUUID();
    attempts.push(id);
    await database.run(
      `INSERT INTO message_attempts (id, message_id, seq, carrier, max_cost, client_price, status, deadline_at, receipt_status)
       VALUES ($1, $2, $3, $4, 10000, 10000, 'ACCEPTED', now(), $5)`,
      [id, messageId, seq, carrier, claims],
    );
  }
  return { messageId, attempts };
}

/** An outcome of a carrier's own, so many seconds ago. */
async function outcome(
  carrier: Id,
  delivered: boolean,
  { ago = 0, country = 'ID', network = null as string | null, seconds = 5 } = {},
): Promise<string> {
  const { attempts } = await sent([{ carrier }], country, network);
  const attemptId = attempts[0]!;
  await storeOutcome(database, { attemptId, carrier, channel: 'sms', country, network, delivered, secondsToReceipt: seconds });
  await database.run(`UPDATE message_outcomes SET at = now() - $2 * interval '1 second' WHERE attempt_id = $1`, [attemptId, ago]);
  return attemptId;
}

const historyOf = async (carrier: Id, network: string | null = null, country = 'ID') =>
  (await carrierHistories(database, [carrier], { channel: 'sms', country, network }, CARRIER_EXPERIENCE)).get(carrier)!;
const row = (attemptId: string) =>
  database.row<{ delivered: boolean; overdue: boolean; excused: boolean; worked: boolean | null }>(
    'SELECT delivered, overdue, excused, worked FROM message_outcomes WHERE attempt_id = $1',
    [attemptId],
  );

describe('a carrier’s past', () => {
  it('is told by network, country and carrier, no outcome at two levels', async () => {
    await outcome('a', true, { network: 'xl' });
    await outcome('a', false, { network: 'indosat' });
    await outcome('a', false, {});
    await outcome('a', true, { country: 'US' });
    const { evidence } = await historyOf('a', 'xl');
    expect(evidence.network).toEqual([{ ...NOTHING_TOLD, delivered: expect.closeTo(1, 3) }]);
    expect(evidence.country).toEqual({ ...NOTHING_TOLD, failed: expect.closeTo(2, 3) });
    expect(evidence.carrier).toEqual({ ...NOTHING_TOLD, delivered: expect.closeTo(1, 3) });
    const broad = (await historyOf('a')).evidence;
    expect(broad.network).toEqual([{ ...NOTHING_TOLD, delivered: expect.closeTo(1, 3), failed: expect.closeTo(2, 3) }]);
    expect(broad.country).toEqual(NOTHING_TOLD);
  });

  it('fades, comes in parts of which the first is the newest, and ends after a week and five hundred', async () => {
    for (let index = 0; index < 12; index += 1) await outcome('b', index >= 10, { ago: index });
    await outcome('b', true, { ago: CARRIER_EXPERIENCE.halfLifeSeconds });
    await outcome('b', true, { ago: CARRIER_EXPERIENCE.windowSeconds + 1 });
    const parts = (await historyOf('b')).evidence.network;
    expect(parts).toEqual([
      { ...NOTHING_TOLD, failed: expect.closeTo(10, 1) },
      { ...NOTHING_TOLD, delivered: expect.closeTo(2.5, 1) },
    ]);
  });

  it('knows how long receipts take, from messages that arrived', async () => {
    for (const seconds of [2, 4, 6, 8, 100]) await outcome('c', true, { seconds });
    await outcome('c', false, { seconds: 999 });
    expect((await historyOf('c')).times).toEqual({ medianSeconds: 6, p95Seconds: expect.closeTo(81.6, 3), samples: 5 });
  });
});

describe('a silence', () => {
  it('is a failure until the receipt comes, which says how late it was', async () => {
    const { messageId, attempts } = await sent([{ carrier: 'a' }]);
    expect(await hearSilence({ database, log: { info: log, warn: log, error: log } }, { messageId, seq: 0 })).toEqual({ kind: 'move_on' });
    expect(await row(attempts[0]!)).toEqual({ delivered: false, overdue: true, excused: false, worked: null });
    const about = { attemptId: attempts[0]!, carrier: 'a', channel: 'sms', country: 'ID', network: null } as const;
    await storeOutcome(database, { ...about, delivered: true, secondsToReceipt: 90 });
    expect(await row(attempts[0]!)).toEqual({ delivered: true, overdue: true, excused: false, worked: null });
    expect((await historyOf('a')).times.p95Seconds).toBe(90);
  });

  it('of a carrier that never gives receipts says nothing', async () => {
    const { attempts } = await sent([{ carrier: 'mute' }]);
    const about = { attemptId: attempts[0]!, carrier: 'mute', channel: 'sms', country: 'ID', network: null } as const;
    expect(await storeSilence(database, about)).toBe(false);
    expect(await row(attempts[0]!)).toBeNull();
  });

  it('of every carrier moves nothing on and is held against nobody, what was held before included', async () => {
    const silent = async (carrier: Id) => {
      const one = await sent([{ carrier }]);
      return {
        ...one,
        said: await hearSilence({ database, log: { info: log, warn: log, error: log } }, { messageId: one.messageId, seq: 0 }),
      };
    };
    const before = (await historyOf('a')).evidence;
    const first = [];
    for (let index = 0; index < 5; index += 1) first.push(await silent('a'));
    expect(first.map(({ said }) => said.kind)).toEqual(Array.from({ length: 5 }, () => 'move_on'));
    for (let index = 0; index < GENERAL.least - 1; index += 1) expect((await silent('b')).said.kind).toBe('move_on');
    expect((await silent('b')).said).toEqual({ kind: 'wait', forMs: 60_000 });
    expect(await row(first[0]!.attempts[0]!)).toMatchObject({ excused: true });
    expect((await historyOf('a')).evidence).toEqual(before);
    expect((await historyOf('b')).evidence.network).toEqual([]);
    expect(logs).toHaveLength(1);
    // A receipt that comes late meanwhile is put down to it too; one that comes in time is not.
    const planned = async (seconds: number) => {
      const { messageId, attempts } = await sent([{ carrier: 'b' }]);
      await database.run(`UPDATE messages SET candidates = '[{"carrier": "b", "receiptWaitMs": 60000}]' WHERE id = $1`, [messageId]);
      const about = { attemptId: attempts[0]!, carrier: 'b', channel: 'sms', country: 'ID', network: null } as const;
      await storeOutcome(database, { ...about, delivered: true, secondsToReceipt: seconds });
      return row(attempts[0]!);
    };
    expect(await planned(61)).toMatchObject({ delivered: true, overdue: true, excused: true });
    expect(await planned(59)).toMatchObject({ delivered: true, overdue: false, excused: false });
    await database.run("UPDATE slow_countries SET seen_at = now() - interval '1 hour'");
    expect(await planned(61)).toMatchObject({ overdue: true, excused: false });
    // One carrier that is in time, and it is the others' own fault again.
    for (let index = 0; index < GENERAL.least; index += 1) await outcome('c', true);
    expect((await silent('a')).said.kind).toBe('move_on');
  });

  it('in one country says nothing of another', async () => {
    for (let index = 0; index < 5; index += 1)
      for (const carrier of ['a', 'b'] as const) {
        const { attempts } = await sent([{ carrier }], 'US');
        await storeSilence(database, { attemptId: attempts[0]!, carrier, channel: 'sms', country: 'US', network: null });
      }
    const { messageId } = await sent([{ carrier: 'a' }]);
    expect((await hearSilence({ database, log: { info: log, warn: log, error: log } }, { messageId, seq: 0 })).kind).toBe('move_on');
  });
});

describe('a sender’s word', () => {
  it('stands beside the receipt, whichever came first, and the last word counts', async () => {
    const { messageId, attempts } = await sent([{ carrier: 'a', claims: 'delivered' }]);
    const about = { attemptId: attempts[0]!, carrier: 'a', channel: 'sms', country: 'ID', network: null } as const;
    expect(await reportMessage(database, messageId, false)).toBe(true);
    await storeOutcome(database, { ...about, delivered: true, secondsToReceipt: 3 });
    expect(await row(attempts[0]!)).toMatchObject({ delivered: true, worked: false });
    expect((await historyOf('a')).claims.here).toEqual({ confirmed: 0, denied: expect.closeTo(1, 3) });
    expect((await historyOf('a')).evidence.network).toEqual([{ ...NOTHING_TOLD, denied: expect.closeTo(1, 3) }]);
    expect(await reportMessage(database, messageId, true)).toBe(true);
    expect((await historyOf('a')).evidence.network).toEqual([{ ...NOTHING_TOLD, worked: expect.closeTo(1, 3) }]);
  });

  it('is a success of a message that its carrier calls failed', async () => {
    const { messageId, attempts } = await sent([{ carrier: 'a', claims: 'undelivered' }]);
    const about = { attemptId: attempts[0]!, carrier: 'a', channel: 'sms', country: 'ID', network: null } as const;
    await storeOutcome(database, { ...about, delivered: false, secondsToReceipt: null });
    await reportMessage(database, messageId, true);
    const { evidence, claims } = await historyOf('a');
    expect(evidence.network).toEqual([{ ...NOTHING_TOLD, worked: expect.closeTo(1, 3) }]);
    // It confirms no receipt.
    expect(claims.here).toEqual({ confirmed: 0, denied: 0 });
  });

  it('of two carriers that both claim the delivery praises neither and blames both', async () => {
    const both = await sent([
      { carrier: 'a', claims: 'delivered' },
      { carrier: 'b', claims: 'delivered' },
    ]);
    expect(await reportMessage(database, both.messageId, true)).toBe(true);
    expect([await row(both.attempts[0]!), await row(both.attempts[1]!)]).toEqual([null, null]);
    await reportMessage(database, both.messageId, false);
    expect([await row(both.attempts[0]!), await row(both.attempts[1]!)]).toMatchObject([{ worked: false }, { worked: false }]);
    // And takes it back when it was a slip.
    await reportMessage(database, both.messageId, true);
    expect([await row(both.attempts[0]!), await row(both.attempts[1]!)]).toMatchObject([{ worked: null }, { worked: null }]);
  });

  it('is all that is known of a carrier without receipts', async () => {
    for (const worked of [true, false]) await reportMessage(database, (await sent([{ carrier: 'mute' }])).messageId, worked);
    const { evidence } = await historyOf('mute');
    expect(evidence.network).toEqual([{ ...NOTHING_TOLD, worked: expect.closeTo(1, 3), denied: expect.closeTo(1, 3) }]);
  });

  it('of a message that never was sent, or is not there, changes nothing', async () => {
    const { messageId } = await sent([]);
    expect(await reportMessage(database, messageId, true)).toBe(false);
    expect(await reportMessage(database, randomUUID(), true)).toBe(false);
    expect(await database.row('SELECT converted FROM messages WHERE id = $1', [messageId])).toEqual({ converted: null });
  });
});

describe('a route', () => {
  const deps = () => ({
    carriers: new Map(CARRIERS.map((id) => [id, scriptedCarrier(id)])),
    markupOf: () => ({ basisPoints: 0, fixed: 0n }),
    maxCarriers: 4,
    routes: createRouteMemory(() => new Date()),
    die: () => 0,
  });
  const ranked = async (carriers: readonly string[] | null = ['a', 'b', 'c']) =>
    (
      await rankRoute(
        database,
        deps(),
        { channel: 'sms', to: '+6281234567890', country: 'ID', carriers, segments: 1, maxPrice: null } as Parameters<typeof rankRoute>[2],
        { sandbox: false },
      )
    ).ranked;

  it('follows what was delivered, and waits as long as receipts take', async () => {
    for (let index = 0; index < 25; index += 1) await outcome('b', true, { seconds: 40 });
    for (let index = 0; index < 10; index += 1) await outcome('a', index < 3);
    const order = await ranked();
    expect(order.map(({ ranked: one }) => one.carrier)).toEqual(['b', 'c', 'a']);
    expect(order.map(({ waitSeconds }) => waitSeconds)).toEqual([60, 60, 60]);
    for (let index = 0; index < 25; index += 1) await outcome('b', true, { seconds: 10 });
    expect((await ranked())[0]!.waitSeconds).toBe(60);
  });

  it('leads around a queue that is long or a carrier that finds us too fast, for as long as it is', async () => {
    for (const carrier of ['a', 'b', 'c'] as const) for (let index = 0; index < 10; index += 1) await outcome(carrier, true);
    await noteQueueWait(database, 'a', new Date(Date.now() - 55_000));
    await noteThrottled(database, 'b', 50_000);
    expect((await ranked()).map(({ ranked: one }) => one.carrier)).toEqual(['c', 'b', 'a']);
    await database.run("UPDATE carriers SET queue_seen_at = now() - interval '1 minute', throttled_until = now() - interval '1 second'");
    const merits = (await ranked()).map(({ ranked: one }) => one.merit);
    expect(Math.max(...merits) - Math.min(...merits)).toBeLessThan(0.001);
  });

  it('writes down a queue only where somebody waits', async () => {
    await noteQueueWait(database, 'a', new Date(Date.now() - 120));
    expect(await database.row('SELECT queue_seen_at FROM carriers WHERE id = $1', ['a'])).toEqual({ queue_seen_at: null });
  });

  it('asks a carrier whose circuit is open last, and still asks it where there is no other', async () => {
    await database.run("UPDATE carriers SET circuit_open_until = now() + interval '1 minute' WHERE id = 'a'");
    expect((await ranked()).at(-1)!.ranked).toMatchObject({ carrier: 'a', rest: 'circuit_open' });
    expect(await ranked(['a'])).toHaveLength(1);
    expect((await carrierOffers(database, 'sms', '6281234567890', { sandbox: false })).map(({ rest }) => rest)).toContain('circuit_open');
  });
});

describe('what is known of a route', () => {
  it('is read anew for each message while little is known, and shared for seconds where much is', async () => {
    let now = 1_000_000;
    const memory = createRouteMemory(() => new Date(now));
    const read = async (carriers: readonly string[] = ['a']) => {
      const told = (await memory.histories(database, carriers, { channel: 'sms', country: 'ID', network: null })).get('a')!;
      return told.evidence.network.reduce((sum, { delivered, failed }) => sum + delivered + failed, 0);
    };
    for (let index = 0; index < 5; index += 1) await outcome('a', true);
    expect(await read()).toBeCloseTo(5, 1);
    await outcome('a', false);
    expect(await read()).toBeCloseTo(6, 1);
    for (let index = 0; index < 100; index += 1) await outcome('a', true);
    expect(await read()).toBeCloseTo(106, 1);
    await outcome('a', true);
    expect(await read()).toBeCloseTo(106, 1);
    // A carrier that was not asked before is looked up.
    expect(await read(['a', 'b'])).toBeCloseTo(107, 1);
    await outcome('a', true);
    now += 5_000;
    expect(await read()).toBeCloseTo(108, 1);
  });
});

describe('a carrier’s circuit', () => {
  const deps = () => ({ database, log: { info: log, warn: log, error: log }, replyWaitMs: 15_000 });
  const lost = (carrier: Id, key: string) => hearSend(deps(), { carrier, channel: 'sms', key }, { kind: 'ambiguous', why: 'timeout' });
  const openUntil = async (carrier: Id) =>
    (await database.row<{ circuit_open_until: Date | null }>('SELECT circuit_open_until FROM carriers WHERE id = $1', [carrier]))!
      .circuit_open_until;

  it('opens after lost replies in a row, once, while others answer; one message finds out whether it is well again', async () => {
    await hearSend(deps(), { carrier: 'b', channel: 'sms', key: 'x' }, { kind: 'accepted' });
    await Promise.all([1, 2, 3, 4, 5].map((index) => lost('a', `k${index}`)));
    expect(await openUntil('a')).not.toBeNull();
    expect(logs.filter((line) => line.includes('its circuit is open'))).toHaveLength(1);
    expect(await maySend(deps(), 'a', 'k6')).toBe(false);
    await database.run("UPDATE carriers SET circuit_open_until = now() - interval '1 second' WHERE id = 'a'");
    const asked = await Promise.all(Array.from({ length: 10 }, (_, index) => maySend(deps(), 'a', `p${index}`)));
    expect(asked.filter(Boolean)).toHaveLength(1);
    await hearSend(deps(), { carrier: 'a', channel: 'sms', key: `p${asked.indexOf(true)}` }, { kind: 'accepted' });
    expect(await openUntil('a')).toBeNull();
  });

  it('says nothing of a carrier that finds us too fast; until when it does is noted', async () => {
    await hearSend(deps(), { carrier: 'a', channel: 'sms', key: '1' }, { kind: 'refused', reason: 'throttled', retryAfterMs: 20_000 });
    expect(await openUntil('a')).toBeNull();
    const [offer] = await carrierOffers(database, 'sms', '6281234567890', { sandbox: false });
    expect(offer).toMatchObject({ carrier: 'a', queueSeconds: expect.closeTo(20, 0) });
  });

  it('stays closed when nobody answers: the fault is ours', async () => {
    await lost('b', 'y');
    await lost('c', 'z');
    await lost('mute', 'z');
    for (const key of ['1', '2', '3', '4', '5']) await lost('a', key);
    expect(await openUntil('a')).toBeNull();
  });

  it('writes nothing for an answer like all others', async () => {
    const accepted = (key: string) => hearSend(deps(), { carrier: 'a', channel: 'sms', key }, { kind: 'accepted' });
    const version = () => database.row("SELECT xmin::text FROM carriers WHERE id = 'a'");
    await accepted('1');
    const before = await version();
    await accepted('2');
    expect(await version()).toEqual(before);
    await lost('a', '3');
    const faulty = await version();
    await accepted('4');
    expect(await version()).not.toEqual(faulty);
  });
});
