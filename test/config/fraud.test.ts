import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import type { Environment } from '../../src/config/environment.js';
import { DEFAULT_COUNTRIES } from '../../src/config/fraud.js';
import { loadPlatformConfig, loadServiceConfig } from '../../src/config/load.js';

const folder = mkdtempSync(join(tmpdir(), 'watchword-fraud-config-'));
const file = join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true }));

function load(fraud: unknown, environment: Environment = {}) {
  writeFileSync(file, JSON.stringify({ fraud }));
  return loadPlatformConfig({ ...environment, WATCHWORD_CONFIG: file }).fraud;
}

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replace(`${file}: `, ''));
    throw error;
  }
  return [];
}

describe('the fraud rules', () => {
  it('have defaults without a section: three codes in 24 h, thirty seconds, and where most people are', () => {
    const { settings, redisUrl, captchaSecret } = loadPlatformConfig({}).fraud;
    expect(settings.number_sends).toMatchObject({ mode: 'enforce', codes: 3, hours: 24 });
    expect(settings.cooldown).toEqual({ mode: 'enforce', seconds: 30 });
    expect(settings.ip_sends).toEqual({ mode: 'monitor', codes: 10, minutes: 60 });
    expect([settings.captcha.mode, settings.voip.mode, settings.lookup]).toEqual(['off', 'monitor', undefined]);
    expect([redisUrl, captchaSecret]).toEqual([null, null]);
    // The United States, Canada, the United Kingdom, Australia, and the 27 of the European Union.
    expect(new Set(DEFAULT_COUNTRIES).size).toBe(4 + 27);
    expect(settings.country.allowed).toEqual(DEFAULT_COUNTRIES);
  });

  it('are set one by one, and what is left out keeps its default', () => {
    const { settings } = load({ country: { allowed: ['GB'] }, ip_sends: { mode: 'enforce', codes: 5 } });
    expect(settings.country).toEqual({ mode: 'enforce', allowed: ['GB'] });
    expect(settings.ip_sends).toEqual({ mode: 'enforce', codes: 5, minutes: 60 });
    expect(settings.cooldown.seconds).toBe(30);
  });

  it.each([
    [{ cooldown: { mode: 'on' } }, /fraud\.cooldown\.mode: expected one of off, monitor, enforce/],
    [{ countries: ['US'] }, /fraud: Unrecognized key: "countries"/],
    [{ country: { allowed: ['us'] } }, /fraud\.country\.allowed\[0\]: expected an ISO 3166-1 alpha-2 country/],
    [{ number_sends: { codes: 0 } }, /fraud\.number_sends\.codes/],
    [{ denied_range: { prefixes: ['99440'] } }, /fraud\.denied_range\.prefixes\[0\]: expected the beginning of a number/],
    [{ captcha: { provider: 'hcaptcha' } }, /fraud\.captcha\.provider: expected one of recaptcha, turnstile/],
    [{ lookup: { provider: 'twilio', account: 'me' } }, /fraud\.lookup\.account: expected the SID of a Twilio account/],
  ])('%j is refused with what was expected', (fraud, problem) => {
    expect(problemsOf(() => load(fraud))).toEqual([expect.stringMatching(problem)]);
  });

  it('that ask somebody need their secrets where codes are asked for, not in a worker', () => {
    const fraud = { captcha: { mode: 'monitor' }, lookup: { provider: 'twilio', account: `AC${'0'.repeat(32)}` } };
    expect(problemsOf(() => load(fraud))).toEqual([
      expect.stringMatching(/^WATCHWORD_CAPTCHA_SECRET is not set/),
      expect.stringMatching(/^WATCHWORD_LOOKUP_SECRET is not set/),
    ]);
    const secrets = { WATCHWORD_CAPTCHA_SECRET: 'captcha', WATCHWORD_LOOKUP_SECRET: 'lookup' };
    expect(load(fraud, secrets).captchaSecret?.reveal()).toBe('captcha');
    expect(load(fraud, secrets).lookupSecret?.reveal()).toBe('lookup');
    const service = {
      WATCHWORD_CONFIG: file,
      DATABASE_URL: 'postgres://u:p@h/d',
      TEMPORAL_ADDRESS: 'h:7233',
      WATCHWORD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      HEROSMS_API_KEY: 'key',
    };
    expect(problemsOf(() => loadServiceConfig(service, { providers: true }))).toEqual([]);
    expect(problemsOf(() => loadServiceConfig(service, { providers: false }))).toHaveLength(2);
  });

  it('count in Redis where its address is given, in a variable or a file, and never show it', () => {
    const url = 'rediss://default:hunter2@eu.example:6379';
    expect(load({}, { REDIS_URL: url }).redisUrl?.reveal()).toBe(url);
    writeFileSync(join(folder, 'redis'), `${url}\n`);
    const read = load({}, { REDIS_URL_FILE: join(folder, 'redis') });
    expect(read.redisUrl?.reveal()).toBe(url);
    expect(inspect(read, { depth: 5 })).not.toContain('hunter2');
    for (const wrong of ['https://hunter2@eu.example', 'eu.example:6379', 'rediss://'])
      expect(problemsOf(() => load({}, { REDIS_URL: wrong }))).toEqual([
        'REDIS_URL has an unusable value: expected redis://user:password@host:port, or rediss://… for TLS',
      ]);
  });
});
