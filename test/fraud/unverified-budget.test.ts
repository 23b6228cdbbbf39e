import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createGateWorld, numberHashOf, only, wish, type GateWorld } from './gate-world.js';

let world: GateWorld;
let accountId: string;
beforeAll(async () => {
  world = await createGateWorld();
});
beforeEach(async () => {
  accountId = await world.account();
});
afterAll(() => world.close());

interface Sent {
  /** Minutes ago. */
  readonly ago: number;
  /** Seconds after which it was typed back; null for never. */
  readonly typedBack: number | null;
  readonly country?: string;
  readonly prefix?: string;
  readonly status?: string;
  readonly test?: boolean;
}

/** A verification with its code, message and decision, as the workflow leaves them. */
async function sent({ ago, typedBack, country = 'US', prefix = '14152', status = 'SENT', test: isTest = false }: Sent): Promise<void> {
  const [verification, send] = [randomUUID(), randomUUID()];
  const hash = numberHashOf(verification);
  const at = `now() - ${ago} * interval '1 minute'`;
  await world.database.run(
    `INSERT INTO verifications (id, account_id, idempotency_key, request_hash, workflow_id, run_id, purpose, number_hash, country, brand, channels, policy, status, test,
       created_at, expires_at, next_send_at, verified_at)
     VALUES ($1::uuid, $2, $1::uuid::text, 'hash', 'verification/' || $1::uuid::text, 'run', 'login', decode($3, 'hex'), $4, 'App', '{sms}', '{}', $5, $6,
       ${at}, now(), now(), ${at} + $7::float8 * interval '1 s')`,
    [verification, accountId, hash, country, typedBack === null ? 'EXPIRED' : 'VERIFIED', isTest, typedBack],
  );
  await world.database.run(
    `INSERT INTO messages (id, account_id, idempotency_key, request_hash, workflow_id, run_id, channel, country, encoding, segments, currency, ceiling, failover,
       status, valid_until, created_at, sent_at, verification_id)
     VALUES ($1::uuid, $2, $1::uuid::text, 'hash', 'message/' || $1::uuid::text, 'run', 'sms', $3, 'gsm7', 1, 'USD', 0, true, $4::text, now(), ${at},
       CASE WHEN $4::text NOT IN ('QUEUED') THEN ${at} END, $5)`,
    [send, accountId, country, status, verification],
  );
  await world.database.run(
    `INSERT INTO verification_sends (id, verification_id, account_id, seq, send_key, channel, template, variant, locale, created_at)
     VALUES ($1, $2, $3, 1, 'first', 'sms', 't', 'v', 'en', ${at})`,
    [send, verification, accountId],
  );
  await world.database.run(
    `INSERT INTO fraud_decisions (id, account_id, verification_id, number_hash, prefix, country, line_type, channel, verdict, at)
     VALUES ($1, $2, $3, decode($4, 'hex'), $5, $6, 'mobile', 'sms', 'allow', ${at})`,
    [randomUUID(), accountId, verification, hash, prefix, country],
  );
}
const many = async (count: number, one: (index: number) => Sent) => {
  for (let index = 0; index < count; index += 1) await sent(one(index));
};
/** 60 codes of last week, of which 80 % were typed back within a minute. */
const goodPast = (more: Partial<Sent> = {}) =>
  many(60, (index) => ({ ago: 7 * 1_440 + index, typedBack: index % 5 === 0 ? null : 40, ...more }));
const ask = async (given: Partial<Parameters<typeof wish>[1]> = {}, settings: object = {}) =>
  world.gate(only({ unverified_budget: settings })).decide(wish(accountId, { number: '+14152345678', ...given }));

test('codes that are typed back as ever let more be sent', async () => {
  await goodPast();
  await many(40, (index) => ({ ago: 10 + index, typedBack: index % 4 === 0 ? null : 30 }));
  expect((await ask()).findings).toEqual([]);
});

test('codes that nobody types back close the country, in no word of its own; another account and country stay open', async () => {
  await goodPast();
  await many(40, (index) => ({ ago: 10 + index, typedBack: null, prefix: `1${201 + index}2` }));
  expect(await ask()).toMatchObject({
    verdict: 'block',
    reason: 'blocked',
    findings: [
      {
        rule: 'unverified_budget',
        detail: { scope: 'country', country: 'US', unverified: 40, typed_back_percent: 0, expected_percent: 79 },
      },
    ],
  });
  expect((await ask({ country: 'GB', number: '+447400123456' })).verdict).toBe('allow');
  expect((await ask({ accountId: await world.account() })).verdict).toBe('allow');
});

test('codes of one prefix that nobody types back close it, not its country', async () => {
  await goodPast();
  await many(80, (index) => ({ ago: 10 + index, typedBack: index % 5 === 0 ? null : 30 }));
  await many(25, (index) => ({ ago: 10 + index, typedBack: null, prefix: '19072' }));
  expect(await ask({ number: '+19072345678' })).toMatchObject({
    verdict: 'block',
    findings: [{ detail: { scope: 'prefix', prefix: '19072', unverified: 25 } }],
  });
  expect((await ask()).verdict).toBe('allow');
});

test('what did not arrive, has not settled, is long ago, or of a test number says nothing', async () => {
  await goodPast();
  await many(30, (index) => ({ ago: 10 + index, typedBack: null, status: 'UNDELIVERED' }));
  await many(30, (index) => ({ ago: 10 + index, typedBack: null, status: 'QUEUED' }));
  await many(30, () => ({ ago: 1, typedBack: null }));
  await many(30, (index) => ({ ago: 130 + index, typedBack: null }));
  await many(30, (index) => ({ ago: 10 + index, typedBack: null, test: true }));
  expect((await ask()).findings).toEqual([]);
  // The same, arrived, settled and real.
  await many(30, (index) => ({ ago: 10 + index, typedBack: null, status: 'DELIVERED' }));
  expect((await ask()).verdict).toBe('block');
});

test('past and window are measured alike: a code typed back after the time to settle counts in neither', async () => {
  await goodPast({ typedBack: 400 });
  await many(40, (index) => ({ ago: 10 + index, typedBack: index % 10 === 0 ? 30 : 400 }));
  // Of that past nothing was typed back in time: one of ten is more, not less.
  expect((await ask()).findings).toEqual([]);
});

test('what is typed back only after the time to settle was not typed back in time', async () => {
  await goodPast();
  await many(40, (index) => ({ ago: 10 + index, typedBack: 400 }));
  expect((await ask()).verdict).toBe('block');
});

test('where it is watched, it says so and refuses nobody', async () => {
  await goodPast();
  await many(40, (index) => ({ ago: 10 + index, typedBack: null }));
  expect(await ask({}, { mode: 'monitor' })).toMatchObject({
    verdict: 'allow',
    findings: [{ rule: 'unverified_budget', mode: 'monitor' }],
  });
});
