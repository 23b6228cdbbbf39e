import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_FRAUD } from '../../src/config/fraud.js';
import { createFraudGate } from '../../src/fraud/create-gate.js';
import { limitersInPostgres } from '../../src/fraud/limiters.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { accepted, scriptedCarrier } from '../send/scripted-carrier.js';
import { createVerifyWorld, QUICK_VERIFY, type VerifyWorld } from './world.js';

let world: VerifyWorld;
const carrier = scriptedCarrier('carrier');
const TESTS = {
  right: '+14155550100',
  undelivered: '+14155550101',
  expired: '+14155550102',
  blocked: '+14155550103',
  limited: '+14155550104',
  noRoute: '+14155550105',
};
let last = 300;
const phone = () => `+1415555${String((last += 1)).padStart(4, '0')}`;

beforeAll(async () => {
  world = await createVerifyWorld([[carrier, 10_000n]], {
    verify: {
      ...QUICK_VERIFY,
      testNumbers: [
        { number: TESTS.right, code: '424242', outcome: 'delivered' },
        { number: TESTS.undelivered, code: '424242', outcome: 'undelivered' },
        { number: TESTS.expired, code: '424242', outcome: 'expired' },
        { number: TESTS.blocked, code: '424242', outcome: 'blocked' },
        { number: TESTS.limited, code: '424242', outcome: 'limited' },
        { number: TESTS.noRoute, code: '424242', outcome: 'no_route' },
      ],
    },
    gate: (database) =>
      createFraudGate({
        settings: { ...DEFAULT_FRAUD, cooldown: { ...DEFAULT_FRAUD.cooldown, seconds: 2 } },
        database,
        limiters: limitersInPostgres(database),
        secret: new Uint8Array(32).fill(3),
        clock: () => new Date(),
        ids: randomUUID,
        log: pino({ level: 'silent' }),
        metrics: createMetrics('api'),
      }),
  });
}, 120_000);
afterAll(() => world.stop(), 60_000);

const sendCode = (to: string, more: object = {}, key?: string) =>
  world.post('/api/v1/phone/send-code/', { phone_number: to, ...more }, key);
const verifyCode = async (to: string, code: string, path = '/api/v1/phone/verify-code/') =>
  (await (await world.post(path, { phone_number: to, code })).json()) as object;
const written = () => world.database.row('SELECT count(*)::int AS sends FROM verification_sends');
const cooledDown = () => new Promise((done) => setTimeout(done, 2_100));

