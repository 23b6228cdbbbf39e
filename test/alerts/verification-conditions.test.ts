import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { readFindings } from '../../src/alerts/findings.js';
import { addFraudFailures } from '../../src/db/fraud-failures.js';
import { addAnswers, verificationsBegan } from '../../src/db/verification-health.js';
import { ALERT_NAMES } from '../../src/domain/alert-conditions.js';
import { DEFAULT_VERIFICATION_BOUNDS, monthlySpendBound } from '../../src/domain/alert-verification.js';
import { type AlertDesk, openAlertDesk } from './desk.js';
import { plantAccount, plantDecision, plantVerification, type PlantedCode } from './verification-rows.js';

let desk: AlertDesk;
let accountId: string;
let player: string;
const run = (sql: string, values: readonly unknown[] = []) => desk.run(sql, values);
beforeAll(async () => {
  desk = await openAlertDesk();
  accountId = await plantAccount(run);
  player = await plantAccount(run, true);
});
afterAll(() => desk.close());
afterEach(async () => {
  for (const table of [
    'verification_sends',
    'messages',
    'verifications',
    'verification_answers',
    'verification_began',
    'fraud_decisions',
    'fraud_failures',
  ])
    await desk.run(`DELETE FROM ${table}`);
});

/** What is wrong now, by condition. */
async function found(): Promise<Record<string, unknown>> {
  const all = await readFindings(desk.deps);
  return Object.fromEntries(
    ALERT_NAMES.filter((name) => all[name] === null || all[name].size > 0).map((name) => [
      name,
      all[name] && (all[name].get('') ?? [...all[name].keys()]),
    ]),
  );
}

const plant = (
  codes: readonly PlantedCode[],
  more: { readonly ago?: number; readonly country?: string; readonly accountId?: string } = {},
) => plantVerification(run, { accountId, codes, ...more });
describe('what codes cost', () => {
  it('VerificationSpendDay: above fifty on this UTC day, and not at fifty', async () => {
    await plant([{ price: 50_000_000n }]);
    expect(await found()).toEqual({});
    await plant([{ price: 1n }]);
    expect(await found()).toEqual({ VerificationSpendDay: { spent: '50.000001', threshold: '50.00' } });
    await desk.run("UPDATE messages SET created_at = date_trunc('day', now(), 'UTC') - interval '1 second' WHERE price = 1");
    expect(await found()).toEqual({});
  });

  it('VerificationSpendMonth: above a hundred in the first three months, above five hundred from the fourth', async () => {
    await plant([{ price: 100_000_000n }]);
    await desk.run("UPDATE messages SET created_at = date_trunc('month', now(), 'UTC')");
    expect(await found()).not.toHaveProperty('VerificationSpendMonth');
    await plant([{ price: 1n }]);
    expect((await found())['VerificationSpendMonth']).toEqual({ spent: '100.000001', threshold: '100.00' });
    await desk.run("UPDATE verification_began SET at = now() - interval '2 months'");
    expect(await found()).toHaveProperty('VerificationSpendMonth');
    await desk.run("UPDATE verification_began SET at = date_trunc('month', now(), 'UTC') - interval '3 months'");
    expect(await found()).not.toHaveProperty('VerificationSpendMonth');
    await plant([{ price: 400_000_000n }]);
    expect((await found())['VerificationSpendMonth']).toEqual({ spent: '500.000001', threshold: '500.00' });
  });

  it('does not count what accounts play for, other messages, or what no carrier took', async () => {
    await plant([{ price: 60_000_000n }], { accountId: player });
    await plant([{ status: 'QUEUED', price: null }]);
    await desk.run(
      `INSERT INTO messages (id, account_id, idempotency_key, request_hash, workflow_id, run_id, channel, country, encoding, segments, currency,
         ceiling, price, failover, status, valid_until)
       VALUES ($1::uuid, $2, $1::text, 'hash', $1::text, '', 'sms', 'US', 'gsm7', 1, 'USD', 1, 60000000, true, 'DELIVERED', now())`,
      [randomUUID(), accountId],
    );
    expect(await found()).toEqual({});
  });

  it('counts months from that of the first verification, which is found once', async () => {
    expect(await verificationsBegan(desk.database)).toBeNull();
    await plant([], { ago: 3_600 });
    const began = await verificationsBegan(desk.database);
    expect(Date.now() - began!.getTime()).toBeGreaterThan(3_599_000);
    await desk.run('DELETE FROM verifications');
    expect(await verificationsBegan(desk.database)).toEqual(began);
  });

  it('has an amount for each month, and the last for good', () => {
    const { spendMonths } = DEFAULT_VERIFICATION_BOUNDS;
    const of = (began: string | null, now: string) =>
      monthlySpendBound(spendMonths, began === null ? null : new Date(began), new Date(now));
    expect(of(null, '2026-11-21T00:00:00Z')).toBe(100_000_000n);
    expect(of('2026-11-30T23:59:59Z', '2027-01-31T23:59:59Z')).toBe(100_000_000n);
    expect(of('2026-11-30T23:59:59Z', '2027-02-01T00:00:00Z')).toBe(500_000_000n);
    expect(of('2026-11-30T23:59:59Z', '2031-02-01T00:00:00Z')).toBe(500_000_000n);
  });
});

