import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CarrierConfigError, configureCarriers } from '../../src/carriers/registry.js';
import { ConfigError } from '../../src/config/config-error.js';
import { loadPlatformConfig } from '../../src/config/load.js';
import { createHttpClient } from '../../src/http/client.js';

const clock = { now: () => 0 };
const deps = { clock, http: createHttpClient({ clock }) };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchword-carriers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(carriers: readonly unknown[], environment: Record<string, string> = {}) {
  const file = join(folder, 'watchword.json');
  writeFileSync(file, JSON.stringify({ carriers, rates: { EUR: '1.1' } }));
  return loadPlatformConfig({ WATCHWORD_CONFIG: file, ...environment });
}
function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof CarrierConfigError) return error.problems;
    throw error;
  }
  return [];
}
const vonage = {
  id: 'vonage',
  spec: 'vonage-sms',
  currency: 'EUR',
  prices: 'prices.csv',
  secrets: { api_key: { env: 'VONAGE_KEY' }, api_secret: { file: 'secret.txt' }, signature_secret: { env: 'VONAGE_SIGNATURE' } },
};
const environment = { VONAGE_KEY: 'key-1', VONAGE_SIGNATURE: 'signature-1' };

describe('carriers of the configuration', () => {
  it('become adapters, rows and price sheets; secrets come from variables and files', () => {
    writeFileSync(join(folder, 'secret.txt'), 'secret-1\n');
    writeFileSync(join(folder, 'prices.csv'), 'country,price\nGB,0.04\n');
    const config = load([{ ...vonage, per_second: 5 }], environment);
    expect(config.carrierSimulators).toEqual([]);
    const [account] = config.carriers;
    expect([account!.secrets['api_key']!.reveal(), account!.secrets['api_secret']!.reveal()]).toEqual(['key-1', 'secret-1']);
    expect(JSON.stringify(account, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('key-1');
    const { adapters, rows, sheets } = configureCarriers(config.carriers, deps);
    expect(adapters.get('vonage')?.capabilities).toMatchObject({ receipts: 'push', signedHooks: true, perSecond: 5 });
    expect(rows).toEqual([
      { id: 'vonage', kind: 'vonage-sms', channels: ['sms'], currency: 'EUR', rateMicros: 1_100_000n, simulated: false, receipts: 'push' },
    ]);
    expect(sheets.get('vonage')).toMatchObject([{ prefix: '44', price: 40_000n }]);
  });

  it('are simulated where none is configured, unless simulators are off', () => {
    expect(loadPlatformConfig({}).carrierSimulators.map(({ id }) => id)).toEqual(['simulated-json', 'simulated-xml', 'simulated-text']);
    expect(loadPlatformConfig({ WATCHWORD_SIMULATORS: 'off', HEROSMS_API_KEY: 'x' }).carrierSimulators).toEqual([]);
    const running = { 'simulated-xml': { dialect: 'xml', url: 'http://127.0.0.1:1', api_key: 'k', receipt_secret: 's' } };
    const { carriers } = loadPlatformConfig({ WATCHWORD_SIMULATED_CARRIERS: JSON.stringify(running) });
    const { rows, sheets } = configureCarriers(carriers, deps);
    expect(rows).toMatchObject([{ id: 'simulated-xml', simulated: true, receipts: 'push' }]);
    expect(sheets.get('simulated-xml')!.length).toBeGreaterThan(240);
  });

  it('that are wrong are refused with every problem at once', () => {
    const problems = problemsOf(() => load([vonage, { ...vonage, currency: 'GBP' }], { VONAGE_KEY: 'key-1' }));
    expect(problems).toContain('WATCHWORD_CONFIG: carriers[0].secrets.signature_secret: the variable VONAGE_SIGNATURE is not set');
    expect(problems).toContain('WATCHWORD_CONFIG: carriers[0].secrets.api_secret: the file secret.txt cannot be read (ENOENT)');
    expect(problems).toContain('WATCHWORD_CONFIG: carriers[1].id: "vonage" is used twice');
    expect(problems.some((one) => one.startsWith('WATCHWORD_CONFIG: rates.GBP'))).toBe(true);
    expect(problemsOf(() => load([{ ...vonage, secrets: { api_key: 'in clear' } }])).join()).toContain(
      'secrets stand in no configuration file',
    );
  });

  it('that do not fit their spec are refused with every problem at once', () => {
    writeFileSync(join(folder, 'secret.txt'), 'x');
    writeFileSync(join(folder, 'own.json'), '{"watchword_carrier":1}');
    const { api_key: key } = vonage.secrets;
    const config = load(
      [
        { ...vonage, secrets: { api_key: key, other: key } },
        { ...vonage, id: 'own', spec: './own.json' },
      ],
      environment,
    );
    const problems = problemsOf(() => configureCarriers(config.carriers, deps));
    expect(problems).toContain('carrier "vonage": secrets.api_secret is missing: API secret of the account (Vonage SMS API)');
    expect(problems).toContain(
      'carrier "vonage": secrets.other: the spec vonage-sms knows no such name; expected api_key, api_secret, signature_secret',
    );
    expect(problems).toContain(`carrier "vonage": the price sheet ${join(folder, 'prices.csv')} cannot be read (ENOENT)`);
    expect(problems.some((one) => one.startsWith(`${join(folder, 'own.json')}: send: `))).toBe(true);
  });

  it('of a coded kind are told what is missing or wrong, field by field', () => {
    writeFileSync(join(folder, 'prices.csv'), 'country,price\nGB,0.04\n');
    const twilio = {
      id: 'twilio',
      spec: 'twilio',
      prices: 'prices.csv',
      secrets: { auth_token: { env: 'TWILIO_TOKEN' } },
      settings: { account_sid: `AC${'0'.repeat(32)}` },
    };
    const given = { TWILIO_TOKEN: 'token-1' };
    const { adapters, rows } = configureCarriers(load([twilio], given).carriers, deps);
    expect(adapters.get('twilio')?.capabilities).toMatchObject({ receipts: 'both', signedHooks: true });
    expect(rows).toMatchObject([{ id: 'twilio', kind: 'twilio', channels: ['sms'], receipts: 'both' }]);
    const wrong = {
      ...twilio,
      secrets: {},
      settings: { account_sid: 'AC1', api_key_sid: `SK${'0'.repeat(32)}`, acount: 'x' },
      base_url: 'http://127.0.0.1:1',
    };
    expect(problemsOf(() => configureCarriers(load([wrong], given).carriers, deps))).toEqual([
      'carrier "twilio": secrets.auth_token: is missing: the account’s auth token (Twilio)',
      'carrier "twilio": settings.account_sid: expected AC and 32 hexadecimal digits (Twilio)',
      'carrier "twilio": settings.acount: Twilio knows no such name',
    ]);
    const { api_key_sid: key } = wrong.settings;
    const half = { ...twilio, settings: { ...twilio.settings, api_key_sid: key } };
    expect(problemsOf(() => configureCarriers(load([half], given).carriers, deps))).toEqual([
      'carrier "twilio": settings.api_key_sid: goes together with secrets.api_key_secret (Twilio)',
    ]);
  });

  it('over SMPP have settings of their own, each with its bounds', () => {
    writeFileSync(join(folder, 'prices.csv'), 'country,price\nGB,0.04\n');
    const smsc = {
      id: 'smsc',
      spec: 'smpp',
      prices: 'prices.csv',
      base_url: 'smpps://smsc.example:3550',
      secrets: { password: { env: 'SMSC_PASSWORD' } },
      settings: { system_id: 'acme', statuses: '0x400=opted_out,1025=fatal:account_closed', window: '20' },
    };
    const given = { SMSC_PASSWORD: 'secret' };
    const { adapters, rows } = configureCarriers(load([smsc], given).carriers, deps);
    expect(adapters.get('smsc')?.capabilities).toMatchObject({ channels: ['sms'], receipts: 'push', lookUp: false });
    expect(rows).toMatchObject([{ id: 'smsc', kind: 'smpp', receipts: 'push' }]);
    const settings = { system_id: 'acme', window: '0', statuses: '0x400=gone', data_coding: 'x', source_number: '1', ca_file: '/nowhere' };
    const problems = problemsOf(() =>
      configureCarriers(load([{ ...smsc, settings, base_url: 'http://smsc.example' }], given).carriers, deps),
    );
    for (const start of [
      'settings.window: expected at least 1',
      'settings.statuses: "0x400=gone" is no pair such as 0x400=opted_out; expected one of invalid_number',
      'settings.data_coding: expected 0 to 255',
      'settings.source_number: expected type of number and numbering plan, such as 1/1',
      'settings.ca_file: the file /nowhere cannot be read (ENOENT)',
      'base_url: expected an address that begins with smpp:// or smpps://',
    ])
      expect(problems.join('\n')).toContain(`carrier "smsc": ${start}`);
    expect(problems).toHaveLength(6);
    const spec = { ...vonage, secrets: { ...vonage.secrets, api_secret: { env: 'VONAGE_KEY' } }, base_url: 'smpp://smsc.example' };
    expect(problemsOf(() => configureCarriers(load([spec], environment).carriers, deps))).toEqual([
      'carrier "vonage": base_url: expected an http(s) address (Vonage SMS API)',
    ]);
  });

  it('at SNS have a region, and need no address', () => {
    writeFileSync(join(folder, 'prices.csv'), 'country,price\nGB,0.04\n');
    const sns = {
      id: 'sns',
      spec: 'sns',
      prices: 'prices.csv',
      secrets: { secret_access_key: { env: 'AWS_SECRET' } },
      settings: { access_key_id: 'AKIAEXAMPLE', region: 'eu-west-1' },
    };
    const given = { AWS_SECRET: 'secret' };
    const { adapters, rows } = configureCarriers(load([sns], given).carriers, deps);
    expect(adapters.get('sns')?.capabilities).toMatchObject({ channels: ['sms'], receipts: 'none' });
    expect(rows).toMatchObject([{ id: 'sns', kind: 'sns', receipts: 'none' }]);
    const wrong = { ...sns, settings: { region: 'Ireland' }, base_url: 'smpp://sns.example' };
    expect(problemsOf(() => configureCarriers(load([wrong], given).carriers, deps))).toEqual([
      'carrier "sns": settings.access_key_id: is missing: the id of the access key (AWS SNS)',
      'carrier "sns": settings.region: expected a region such as eu-west-1 (AWS SNS)',
      'carrier "sns": base_url: expected an address that begins with https:// or http:// (AWS SNS)',
    ]);
  });
});