async function codeTo(to: string, nth = 1): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = carrier.sent.filter((message) => message.to === to);
    if (found.length >= nth) return /\d{6}/.exec(found[nth - 1]!.text)![0];
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no code went to ${to}`);
}

describe('the two calls that verify a phone', () => {
  it('answer with the fields of their contract', async () => {
    const to = phone();
    const sent = await sendCode(to);
    expect(sent.status).toBe(200);
    const body = (await sent.json()) as { expires_in: number };
    expect(body).toEqual({ success: true, expires_in: expect.any(Number), attempts_remaining: 3 });
    expect(body.expires_in).toBeGreaterThan(590);
    expect(body.expires_in).toBeLessThanOrEqual(600);
    const code = await codeTo(to);
    expect(await verifyCode(to, code === '000000' ? '111111' : '000000')).toEqual({
      success: false,
      verified: false,
      attempts_remaining: 2,
    });
    // With and without the slash.
    expect(await verifyCode(to, code, '/api/v1/phone/verify-code')).toEqual({
      success: true,
      verified: true,
      tier_completed: 2,
      can_book: true,
    });
    expect(await verifyCode(to, code)).toEqual({ success: false, verified: false, attempts_remaining: 0 });
    expect(await verifyCode(phone(), '123456')).toEqual({ success: false, verified: false, attempts_remaining: 0 });
  });

  it('refuse too many codes with Retry-After, and clear the count when a code is typed back', async () => {
    const to = phone();
    expect((await sendCode(to)).status).toBe(200);
    const tooSoon = await sendCode(to);
    expect(tooSoon.status).toBe(429);
    expect(Number(tooSoon.headers.get('retry-after'))).toBeGreaterThan(0);
    await cooledDown();
    expect((await sendCode(to)).status).toBe(200);
    await cooledDown();
    expect((await sendCode(to)).status).toBe(200);
    await cooledDown();
    const tooMany = await sendCode(to);
    expect(tooMany.status).toBe(429);
    expect(Number(tooMany.headers.get('retry-after'))).toBeGreaterThan(3_600);
    expect(carrier.sent.filter((message) => message.to === to)).toHaveLength(3);
    // Any of the three is right.
    expect(await verifyCode(to, await codeTo(to, 2))).toMatchObject({ verified: true });
    await expect.poll(async () => (await sendCode(to)).status, { timeout: 10_000, interval: 500 }).toBe(200);
  }, 60_000);

  it.each([
    ['04155550123', 'national form'],
    ['4155550123', 'no country code'],
    ['+1 415 555', 'too short'],
    ['+999 123456789', 'no such country'],
    ['', 'nothing'],
    ['+1415555012x', 'a letter'],
  ])('refuse %j (%s) and say how to write it', async (number) => {
    const before = await written();
    const response = await sendCode(number);
    expect(response.status).toBe(422);
    expect(((await response.json()) as { errors: { field: string }[] }).errors[0]!.field).toBe('phone_number');
    expect(await written()).toEqual(before);
  });

  it('know a number in every disguise', async () => {
    const to = phone();
    const bare = to.slice(2);
    const dressed = `+1 (${bare.slice(0, 3)}) ${bare.slice(3, 6)}-${bare.slice(6)}`;
    expect((await sendCode(dressed)).status).toBe(200);
    const code = await codeTo(to);
    const wide = Array.from(to.slice(1), (digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
    expect(await verifyCode(`＋${wide}`, code)).toMatchObject({ verified: true });
  });

  it('tell an attacker nothing of why a number is blocked, and send nothing', async () => {
    const before = await written();
    const response = await sendCode('+6281234567890');
    expect(response.status).toBe(403);
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ code: 'blocked', reason: 'country' });
    expect(JSON.stringify(body)).not.toMatch(/rule|limit|velocity|monitor/);
    expect(await written()).toEqual(before);
    expect(
      await world.database.row(`SELECT 1 FROM fraud_decisions WHERE id = $1 AND verdict = 'block'`, [body['decision']]),
    ).not.toBeNull();
  });
});

describe('a test number', () => {
  it('is right with its code, and nothing is sent or paid', async () => {
    const before = await world.wallet(world.client.accountId);
    expect(await (await sendCode(TESTS.right)).json()).toMatchObject({ success: true });
    expect(await verifyCode(TESTS.right, '111111')).toMatchObject({ verified: false, attempts_remaining: 2 });
    expect(await verifyCode(TESTS.right, '424242')).toMatchObject({ verified: true });
    expect(carrier.sent.filter(({ to }) => to === TESTS.right)).toEqual([]);
    expect(await world.wallet(world.client.accountId)).toEqual(before);
  });

  it('plays its outcome', async () => {
    await sendCode(TESTS.undelivered);
    expect(await verifyCode(TESTS.undelivered, '424242')).toMatchObject({ verified: false });
    const started = await world.start(TESTS.expired);
    await world.becomes(started.id, 'EXPIRED');
    expect(await world.check(started.id, '424242')).toMatchObject({ success: false, status: 'EXPIRED' });
    await world.eventsOf(started.id, 'verification-expired');
    expect((await sendCode(TESTS.blocked)).status).toBe(403);
    const limited = await sendCode(TESTS.limited);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60']);
    expect(await (await sendCode(TESTS.noRoute)).json()).toMatchObject({ code: 'no_route' });
  });
});

describe('the cap on what verifications may cost', () => {
  it('is kept to the last micro unit by forty starts at once', async () => {
    const capped = await createVerifyWorld([[carrier, 10_000n]], {
      verify: {
        ...QUICK_VERIFY,
        spend: { mode: 'enforce', all: { day: 105_000n, month: null }, account: { day: null, month: 1_000_000n } },
      },
    });
    try {
      const before = carrier.sent.length;
      const replies = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const key = randomUUID();
          for (;;) {
            const response = await capped.post('/v1/verifications', { to: `+1415556${String(index).padStart(4, '0')}` }, key);
            // A busy machine may answer that it is not begun yet: the same key asks again.
            if (response.status !== 503) return response;
          }
        }),
      );
      expect(replies.filter(({ status }) => status === 201)).toHaveLength(10);
      const refusedOnes = replies.filter(({ status }) => status !== 201);
      expect(new Set(refusedOnes.map(({ status }) => status))).toEqual(new Set([402]));
      expect(await refusedOnes[0]!.json()).toMatchObject({ code: 'spend_cap_reached' });
      await expect.poll(() => carrier.sent.length - before, { timeout: 20_000 }).toBe(10);
      const day = await capped.database.row<{ amount: bigint }>(`SELECT amount FROM verification_spend WHERE scope = 'all'`);
      expect(day!.amount).toBe(100_000n);
      expect(await capped.problems()).toEqual([]);
    } finally {
      await capped.stop();
    }
  }, 120_000);

  it('gives back what a message did not cost', async () => {
    carrier.answer(() => ({ kind: 'refused', reason: 'unreachable', code: '1', raw: 'no' }));
    const capped = await createVerifyWorld([[carrier, 10_000n]], {
      verify: { ...QUICK_VERIFY, spend: { mode: 'enforce', all: { day: 10_000n, month: 10_000n }, account: { day: null, month: null } } },
    });
    try {
      const { id } = await capped.start('+14155570001');
      await expect
        .poll(() => capped.database.row<{ amount: bigint }>(`SELECT max(amount)::bigint AS amount FROM verification_spend`), {
          timeout: 20_000,
        })
        .toEqual({ amount: 0n });
      carrier.answer(accepted);
      expect((await capped.post(`/v1/verifications/${id}/resend`, {}, randomUUID())).status).toBe(202);
      expect((await capped.post(`/v1/verifications/${id}/resend`, {}, randomUUID())).status).toBe(402);
      expect((await capped.shown(id)).codes_sent).toBe(2);
    } finally {
      carrier.answer(accepted);
      await capped.stop();
    }
  }, 120_000);
});
