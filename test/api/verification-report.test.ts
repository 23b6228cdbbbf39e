import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verificationReport } from '../../src/api/verification-report.js';
import type { components } from '../../src/client/schema.js';
import { plantAccount, plantDecision, type PlantedVerification, plantVerification } from '../alerts/verification-rows.js';
import { problemOf, type TestClient } from './served-api.js';
import { createWorld, type World } from './world.js';

type HouseReport = components['schemas']['OperatorVerificationReport'];
type ClientReport = components['schemas']['VerificationReport'];

let world: World;
let operator: TestClient;
let client: TestClient;
const run = (sql: string, values: readonly unknown[] = []) => world.database.run(sql, values);
beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
  client = await world.client();
  await run(
    `INSERT INTO carriers (id, kind, channels, currency, rate_micros, simulated, receipts) VALUES
       ('acme', 'spec', '{sms}', 'USD', 1000000, false, 'push'), ('euro', 'spec', '{sms}', 'EUR', 1100000, false, 'push')`,
  );
});
afterAll(() => world.close());

beforeEach(async () => {
  // The service may not delete them; here everything begins anew.
  const superuser = new pg.Client({ connectionString: world.adminUrl });
  await superuser.connect();
  for (const table of ['message_attempts', 'verification_sends', 'messages', 'fraud_decisions', 'verifications'])
    await superuser.query(`DELETE FROM ${table}`);
  await superuser.end();
});

const plant = (of: Omit<PlantedVerification, 'accountId'> & { readonly accountId?: string }) =>
  plantVerification(run, { accountId: client.accountId, ...of });
const house = async (query = '') => {
  const reply = await operator.fetch(`/v1/operator/verifications/report${query}`);
  expect(reply.status).toBe(200);
  return (await reply.json()) as HouseReport;
};
const own = async (query = '', who = client) => {
  const reply = await who.fetch(`/v1/reports/verifications${query}`);
  expect(reply.status).toBe(200);
  return (await reply.json()) as ClientReport;
};
/** Seconds before now that are on the day so many days ago, whenever the test runs. */
const daysAgo = (days: number) => days * 86_400;
const dayOf = (days: number) => new Date(Date.now() - daysAgo(days) * 1_000).toISOString().slice(0, 10);