describe('what becomes of codes', () => {
  /** `good` delivered and `bad` undelivered codes, asked for ten minutes ago. */
  const many = async (
    good: number,
    bad: number,
    more: { readonly ago?: number; readonly country?: string; readonly accountId?: string } = {},
  ) => {
    for (let n = 0; n < good; n += 1) await plant([{}], { ago: 600, ...more });
    for (let n = 0; n < bad; n += 1) await plant([{ status: 'UNDELIVERED' }], { ago: 600, ...more });
  };

  it('CodesUndelivered: below ninety of a hundred, with enough of them, naming the worst countries', async () => {
    await many(0, 19);
    expect(await found()).toEqual({});
    await many(0, 1, { country: 'GB' });
    expect(await found()).toEqual({ CodesUndelivered: { delivered: '0 of 20', worst: ['US 0 of 19', 'GB 0 of 1'] } });
    await desk.run('DELETE FROM verification_sends');
    await desk.run('DELETE FROM messages');
    await many(18, 2);
    expect(await found()).toEqual({});
    await many(0, 1);
    expect(await found()).toEqual({ CodesUndelivered: { delivered: '18 of 21', worst: ['US 18 of 21'] } });
  });

  it('are judged between five minutes and an hour after they were asked for', async () => {
    await many(0, 25, { ago: 200 });
    await many(0, 25, { ago: 4_200 });
    await many(0, 25, { accountId: player });
    expect(await found()).toEqual({});
  });

  it('are delivered when typed back whatever receipts say, and untold where a carrier gives none', async () => {
    for (let n = 0; n < 20; n += 1) await plant([{ status: 'UNKNOWN', converted: true }], { ago: 600 });
    for (let n = 0; n < 20; n += 1) await plant([{ status: 'UNKNOWN', reason: 'carrier_gives_no_receipts' }], { ago: 600 });
    for (let n = 0; n < 20; n += 1) await plant([{ status: 'CANCELLED' }], { ago: 600 });
    expect(await found()).toEqual({});
    // Silence of a carrier that promises receipts is a failure.
    for (let n = 0; n < 5; n += 1) await plant([{ status: 'UNKNOWN', reason: 'no_receipt' }], { ago: 600 });
    expect(await found()).toEqual({ CodesUndelivered: { delivered: '20 of 25', worst: ['US 20 of 25'] } });
  });

  it('CodesSlow: above sixty seconds on the average of those that came', async () => {
    for (let n = 0; n < 20; n += 1) await plant([{ after: n === 0 ? 60 : 60.001 }], { ago: 600 });
    expect(await found()).toEqual({ CodesSlow: { average_seconds: 60, codes: 20 } });
    await desk.run("UPDATE messages SET delivered_at = created_at + interval '60 seconds'");
    expect(await found()).toEqual({});
  });
});

