import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import type { Environment } from '../../src/config/environment.js';
import { loadPlatformConfig } from '../../src/config/load.js';
import { DEFAULT_POLICY } from '../../src/domain/policy.js';

const folder = mkdtempSync(join(tmpdir(), 'watchword-config-'));
const file = join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true }));

function load(content: unknown, environment: Environment = {}) {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadPlatformConfig({ ...environment, WATCHWORD_CONFIG: file });
}

function problemsOf(content: unknown, environment: Environment = {}): readonly string[] {
  try {
    load(content, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replace(`${file}: `, ''));
    throw error;
  }
  return [];
}

describe('the configuration file', () => {
  it('adds provider accounts, markups, budgets, denials and a policy', () => {
    const config = load(
      {
        providers: [
          {
            id: 'tiger',
            kind: 'handler_api',
            url: 'https://tiger.example/stubs/handler_api.php',
            api_key_env: 'TIGER_KEY',
            dialect: 'classic',
            currency: 'RUB',
          },
          { id: 'spare', kind: 'fivesim', simulated: true },
        ],
        rates: { RUB: '0.0125' },
        balance_granularity: { tiger: '0.01' },
        cancel_after_ms: { tiger: 60_000 },
        request_budgets: { tiger: { per_second: 2.5 }, fivesim: { per_second: 20, burst: 40 } },
        markup: {
          percent: 20,
          fixed: '0.01',
          overrides: [
            { service: 'telegram', percent: 12.5 },
            { country: 'ID', percent: 30 },
          ],
        },
        denied: { services: ['paypal'], countries: ['RU'] },
        policy: { refund_grace_ms: 1_000, max_candidates: 3 },
        loss_daily_cap: '5',
        key_limits: { purchase: 1_200 },
        public_url: 'https://api.example/',
      },
      { TIGER_KEY: 'meow' },
    );
    expect(config.providers).toMatchObject([
      {
        id: 'tiger',
        kind: 'handler_api',
        dialect: 'classic',
        currency: 'RUB',
        rateMicros: 12_500n,
        balanceGranularity: 10_000n,
        cancelAfterMs: 60_000,
        simulated: false,
        budget: { perSecond: 2.5, burst: 3 },
      },
    ]);
    expect(config.providers[0]?.apiKey.reveal()).toBe('meow');
    expect(config.simulators.map(({ id, budget }) => [id, budget.perSecond, budget.burst])).toEqual([
      ['herosms', 5, 5],
      ['fivesim', 20, 40],
      ['spare', 5, 5],
    ]);
    expect(config.markup).toEqual({
      standard: { basisPoints: 2_000, fixed: 10_000n },
      overrides: [
        { service: 'telegram', country: null, markup: { basisPoints: 1_250, fixed: 0n } },
        { service: null, country: 'ID', markup: { basisPoints: 3_000, fixed: 0n } },
      ],
    });
    expect([...config.denied.services, ...config.denied.countries]).toEqual(['paypal', 'RU']);
    expect(config.policy).toEqual({ ...DEFAULT_POLICY, refundGraceMs: 1_000, maxCandidates: 3 });
    expect(config.lossDailyCap).toBe(5_000_000n);
    expect(config.keyBudgets).toEqual({ read: 6_000, command: 1_200, purchase: 1_200 });
    expect(config.publicUrl).toBe('https://api.example');
  });

  it('may set every duration of the policy', () => {
    const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const policy = Object.fromEntries(Object.keys(DEFAULT_POLICY).map((name) => [snake(name), 7]));
    expect(new Set(Object.values(load({ policy }).policy))).toEqual(new Set([7]));
  });

  it('may be empty', () => {
    expect(load({}).markup.standard).toEqual({ basisPoints: 0, fixed: 0n });
  });

  it.each([
    ['{', /is not JSON/],
    ['[]', 'WATCHWORD_CONFIG: the file: Invalid input: expected object, received array'],
    [{ markups: {} }, /WATCHWORD_CONFIG: the file: Unrecognized key: "markups"/],
    [{ policy: { refundGraceMs: 1 } }, /WATCHWORD_CONFIG: policy: Unrecognized key: "refundGraceMs"/],
    [{ key_limits: { purchase: 0 } }, 'WATCHWORD_CONFIG: key_limits.purchase: expected at least one request a minute'],
    [{ policy: { quiet_ms: -1 } }, 'WATCHWORD_CONFIG: policy.quiet_ms: expected whole milliseconds'],
    [{ markup: { fixed: 0.1 } }, /WATCHWORD_CONFIG: markup.fixed: expected an amount of at least "0", as a string/],
    [
      { markup: { overrides: [{ service: 'Telegram', percent: 1 }] } },
      /WATCHWORD_CONFIG: markup.overrides\[0\].service: expected a service slug/,
    ],
    [{ denied: { countries: ['id'] } }, /WATCHWORD_CONFIG: denied.countries\[0\]: expected an ISO 3166-1 alpha-2 country/],
    [
      { request_budgets: { nobody: { per_second: 1 } } },
      /WATCHWORD_CONFIG: request_budgets.nobody: no provider has this id; expected one of herosms, fivesim/,
    ],
    [{ providers: [{ id: 'x', kind: 'smpp' }] }, 'WATCHWORD_CONFIG: providers[0].kind: expected one of handler_api, fivesim'],
    [{ providers: [{ id: 'herosms', kind: 'handler_api', simulated: true }] }, /the id "herosms" is used twice/],
    [
      { providers: [{ id: 'x', kind: 'fivesim', simulated: true, dialect: 'classic' }] },
      'WATCHWORD_CONFIG: providers[0].dialect: only handler_api has dialects',
    ],
    [
      { providers: [{ id: 'x', kind: 'handler_api', url: 'https://x/h.php', api_key_env: 'NOT_SET' }] },
      'WATCHWORD_CONFIG: providers[0].api_key_env: the variable NOT_SET is not set',
    ],
    [
      { currency: 'EUR', providers: [] },
      /rates.USD: the provider "herosms" is paid in USD and the wallet is in EUR: expected what one USD costs in EUR/,
    ],
    [{ public_url: 'api.example' }, 'WATCHWORD_CONFIG: public_url: expected the http(s) address at which providers reach this API'],
  ])('%j is refused by field', (content, problem) => {
    expect(problemsOf(content)[0]).toMatch(problem);
  });

  it('is named when it cannot be read', () => {
    expect(() => loadPlatformConfig({ WATCHWORD_CONFIG: '/nowhere/config.json' })).toThrow(
      'WATCHWORD_CONFIG: /nowhere/config.json cannot be read (ENOENT): expected a JSON file',
    );
  });
});