describe('the operator’s report', () => {
  it('is empty, and judges nothing, before the first verification', async () => {
    const report = await house();
    expect(report.totals).toMatchObject({ verifications: 0, codes: 0, conversion_percent: null, cost: '0.00', cost_each: null });
    expect([report.days, report.countries, report.channels]).toEqual([[], [], []]);
    expect(report.targets.every(({ verdict, value }) => verdict === 'too_few' && value === null)).toBe(true);
    expect(report.elsewhere.senders.every(({ cost }) => cost === '0.00')).toBe(true);
  });

  it('counts verifications, codes, what they cost carriers and clients, by day, country and channel', async () => {
    await plant({ status: 'VERIFIED', ago: daysAgo(1), codes: [{ after: 4, converted: true, price: 10_000n, cost: 6_450n }] });
    await plant({
      status: 'VERIFIED',
      country: 'GB',
      codes: [
        { status: 'UNDELIVERED', price: 10_000n, cost: 6_450n },
        { channel: 'voice', after: 10, converted: true, price: 20_000n, cost: 10_000n, carrier: 'euro' },
      ],
    });
    await plant({ status: 'EXPIRED', codes: [{ after: 6, converted: false, cost: 6_450n }] });
    await plant({ status: 'EXPIRED', codes: [{ status: 'UNKNOWN', reason: 'no_receipt', cost: 6_450n }] });
    await plant({ status: 'PENDING', codes: [{ status: 'QUEUED', price: null }] });
    await plant({ status: 'PENDING', codes: [{ after: 2 }] });
    await run("UPDATE messages SET ended_at = now() WHERE status NOT IN ('QUEUED', 'SENT')");
    const report = await house();
    expect(report.totals).toMatchObject({
      verifications: 6,
      pending: 2,
      verified: 2,
      expired: 2,
      failed: 0,
      conversion_percent: 50,
      reached: 3,
      dropped: 1,
      drop_off_percent: 33.33,
      codes: 6,
      delivered: 4,
      undelivered: 2,
      delivery_percent: 66.67,
      typed_back: 2,
      p50_seconds: 5,
      paid: '0.07',
      // Three at 0.00645, one at 0.01 EUR for 1.1 each, and another; each verification of six, rounded up.
      cost: '0.0368',
      cost_each: '0.006134',
      currency: 'USD',
      suspect: 0,
      blocked: 0,
    });
    expect(report.days.map(({ day, verifications, codes, cost }) => [day, verifications, codes, cost])).toEqual([
      [dayOf(0), 5, 5, '0.03035'],
      [dayOf(1), 1, 1, '0.00645'],
    ]);
    expect(
      report.countries.map(({ country, verifications, delivered, verified }) => [country, verifications, delivered, verified]),
    ).toEqual([
      ['GB', 1, 1, 1],
      ['US', 5, 3, 1],
    ]);
    expect(
      report.channels.map(({ channel, codes, typed_back, cost, p99_seconds }) => [channel, codes, typed_back, cost, p99_seconds]),
    ).toEqual([
      ['sms', 5, 1, '0.0258', 5.96],
      ['voice', 1, 1, '0.011', 10],
    ]);
  });

  it('leaves out test numbers, accounts that play, other days and other messages', async () => {
    const player = await plantAccount(run, true);
    await plant({ status: 'VERIFIED', test: true });
    await plant({ status: 'VERIFIED', accountId: player, codes: [{ cost: 6_450n }] });
    await plantDecision(run, { accountId: player, numberHash: randomBytes(32), minutesAgo: 1, verdict: 'block', rules: ['voip'] });
    await plant({ status: 'VERIFIED', ago: daysAgo(9), codes: [{ cost: 6_450n }] });
    expect((await house()).totals).toMatchObject({ verifications: 0, codes: 0, paid: '0.00', cost: '0.00', blocked: 0 });
    expect((await house(`?from=${dayOf(9)}&to=${dayOf(9)}`)).totals).toMatchObject({ verifications: 1, codes: 1, cost: '0.00645' });
  });

  it('calls suspect what was never verified and guessed at or noted, and blocked what was refused for good, each phone once', async () => {
    const phone = randomBytes(32);
    const decide = (of: {
      readonly verdict?: string;
      readonly rules: readonly string[];
      readonly verificationId?: string;
      readonly phone?: Buffer;
    }) => plantDecision(run, { accountId: client.accountId, numberHash: of.phone ?? randomBytes(32), minutesAgo: 1, ...of });
    await plant({ status: 'FAILED' });
    const noted = await plant({ status: 'EXPIRED' });
    await decide({ rules: ['voip'], verificationId: noted });
    await decide({ rules: ['voip'], verificationId: await plant({ status: 'VERIFIED' }) });
    await decide({ rules: ['cooldown'], verificationId: await plant({ status: 'EXPIRED' }) });
    await decide({ rules: ['voip'], verificationId: await plant({ status: 'PENDING' }) });
    for (let n = 0; n < 3; n += 1) await decide({ verdict: 'block', rules: ['ip_sends'], phone });
    await decide({ verdict: 'block', rules: ['country'] });
    await decide({ verdict: 'limit', rules: ['number_sends'] });
    const report = await house();
    expect(report.totals).toMatchObject({ verifications: 5, suspect: 2, blocked: 1 });
    expect(report.targets.find(({ target }) => target === 'fraud')).toMatchObject({ value: '50.00', sample: 6, verdict: 'too_few' });
  });

  it('judges the targets, with revenue where it is told', async () => {
    // Ninety-five typed back, four expired with a code that came, one lost: one carrier's cost each.
    for (let n = 0; n < 100; n += 1)
      await plant({
        status: n < 95 ? 'VERIFIED' : 'EXPIRED',
        codes: [n < 99 ? { after: 3, converted: n < 95, cost: 6_450n } : { status: 'UNDELIVERED', cost: 6_450n }],
      });
    await run('UPDATE messages SET ended_at = now()');
    const { targets, elsewhere } = await house('?revenue=12.9');
    expect(targets).toEqual([
      { target: 'delivery', unit: 'percent', sense: 'at_least', bound: '95', value: '99.00', sample: 100, verdict: 'met' },
      { target: 'delivery_seconds', unit: 'seconds', sense: 'below', bound: '30', value: '3.00', sample: 99, verdict: 'too_few' },
      { target: 'drop_off', unit: 'percent', sense: 'below', bound: '5', value: '4.04', sample: 99, verdict: 'too_few' },
      { target: 'fraud', unit: 'percent', sense: 'below', bound: '1', value: '0.00', sample: 100, verdict: 'met' },
      { target: 'cost_50000', unit: 'money', sense: 'below', bound: '500.00', value: '322.50', sample: 100, verdict: 'met' },
      { target: 'cost_100000', unit: 'money', sense: 'below', bound: '1000.00', value: '645.00', sample: 100, verdict: 'met' },
      { target: 'cost_of_revenue', unit: 'percent', sense: 'below', bound: '5', value: '5.00', sample: 100, verdict: 'missed' },
    ]);
    expect(elsewhere).toMatchObject({ source: 'ADR-002', as_of: '2025-10-27', currency: 'USD', months: 1, limiter_commands: 400 });
    expect(Object.fromEntries(elsewhere.senders.map(({ id, cost }) => [id, cost]))).toEqual({
      aws_sns: '0.645',
      aws_sns_first_year: '0.00',
      supabase: '5.00',
      twilio_verify: '5.00',
      firebase: '0.00',
      vonage: '8.00',
    });
    expect(elsewhere.senders.find(({ id }) => id === 'twilio_verify')).toMatchObject({
      month_of_50000: '2250.00',
      month_of_100000: '4500.00',
    });
    expect(elsewhere.limiters.map(({ id, cost }) => [id, cost])).toEqual([
      ['upstash', '0.00'],
      ['elasticache', '12.24'],
      ['memorystore', '36.00'],
    ]);
  });

  it('prices each calendar month by itself', async () => {
    for (const at of ['2026-03-31T23:59:59Z', '2026-04-01T00:00:00Z'])
      await plant({ status: 'VERIFIED', ago: (Date.now() - Date.parse(at)) / 1_000, codes: [{}] });
    const { elsewhere } = await house('?from=2026-03-30&to=2026-04-02');
    expect(elsewhere.months).toBe(2);
    expect(elsewhere.limiters.map(({ cost }) => cost)).toEqual(['0.00', '24.48', '72.00']);
  });

  it.each([
    'from=2026-12-01&to=2026-11-01',
    'from=2026-01-01&to=2026-12-31',
    'from=yesterday',
    'revenue=0.00',
    'revenue=-1',
    'revenue=1e3',
  ])('refuses %s', async (query) => {
    const reply = await operator.fetch(`/v1/operator/verifications/report?${query}`);
    expect(await problemOf(reply)).toMatchObject({ status: 422, code: 'invalid_input' });
  });

  it('refuses to sum up more than it can at once', async () => {
    for (let n = 0; n < 3; n += 1) await plant({ status: 'VERIFIED' });
    const span = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) };
    const report = (most: number) => verificationReport(world.database, { span, currency: 'USD', revenue: null, accountId: null }, most);
    expect((await report(3)).totals.verifications).toBe(3);
    await expect(report(2)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('ask for fewer days') });
  });

  it('is for operators', async () => {
    expect((await client.fetch('/v1/operator/verifications/report')).status).toBe(403);
  });
});