describe('VerifyEndpointsFailing', () => {
  const minute = (ago: number, answers: number, faults: number) =>
    addAnswers(desk.database, [{ minute: new Date(Date.now() - ago * 60_000), answers, faults }]);

  it('above five of a hundred answers within ten minutes, with enough of them', async () => {
    await minute(1, 19, 19);
    expect(await found()).toEqual({});
    await minute(2, 361, 0);
    expect(await found()).toEqual({});
    await minute(3, 1, 1);
    expect(await found()).toEqual({ VerifyEndpointsFailing: { faults: '20 of 381', minutes: 10 } });
    await desk.run("UPDATE verification_answers SET minute = minute - interval '9 minutes'");
    expect(await found()).toEqual({});
  });

  it('counts together what processes answered in the same minute, and forgets what is a day old', async () => {
    const at = new Date();
    await addAnswers(desk.database, [{ minute: at, answers: 10, faults: 0 }]);
    await addAnswers(desk.database, [
      { minute: at, answers: 10, faults: 2 },
      { minute: new Date(at.getTime() - 25 * 3_600_000), answers: 5, faults: 5 },
    ]);
    expect(await found()).toEqual({ VerifyEndpointsFailing: { faults: '2 of 20', minutes: 10 } });
    expect(await desk.database.rows('SELECT answers FROM verification_answers')).toEqual([{ answers: 20 }]);
  });
});

describe('FraudRulesFailing', () => {
  const fail = (...parts: readonly (readonly [part: string, failures: number])[]) => addFraudFailures(desk.database, new Map(parts));

  it('at three failures within ten minutes, over all processes and parts, the worst first', async () => {
    await fail(['cooldown', 1], ['captcha', 1]);
    expect(await found()).toEqual({});
    await desk.run("UPDATE fraud_failures SET minute = minute - interval '8 minutes'");
    await fail(['cooldown', 1]);
    expect(await found()).toEqual({ FraudRulesFailing: { parts: ['cooldown 2', 'captcha 1'], minutes: 10 } });
    await desk.run("UPDATE fraud_failures SET minute = minute - interval '3 minutes'");
    expect(await found()).toEqual({});
  });

  it('counts together what processes saw in the same minute, and forgets what is a day old', async () => {
    await fail(['lookup', 5]);
    await desk.run("UPDATE fraud_failures SET minute = minute - interval '25 hours'");
    for (let process = 0; process < 4; process += 1) await fail(['lookup', 1]);
    expect(await found()).toEqual({ FraudRulesFailing: { parts: ['lookup 4'], minutes: 10 } });
    expect(await desk.database.row('SELECT sum(failures)::int AS failures FROM fraud_failures')).toEqual({ failures: 4 });
  });
});

describe('who insists', () => {
  const phone = randomBytes(32);
  const address = randomBytes(32);
  const wish = (of: {
    readonly minutesAgo: number;
    readonly ip?: Buffer;
    readonly verdict?: string;
    readonly number?: Buffer;
    readonly by?: string;
  }) => plantDecision(run, { accountId: of.by ?? accountId, numberHash: of.number ?? randomBytes(32), ...of });

  it('PhoneInsists: more than three wishes for the same phone in 24 hours, granted or not', async () => {
    for (const minutesAgo of [1, 600, 1_439]) await wish({ minutesAgo, number: phone });
    await wish({ minutesAgo: 1_441, number: phone });
    await wish({ minutesAgo: 1, number: phone, by: player });
    expect(await found()).toEqual({});
    await wish({ minutesAgo: 2, number: phone, verdict: 'limit' });
    const { PhoneInsists } = await readFindings(desk.deps);
    expect([...PhoneInsists!]).toEqual([[phone.toString('hex').slice(0, 32), { wishes: 4, refused: 1, accounts: 1 }]]);
  });

  it('AddressInsists: more than ten wishes from the same address in an hour; without an address nobody does', async () => {
    for (let n = 0; n < 10; n += 1) await wish({ minutesAgo: n, ip: address });
    for (let n = 0; n < 20; n += 1) await wish({ minutesAgo: n });
    await wish({ minutesAgo: 61, ip: address });
    expect(await found()).toEqual({});
    await wish({ minutesAgo: 59, ip: address });
    const { AddressInsists } = await readFindings(desk.deps);
    expect([...AddressInsists!]).toEqual([[address.toString('hex').slice(0, 32), { wishes: 11, refused: 0, accounts: 1 }]]);
  });
});
