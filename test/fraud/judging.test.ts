import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { destinationOf } from '../../src/fraud/destination.js';
import { networkOf } from '../../src/fraud/address.js';
import { openIpCountries } from '../../src/fraud/ip-country.js';
import type { SendRisk } from '../../src/domain/fraud.js';
import { createGateWorld, only, wish, type GateWorld } from './gate-world.js';

let world: GateWorld;
beforeAll(async () => {
  world = await createGateWorld();
});
afterAll(() => world.close());

const found = async (section: Record<string, object>, risk: Partial<SendRisk>) => {
  const { verdict, reason, findings } = await world.gate(only(section)).decide(wish(world.accountId, risk));
  return { verdict, reason, rules: findings.map(({ rule }) => rule) };
};
const ALLOWED = { verdict: 'allow', reason: null, rules: [] };

describe('lines that cost, or that nobody reads a code on', () => {
  const lines = { line_type: {}, landline: {}, voip: {} };
  test.each([
    ['premium rate', '+19002345678', 'US'],
    ['premium rate', '+449098790123', 'GB'],
    ['shared cost', '+49180512345', 'DE'],
    ['one number for all of a company', '+445511234567', 'GB'],
    ['personal, which forwards to where it pays', '+447012345678', 'GB'],
    ['toll-free', '+18002345678', 'US'],
  ])('%s: %s is blocked on every channel, in no word of its own', async (_what, number, country) => {
    for (const channel of ['sms', 'voice', 'whatsapp'] as const)
      expect(await found(lines, { number, country, channel })).toEqual({ verdict: 'block', reason: 'blocked', rules: ['line_type'] });
  });

  test('a landline is called, not texted, and the person is told so', async () => {
    const line = { number: '+442071838750', country: 'GB' };
    expect(await found(lines, line)).toEqual({ verdict: 'block', reason: 'landline', rules: ['landline'] });
    expect(await found(lines, { ...line, channel: 'voice' })).toEqual(ALLOWED);
    expect(await found(lines, { ...line, channel: 'whatsapp' })).toEqual(ALLOWED);
  });

  test('a number of the internet is noted, or refused where that is wanted', async () => {
    const line = { number: '+445612345678', country: 'GB' };
    expect(await found(lines, line)).toEqual({ verdict: 'allow', reason: null, rules: ['voip'] });
    expect(await found({ voip: { mode: 'enforce' } }, line)).toEqual({ verdict: 'block', reason: 'blocked', rules: ['voip'] });
  });

  test.each(['+14155552671', '+447400123456', '+4915123456789', '+61412345678', '+33612345678'])('%s is a phone', async (number) => {
    expect(await found(lines, { number, country: 'US' })).toEqual(ALLOWED);
  });
});

describe('ranges', () => {
  test.each([
    '+14155550100',
    '+12125550199',
    '+447700900461',
    '+442079460123',
    '+442896496001',
    '+441134960999',
    '+61491570156',
    '+61255501234',
    '+33199001234',
    '+33639981234',
    '+493023125123',
    '+46701740605',
    '+46701740699',
    '+353209101234',
    '+881612345678',
    '+97912345678',
  ])('%s is kept for films, or nobody’s country', async (number) => {
    expect((await found({ reserved_range: {} }, { number })).rules).toEqual(['reserved_range']);
  });

  test.each([
    '+14155550099',
    '+14155550200',
    '+14155551234',
    '+447700901461',
    '+61491580156',
    '+46701740604',
    '+46701740700',
    '+88012345678',
  ])('%s beside them is not', async (number) => {
    expect((await found({ reserved_range: {} }, { number })).rules).toEqual([]);
  });

  test('a range that the operator names is blocked, its neighbours are not', async () => {
    const section = { denied_range: { prefixes: ['+99440', '+371287'] } };
    expect(await found(section, { number: '+994401234567', country: 'AZ' })).toEqual({
      verdict: 'block',
      reason: 'blocked',
      rules: ['denied_range'],
    });
    expect(await found(section, { number: '+994501234567', country: 'AZ' })).toEqual(ALLOWED);
  });
});

test('a reason is public only where it is the only one', async () => {
  const section = { country: {}, denied_range: { prefixes: ['+62'] } };
  expect(await found(section, { number: '+6281234567890', country: 'ID' })).toEqual({
    verdict: 'block',
    reason: 'blocked',
    rules: ['country', 'denied_range'],
  });
});

test.each([
  [null, ['user_agent']],
  [' ', ['user_agent']],
  ['curl/8.5.0', ['user_agent']],
  ['python-requests/2.32.3', ['user_agent']],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36', ['user_agent']],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36', []],
  ['CloudAlt/2.1 (iPhone; iOS 18.0; Scale/3.00)', []],
])('the user agent %s', async (userAgent, rules) => {
  expect((await found({ user_agent: {} }, { userAgent })).rules).toEqual(rules);
});

describe('the country of the address', () => {
  const shipped = fileURLToPath(new URL('data/GeoIP2-Country-Test.mmdb', import.meta.url));
  // Of MaxMind’s own test database: 2.125.160.216 is in the United Kingdom, 216.160.83.56 in the United States.
  test('is held against that of the phone; an address that nobody knows says nothing', async () => {
    const ipCountries = await openIpCountries(shipped);
    const gate = world.gate(only({ ip_country: { mode: 'enforce' } }), {}, { ipCountries });
    const ask = async (ip: string | null) => (await gate.decide(wish(world.accountId, { ip }))).findings.map(({ detail }) => detail);
    expect(await ask('2.125.160.216')).toEqual([{ ip_country: 'GB', country: 'US' }]);
    expect(await ask('216.160.83.56')).toEqual([]);
    expect(await ask('::ffff:2.125.160.216')).toEqual([{ ip_country: 'GB', country: 'US' }]);
    expect(await ask('127.0.0.1')).toEqual([]);
    expect(await ask('no address')).toEqual([]);
    expect(await ask(null)).toEqual([]);
  });

  test('a file that is none is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watchword-mmdb-'));
    const wrong = join(folder, 'wrong.mmdb');
    writeFileSync(wrong, 'nothing');
    copyFileSync(shipped, join(folder, 'right.mmdb'));
    await expect(openIpCountries(wrong)).rejects.toThrow(/ip_country\.database: .*wrong\.mmdb cannot be used/);
    await expect(openIpCountries(join(folder, 'none.mmdb'))).rejects.toThrow(/none\.mmdb cannot be used .*ENOENT/);
    expect((await openIpCountries(join(folder, 'right.mmdb')))('216.160.83.56')).toBe('US');
    rmSync(folder, { recursive: true });
  });
});

test('a prefix never says more of a number than all but its last five digits', () => {
  expect(destinationOf('+14155552671')).toEqual({ prefix: '14155', lineType: 'fixed_line_or_mobile' });
  expect(destinationOf('+447400123456').prefix).toBe('447400');
  expect(destinationOf('+35312345678').prefix).toBe('353123');
  expect(destinationOf('+298211234').prefix).toBe('2982');
  expect(destinationOf('+6902345').prefix).toBe('690');
});

test('one household has one network', () => {
  expect(networkOf('2001:db8:1:2::1')).toBe(networkOf('2001:0db8:0001:0002:ffff:ffff:ffff:ffff'));
  expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
  expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(networkOf('192.0.2.1')).toBe('192.0.2.1');
  for (const text of ['', 'localhost', '192.0.2.256', '192.0.2.1/24', '2001:db8::/64', '300']) expect(networkOf(text)).toBeNull();
});