describe('a client’s own report', () => {
  it('has its own verifications alone, with what it paid and nothing of the house', async () => {
    const other = await world.client();
    await plant({ status: 'VERIFIED', codes: [{ converted: true, price: 10_000n, cost: 6_450n }] });
    await plant({ status: 'FAILED', codes: [{ price: 10_000n, cost: 6_450n }] });
    await plant({ accountId: other.accountId, status: 'EXPIRED', codes: [{ price: 30_000n, cost: 6_450n }] });
    await plantDecision(run, {
      accountId: client.accountId,
      numberHash: randomBytes(32),
      minutesAgo: 1,
      verdict: 'block',
      rules: ['voip'],
    });
    const report = await own('?revenue=1');
    expect(report.totals).toMatchObject({ verifications: 2, verified: 1, failed: 1, codes: 2, paid: '0.02', cost_each: '0.01' });
    expect(report.targets.map(({ target }) => target)).toEqual([
      'delivery',
      'delivery_seconds',
      'drop_off',
      'cost_50000',
      'cost_100000',
      'cost_of_revenue',
    ]);
    expect(report.targets.find(({ target }) => target === 'cost_50000')?.value).toBe('500.00');
    expect((await own('', other)).totals).toMatchObject({ verifications: 1, paid: '0.03' });
    const { elsewhere: _, ...told } = report;
    for (const hidden of ['"cost"', 'suspect', 'blocked', 'fraud', 'acme']) expect(JSON.stringify(told)).not.toContain(hidden);
  });
});