describe('alerts', () => {
  it('have their own threshold by account, or ten units of the wallet at the account’s rate, and ask public_url unless told', () => {
    const providers = [{ id: 'tiger', kind: 'handler_api', simulated: true, currency: 'RUB' }];
    const { alerts } = load({
      providers,
      rates: { RUB: '0.0125' },
      alerts: { low_balances: { herosms: '25' }, gather_ms: 0 },
      public_url: 'https://api.example/',
    });
    expect(alerts).toMatchObject({ probeUrl: 'https://api.example', policy: { gatherMs: 0, repeatMs: 21_600_000 } });
    expect(Object.fromEntries(alerts.lowBalances)).toEqual({ herosms: 25_000_000n, fivesim: 10_000_000n, tiger: 800_000_000n });
    expect(load({ alerts: { probe_url: 'http://10.0.0.7:3000/' }, public_url: 'https://api.example' }).alerts.probeUrl).toBe(
      'http://10.0.0.7:3000',
    );
  });

  it('of verifications have the thresholds of ADR-002 unless told, and amounts for months in their order', () => {
    expect(load({}).alerts.verification).toEqual({
      spendDay: 50_000_000n,
      spendMonths: [
        { amount: 100_000_000n, months: 3 },
        { amount: 500_000_000n, months: null },
      ],
      deliveryPercent: 90,
      deliverySeconds: 60,
      errorsPercent: 5,
      leastSample: 20,
      phoneWishes: 3,
      addressCodes: 10,
    });
    const verification = { spend_day: '12.5', spend_month: [{ amount: '7' }], errors_percent: 2.5, phone_wishes: 9 };
    expect(load({ alerts: { verification } }).alerts.verification).toMatchObject({
      spendDay: 12_500_000n,
      spendMonths: [{ amount: 7_000_000n, months: null }],
      errorsPercent: 2.5,
      deliveryPercent: 90,
      phoneWishes: 9,
    });
  });

  it.each([
    [{ verification: { spend_month: [{ amount: '100', months: 3 }] } }, /spend_month: expected months in each step but the last/],
    [{ verification: { spend_month: [{ amount: '100' }, { amount: '500' }] } }, /spend_month: expected months in each step but the last/],
    [{ verification: { spend_day: '-1' } }, /spend_day: expected an amount/],
    [{ verification: { delivery_percent: 101 } }, /delivery_percent: expected at most 100 %/],
    [{ low_balances: { nobody: '1' } }, /alerts\.low_balances\.nobody: no provider has this id/],
    [{ low_balances: { herosms: '-1' } }, /alerts\.low_balances\.herosms: expected an amount/],
    [{ every_ms: 999 }, /alerts\.every_ms/],
    [{ probe_url: 'ftp://x' }, /alerts\.probe_url: expected the http\(s\) address/],
    [{ receiver: 'https://x' }, /receiver/],
  ])('%j is named as wrong', (alerts, problem) => {
    expect(problemsOf({ alerts }).join('\n')).toMatch(problem);
  });
});
