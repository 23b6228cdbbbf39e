import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEndpointCount } from '../../src/api/endpoint-count.js';
import { DomainError, type ErrorCode } from '../../src/domain/errors.js';
import { plantAccount, plantVerification } from '../alerts/verification-rows.js';
import { openGate, TEST_VERIFY, verifySettings } from '../verify/verify-parts.js';
import type { TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
let operator: TestClient;
let accountId: string;
const run = (sql: string, values: readonly unknown[] = []) => world.database.run(sql, values);
beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
  accountId = await plantAccount(run);
});
afterAll(() => world.close());

/** The samples of the metrics of verifications, by name with labels. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const text = await (await operator.fetch('/metrics')).text();
  return new Map([...text.matchAll(/^(watchword_(?:verif|code)\S*) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]));
}

describe('metrics of verifications', () => {
  it('are all there, and nought, before the first', async () => {
    const samples = await scrape();
    expect(samples.get('watchword_verifications_open')).toBe(0);
    expect(samples.get('watchword_verification_spend{period="month"}')).toBe(0);
    expect(samples.get('watchword_verification_spend_threshold{period="day"}')).toBe(50);
    expect(samples.get('watchword_verification_spend_threshold{period="month"}')).toBe(100);
    expect(samples.get('watchword_codes_hour{channel="voice",result="sent"}')).toBe(0);
    expect([...samples.keys()].filter((name) => name.includes('conversion'))).toEqual([]);
  });

  it('count statuses, codes by channel, times and spend, of the last hour and of the day', async () => {
    const plant = (of: Omit<Parameters<typeof plantVerification>[1], 'accountId'>) => plantVerification(run, { accountId, ...of });
    const ids = [
      await plant({ status: 'VERIFIED', ago: 600, verifiedAfter: 30, codes: [{ after: 4, converted: true, price: 6_450n }] }),
      await plant({ status: 'EXPIRED', ago: 1_800, codes: [{ after: 8 }, { channel: 'voice', status: 'UNDELIVERED' }] }),
    ];
    await plant({ codes: [{ status: 'SENT' }] });
    await plant({ status: 'VERIFIED', ago: 7_200, codes: [{}] });
    await run('UPDATE messages SET ended_at = now() WHERE status NOT IN ($1, $2)', ['SENT', 'QUEUED']);
    await run(
      `INSERT INTO verification_history (verification_id, account_id, at, from_status, to_status, reason)
       SELECT id, account_id, ended_at, 'PENDING', status, 'test' FROM verifications WHERE id = ANY ($1::uuid[])`,
      [ids],
    );
    const samples = await scrape();
    const of = (name: string) => samples.get(`watchword_${name}`);
    expect(of('verifications_open')).toBe(1);
    expect(of('verifications_entered_hour{status="VERIFIED"}')).toBe(1);
    expect(of('verifications_entered_hour{status="EXPIRED"}')).toBe(1);
    expect(of('verification_conversion_hour')).toBe(0.5);
    expect(of('verification_seconds_hour{quantile="0.5"}')).toBeCloseTo(30);
    expect(of('codes_hour{channel="sms",result="sent"}')).toBe(3);
    expect(of('codes_hour{channel="sms",result="delivered"}')).toBe(2);
    expect(of('codes_hour{channel="sms",result="undelivered"}')).toBe(0);
    expect(of('codes_hour{channel="sms",result="converted"}')).toBe(1);
    expect(of('codes_hour{channel="voice",result="undelivered"}')).toBe(1);
    expect(of('code_delivery_seconds_hour{channel="sms",quantile="0.5"}')).toBeCloseTo(6);
    expect(of('verification_spend{period="month"}')).toBeGreaterThanOrEqual(0.00645);
  });
});

describe('the count of answers', () => {
  // What is older than a day is forgotten.
  const minute = Date.now() - (Date.now() % 60_000) - 7_200_000;
  const at = new Date(minute + 59_500);
  const written = () => world.database.rows('SELECT minute, answers, faults FROM verification_answers ORDER BY minute');
  const count = (database: Parameters<typeof createEndpointCount>[0] = world.database, clock = () => at) =>
    createEndpointCount(database, clock, { warn: () => {} });

  it('takes the verification endpoints alone, a server error or a missing carrier for a fault, and a refusal for none', async () => {
    const endpoints = count();
    for (const [route, status, code, detail] of [
      ['/v1/verifications', 201, null],
      ['/v1/verifications/:id/check', 503, 'unavailable'],
      ['/v1/verifications', 422, 'no_route'],
      ['/v1/verifications', 422, 'no_route', { test: true }],
      ['/v1/verifications', 503, 'unavailable', { test: true }],
      ['/v1/verifications', 422, 'invalid_input'],
      ['/api/v1/phone/send-code', 429, 'rate_limited'],
      ['/api/v1/phone/send-code/', 500, 'internal'],
      ['/v1/verificationsx', 500, 'internal'],
      ['/v1/messages', 500, 'internal'],
      ['none', 404, 'not_found'],
    ] as readonly (readonly [string, number, ErrorCode | null, { readonly test: boolean }?])[])
      endpoints.note({ route, status, problem: code === null ? null : { code, detail: detail ?? {} } });
    await endpoints.close();
    expect(await written()).toEqual([{ minute: new Date(minute), answers: 8, faults: 3 }]);
    await run('DELETE FROM verification_answers');
  });

  it('keeps what it could not write, for an hour at most, and adds it once', async () => {
    let away = true;
    let now = at.getTime();
    const flaky: typeof world.database = {
      ...world.database,
      run: (sql, values) => (away ? Promise.reject(new Error('away')) : world.database.run(sql, values)),
    };
    const endpoints = count(flaky, () => new Date(now));
    for (let n = 0; n < 70; n += 1) {
      endpoints.note({ route: '/v1/verifications', status: 500, problem: null });
      await endpoints.flush();
      now += 60_000;
    }
    expect(await written()).toEqual([]);
    away = false;
    await endpoints.close();
    const rows = await written();
    expect(rows).toHaveLength(60);
    expect(rows.at(-1)).toEqual({ minute: new Date(minute + 69 * 60_000), answers: 1, faults: 1 });
    await run('DELETE FROM verification_answers');
  });

  it('hears of what the API answers: a request that cannot be counted fails closed, and speaks against us', async () => {
    const gate = { ...openGate(), decide: () => Promise.reject(new DomainError('unavailable', 'The limits cannot be counted.')) };
    const played = { number: '+14155550199', code: '123456', outcome: 'unavailable' } as const;
    const verify = verifySettings({ ...TEST_VERIFY, testNumbers: [played] });
    const failing = await createWorld({ deps: { gate }, settings: { verify } });
    const client = await failing.client();
    const wish = (to: string) =>
      client.fetch('/v1/verifications', { json: { to, purpose: 'sign_in' }, headers: { 'idempotency-key': randomUUID() } });
    expect((await wish('+14155552671')).status).toBe(503);
    // What a test number plays does not.
    expect((await wish(played.number)).status).toBe(503);
    expect((await wish('nobody')).status).toBe(422);
    expect((await client.fetch(`/v1/verifications/${randomUUID()}`)).status).toBe(404);
    await client.fetch('/v1/activations');
    // Closing writes what was counted.
    await failing.api.close();
    expect(await failing.database.row('SELECT sum(answers)::int AS answers, sum(faults)::int AS faults FROM verification_answers')).toEqual(
      {
        answers: 4,
        faults: 1,
      },
    );
    await failing.close();
  });
});
