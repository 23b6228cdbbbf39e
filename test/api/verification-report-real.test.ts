import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFindings } from '../../src/alerts/findings.js';
import { DEFAULT_ALERT_POLICY } from '../../src/domain/alert-policy.js';
import { DEFAULT_VERIFICATION_BOUNDS } from '../../src/domain/alert-verification.js';
import type { components } from '../../src/client/schema.js';
import { createHttpClient } from '../../src/http/client.js';
import { scriptedCarrier } from '../send/scripted-carrier.js';
import { createVerifyWorld, type VerifyWorld } from '../verify/world.js';

type HouseReport = components['schemas']['OperatorVerificationReport'];
type ClientReport = components['schemas']['VerificationReport'];

let world: VerifyWorld;
const carrier = scriptedCarrier('first');
beforeAll(async () => {
  world = await createVerifyWorld([[carrier, 10_000n]]);
}, 120_000);
afterAll(() => world.stop(), 60_000);

/** What the engine writes is what the report and the alerts read: rows that were planted by hand could agree with nobody. */
it('verifications of the real engine are counted, priced and told of', async () => {
  const typed = await world.start('+14155550301');
  const code = (await world.codes(carrier, 1))[0]!;
  await world.check(typed.id, code);
  await world.becomes(typed.id, 'VERIFIED');
  const guessed = await world.start('+14155550302');
  const sent = (await world.codes(carrier, 2))[1]!;
  for (let n = 0; n < 3; n += 1) await world.check(guessed.id, sent === '000000' ? '111111' : '000000');
  await world.becomes(guessed.id, 'FAILED');
  await expect.poll(() => world.database.row('SELECT count(*)::int AS count FROM messages WHERE converted')).toEqual({ count: 1 });
  await expect.poll(() => world.database.row('SELECT count(*)::int AS count FROM messages WHERE price IS NOT NULL')).toEqual({ count: 2 });

  const operator = await world.api.operator();
  const house = (await (await operator.fetch('/v1/operator/verifications/report?revenue=1')).json()) as HouseReport;
  expect(house.totals).toMatchObject({
    verifications: 2,
    verified: 1,
    failed: 1,
    conversion_percent: 50,
    codes: 2,
    delivered: 1,
    typed_back: 1,
    paid: '0.02',
    cost: '0.02',
    cost_each: '0.01',
    suspect: 1,
  });
  expect(house.channels).toMatchObject([{ channel: 'sms', codes: 2, cost: '0.02' }]);
  expect(house.targets.find(({ target }) => target === 'cost_of_revenue')).toMatchObject({ value: '2.00', verdict: 'too_few' });
  const own = (await (await world.client.fetch('/v1/reports/verifications')).json()) as ClientReport;
  expect(own.totals).toMatchObject({ verifications: 2, paid: '0.02' });

  const http = createHttpClient({ clock: { now: Date.now } });
  const found = await readFindings({
    database: world.database,
    http,
    policy: DEFAULT_ALERT_POLICY,
    lowBalanceOf: () => null,
    verification: { ...DEFAULT_VERIFICATION_BOUNDS, spendDay: 19_999n },
    publicUrl: null,
    clock: () => new Date(),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  await http.close();
  expect(found.VerificationSpendDay?.get('')).toEqual({ spent: '0.02', threshold: '0.019999' });
  expect([found.CodesUndelivered?.size, found.PhoneInsists?.size, found.VerifyEndpointsFailing?.size]).toEqual([0, 0, 0]);

  const metrics = await (await operator.fetch('/metrics')).text();
  expect(metrics).toMatch(/^watchword_verifications_entered_hour\{status="VERIFIED"\} 1$/m);
  expect(metrics).toMatch(/^watchword_verifications_entered_hour\{status="FAILED"\} 1$/m);
  expect(metrics).toMatch(/^watchword_codes_hour\{channel="sms",result="converted"\} 1$/m);
  expect(metrics).toMatch(/^watchword_verification_spend\{period="day"\} 0\.02$/m);
}, 60_000);
