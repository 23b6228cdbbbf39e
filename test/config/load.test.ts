import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import type { Environment } from '../../src/config/environment.js';
import { loadDatabaseUrl, loadDeployment, loadPlatformConfig, loadServiceConfig } from '../../src/config/load.js';

const KEYS = `k1:${randomBytes(32).toString('base64')}`;
const OUTSIDE = { DATABASE_URL: 'postgres://u:hunter2@db:5432/w', TEMPORAL_ADDRESS: 'temporal:7233', WATCHWORD_ENCRYPTION_KEYS: KEYS };
const CLIENT_KEY = 'ww_live_abcdefghijklmnopqrstuvwxyz';

/** What is wrong with an environment, as a start would say it. */
function problemsOf(environment: Environment, load: (environment: Environment) => unknown = loadPlatformConfig): readonly string[] {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('with nothing configured', () => {
  const config = loadPlatformConfig({});

  it('everything is embedded and simulated, with ten units of credit', () => {
    expect(config).toMatchObject({
      http: { host: '127.0.0.1', port: 3000 },
      dataDir: resolve('.watchword'),
      cacheDir: join(homedir(), '.cache', 'watchword'),
      logLevel: 'info',
      apiKey: null,
      operatorKey: null,
      apiCredit: 10_000_000n,
      currency: 'USD',
      databaseUrl: null,
      temporal: null,
      embeddedNamespace: 'default',
      encryptionKeys: null,
      providers: [],
      publicUrl: null,
      temporalUiUrl: null,
      codecOrigins: new Set(),
    });
    expect(config.simulators.map(({ id }) => id)).toEqual(['herosms', 'fivesim']);
    expect(config.simulators[0]?.budget).toEqual({ perSecond: 5, burst: 5 });
  });

  it('the result cannot be changed', () => {
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.policy)).toBe(true);
    expect(Object.isFrozen(config.providers)).toBe(true);
  });

  it('empty variables count as not set', () => {
    expect(loadPlatformConfig({ PORT: '', HOST: ' ', WATCHWORD_API_KEY: '', TEMPORAL_ADDRESS: '' })).toMatchObject({
      http: config.http,
      temporal: null,
    });
  });
});

describe('each variable', () => {
  it.each([
    [{ HOST: '0.0.0.0' }, { http: { host: '0.0.0.0' } }],
    [{ PORT: '0' }, { http: { port: 0 } }],
    [{ PORT: '8080' }, { http: { port: 8080 } }],
    [{ WATCHWORD_DATA_DIR: '/srv/ww' }, { dataDir: '/srv/ww' }],
    [{ XDG_CACHE_HOME: '/var/cache' }, { cacheDir: '/var/cache/watchword' }],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/home/x' }, { cacheDir: '/home/x/.cache/watchword' }],
    [{ WATCHWORD_API_CREDIT: '2.50' }, { apiCredit: 2_500_000n }],
    [{ WATCHWORD_API_CREDIT: '0' }, { apiCredit: 0n }],
    [{ LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    [{}, { retentionMs: 86_400_000 }],
    [{ WATCHWORD_RETENTION_HOURS: '1' }, { retentionMs: 3_600_000 }],
    [{ TEMPORAL_NAMESPACE: 'mine' }, { temporal: null, embeddedNamespace: 'mine' }],
    [{ WATCHWORD_SIMULATORS: 'off', HEROSMS_API_KEY: 'k' }, { simulators: [] }],
    [{ ...OUTSIDE }, { apiCredit: 0n, temporal: { address: 'temporal:7233', namespace: 'default' } }],
    [{ ...OUTSIDE, TEMPORAL_NAMESPACE: 'prod' }, { temporal: { namespace: 'prod' } }],
  ])('%j is taken', (environment, expected) => {
    expect(loadPlatformConfig(environment as Environment)).toMatchObject(expected);
  });

  it.each([
    [{ PORT: 'http' }, 'PORT is "http": expected a whole number from 0 to 65535'],
    [{ PORT: '65536' }, 'PORT is "65536": expected a whole number from 0 to 65535'],
    [{ HOST: 'http://x' }, 'HOST is "http://x": expected a host name or an IP address'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud": expected one of trace, debug, info, warn, error, fatal, silent'],
    [{ WATCHWORD_API_KEY: 'short' }, 'WATCHWORD_API_KEY has an unusable value: expected 24 to 128 characters of A-Z a-z 0-9 _ -'],
    [
      { WATCHWORD_OPERATOR_KEY: `${CLIENT_KEY}!` },
      'WATCHWORD_OPERATOR_KEY has an unusable value: expected 24 to 128 characters of A-Z a-z 0-9 _ -',
    ],
    [
      { WATCHWORD_API_KEY: CLIENT_KEY, WATCHWORD_OPERATOR_KEY: CLIENT_KEY },
      'WATCHWORD_API_KEY and WATCHWORD_OPERATOR_KEY are the same: expected two different keys',
    ],
    [{ WATCHWORD_RETENTION_HOURS: '0' }, 'WATCHWORD_RETENTION_HOURS is "0": expected whole hours from 1 to 8760'],
    [{ WATCHWORD_RETENTION_HOURS: '1.5' }, 'WATCHWORD_RETENTION_HOURS is "1.5": expected whole hours from 1 to 8760'],
    [{ WATCHWORD_API_CREDIT: '-1' }, /^WATCHWORD_API_CREDIT is "-1": expected an amount from 0 to 1000000/],
    [{ WATCHWORD_API_CREDIT: '1e3' }, /^WATCHWORD_API_CREDIT is "1e3": expected an amount/],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL has an unusable value: expected postgres://user:password@host:port/database'],
    [
      { TEMPORAL_ADDRESS: 'http://temporal:7233' },
      'TEMPORAL_ADDRESS is "http://temporal:7233": expected host:port, such as 127.0.0.1:7233, without http://',
    ],
    [
      { HEROSMS_HANDLER_URL: 'hero-sms.com' },
      'HEROSMS_HANDLER_URL is "hero-sms.com": expected the full http(s) address of a handler_api.php',
    ],
    [{ FIVESIM_BASE_URL: 'https://5sim.net' }, 'FIVESIM_BASE_URL is "https://5sim.net": expected an http(s) address that ends in /v1'],
    [{ FIVESIM_API_KEY: 'two words' }, 'FIVESIM_API_KEY has an unusable value: expected visible ASCII characters without spaces'],
    [{ WATCHWORD_SIMULATORS: 'on' }, 'WATCHWORD_SIMULATORS is "on": expected auto (a provider without a key is simulated) or off'],
    [{ WATCHWORD_SIMULATORS: 'off' }, /^no provider can be used: expected HEROSMS_API_KEY/],
    [{ WATCHWORD_ENCRYPTION_KEYS: 'abc' }, /^WATCHWORD_ENCRYPTION_KEYS: entry 1 has no usable id/],
    [
      { WATCHWORD_ENCRYPTION_KEYS: 'k1:abc' },
      'WATCHWORD_ENCRYPTION_KEYS: the key "k1" is not 32 bytes in base64; make one with: openssl rand -base64 32',
    ],
    [{ WATCHWORD_ENCRYPTION_KEYS: `${KEYS},${KEYS}` }, 'WATCHWORD_ENCRYPTION_KEYS: the id "k1" is used twice; every key needs its own'],
    [
      { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml', WATCHWORD_ENCRYPTION_KEYS: KEYS },
      /^TEMPORAL_CONFIG_FILE: the profile names no address/,
    ],
    [{ ...OUTSIDE, TEMPORAL_PROFILE: 'missing', TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' }, /Profile 'missing' not found/],
  ])('%j is refused by name', (environment, problem) => {
    const problems = problemsOf(environment);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('all problems are said at once', () => {
    const problems = problemsOf({ PORT: 'x', LOG_LEVEL: 'y', DATABASE_URL: 'z', WATCHWORD_SIMULATORS: 'q', WATCHWORD_API_KEY: 'short' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'WATCHWORD_API_KEY',
      'WATCHWORD_SIMULATORS',
      'DATABASE_URL',
    ]);
  });
});

describe('encryption keys', () => {
  it.each([['DATABASE_URL'], ['TEMPORAL_ADDRESS']] as const)('are required with an outside %s', (name) => {
    expect(problemsOf({ [name]: OUTSIDE[name] })).toEqual([
      expect.stringMatching(/^WATCHWORD_ENCRYPTION_KEYS is not set: expected id:base64 of 32 bytes/),
    ]);
  });

  it('are read in order, the first to encrypt', () => {
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const config = loadPlatformConfig({ WATCHWORD_ENCRYPTION_KEYS: `new:${first.toString('base64')}, old:${second.toString('base64')}` });
    expect(config.encryptionKeys?.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(Buffer.from(config.encryptionKeys![0]!.key).equals(first)).toBe(true);
  });
});

describe('secrets', () => {
  it('are in no printed configuration and no problem', () => {
    const secrets = ['hunter2', 'provider-key-1', CLIENT_KEY, KEYS.slice(3)];
    const environment = {
      ...OUTSIDE,
      HEROSMS_API_KEY: 'provider-key-1',
      WATCHWORD_API_KEY: CLIENT_KEY,
      TEMPORAL_API_KEY: 'temporal-cloud-key',
    };
    const config = loadPlatformConfig(environment);
    const printed =
      inspect(config, { depth: 10 }) +
      JSON.stringify(config, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) +
      String(config.apiKey);
    for (const secret of [...secrets, 'temporal-cloud-key']) expect(printed).not.toContain(secret);
    expect(config.databaseUrl?.reveal()).toBe(OUTSIDE.DATABASE_URL);
    expect(config.temporal?.connection.apiKey).toBe('temporal-cloud-key');

    const problems = problemsOf({
      ...environment,
      PORT: 'x',
      DATABASE_URL: 'hunter2',
      HEROSMS_API_KEY: 'provider key-1',
      WATCHWORD_API_KEY: 'hunter2',
    }).join('\n');
    for (const secret of ['hunter2', 'key-1', KEYS.slice(3)]) expect(problems).not.toContain(secret);
  });
});

describe('a production process', () => {
  it('says everything that it lacks', () => {
    const problems = problemsOf({}, (environment) => loadServiceConfig(environment, { providers: true }));
    expect(problems.map((problem) => problem.split(' is not set')[0]?.split(':')[0])).toEqual([
      'DATABASE_URL',
      'TEMPORAL_ADDRESS',
      'WATCHWORD_ENCRYPTION_KEYS',
      'no provider can be used',
    ]);
  });

  it('is whole without a provider where it asks none, and simulates nobody by itself', () => {
    const config = loadServiceConfig(OUTSIDE, { providers: false });
    expect(config.providers).toEqual([]);
    expect(config.knownProviders.map(({ id }) => id)).toEqual(['herosms', 'fivesim']);
  });

  it('takes the simulators that the platform names', () => {
    const simulated = JSON.stringify({ fivesim: { url: 'http://127.0.0.1:5/v1', api_key: 's' } });
    const config = loadServiceConfig({ ...OUTSIDE, HEROSMS_API_KEY: 'real', WATCHWORD_SIMULATED: simulated }, { providers: true });
    expect(config.providers).toMatchObject([
      { id: 'herosms', kind: 'handler_api', simulated: false, url: 'https://hero-sms.com/stubs/handler_api.php' },
      { id: 'fivesim', kind: 'fivesim', simulated: true, url: 'http://127.0.0.1:5/v1' },
    ]);
    expect(config.providers[0]?.apiKey.reveal()).toBe('real');
  });

  it('migrates with a database alone', () => {
    expect(loadDatabaseUrl({ DATABASE_URL: OUTSIDE.DATABASE_URL, PORT: 'nonsense' }).reveal()).toBe(OUTSIDE.DATABASE_URL);
    expect(problemsOf({}, loadDatabaseUrl)).toEqual(['DATABASE_URL is not set: expected postgres://user:password@host:port/database']);
    expect(problemsOf({ DATABASE_URL: 'x' }, loadDatabaseUrl)).toHaveLength(1);
  });
});

describe('alerts', () => {
  const SECRET = `whsec_${randomBytes(32).toString('base64')}`;

  it('go to the log alone unless a receiver is named, and low is ten units of the wallet', () => {
    const { alerts } = loadPlatformConfig({});
    expect(alerts).toMatchObject({ webhook: null, probeUrl: null, policy: { everyMs: 60_000, repeatMs: 21_600_000 } });
    expect([...alerts.lowBalances]).toEqual([
      ['herosms', 10_000_000n],
      ['fivesim', 10_000_000n],
    ]);
  });

  it('need address and secret together, and show neither', () => {
    const url = 'http://10.0.0.7/hook?token=hunter2';
    const { webhook } = loadPlatformConfig({ WATCHWORD_ALERT_WEBHOOK_URL: url, WATCHWORD_ALERT_WEBHOOK_SECRET: SECRET }).alerts;
    expect(webhook?.url.reveal()).toBe(url);
    expect(inspect(webhook)).not.toMatch(/hunter2|whsec/);
    expect(problemsOf({ WATCHWORD_ALERT_WEBHOOK_URL: url })).toEqual([expect.stringMatching(/belong together/)]);
    expect(problemsOf({ WATCHWORD_ALERT_WEBHOOK_SECRET: SECRET })).toEqual([expect.stringMatching(/belong together/)]);
  });

  it.each([
    [
      { WATCHWORD_ALERT_WEBHOOK_URL: 'ftp://hunter2', WATCHWORD_ALERT_WEBHOOK_SECRET: SECRET },
      /^WATCHWORD_ALERT_WEBHOOK_URL has an unusable value/,
    ],
    [
      { WATCHWORD_ALERT_WEBHOOK_URL: 'https://a.example', WATCHWORD_ALERT_WEBHOOK_SECRET: 'hunter2' },
      /^WATCHWORD_ALERT_WEBHOOK_SECRET has an unusable/,
    ],
    [
      { WATCHWORD_ALERT_WEBHOOK_URL: 'https://a.example', WATCHWORD_ALERT_WEBHOOK_SECRET: 'whsec_aGVsbG8=' },
      /expected whsec_ and the base64/,
    ],
  ])('%# are named when they are wrong, without being shown', (environment, problem) => {
    const problems = problemsOf(environment);
    expect(problems.join('\n')).toMatch(problem);
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});

describe('secrets in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const operatorKey = `${CLIENT_KEY}_2`;
  const load = (environment: Environment) => loadServiceConfig(environment, { providers: true });
  const all = {
    DATABASE_URL_FILE: file('database-url', `${OUTSIDE.DATABASE_URL}\n`),
    WATCHWORD_ENCRYPTION_KEYS_FILE: file('keys', KEYS),
    WATCHWORD_API_KEY_FILE: file('client', ` ${CLIENT_KEY}\n`),
    WATCHWORD_OPERATOR_KEY_FILE: file('operator', operatorKey),
    HEROSMS_API_KEY_FILE: file('herosms', 'hero\n'),
    FIVESIM_API_KEY_FILE: file('fivesim', 'five\n'),
    TEMPORAL_ADDRESS: OUTSIDE.TEMPORAL_ADDRESS,
    TEMPORAL_API_KEY_FILE: file('temporal', 'cloud\n'),
  };

  it('every one of them is read from the file that its variable names', () => {
    const config = load(all);
    expect(config.databaseUrl.reveal()).toBe(OUTSIDE.DATABASE_URL);
    expect(config.encryptionKeys.map(({ id }) => id)).toEqual(['k1']);
    expect([config.apiKey?.reveal(), config.operatorKey?.reveal()]).toEqual([CLIENT_KEY, operatorKey]);
    expect(config.providers.map(({ apiKey }) => apiKey.reveal())).toEqual(['hero', 'five']);
    expect(config.temporal.connection.apiKey).toBe('cloud');
    expect(loadDatabaseUrl({ DATABASE_URL_FILE: all.DATABASE_URL_FILE }).reveal()).toBe(OUTSIDE.DATABASE_URL);
    expect(loadDeployment(all).temporal.connection.apiKey).toBe('cloud');
  });

  it("so is the key of a provider of the configuration file's", () => {
    const config = file(
      'config.json',
      JSON.stringify({ providers: [{ id: 'tiger', kind: 'handler_api', url: 'https://t.example/h.php', api_key_env: 'TIGER_KEY' }] }),
    );
    const key = file('tiger', 'stripes\n');
    expect(load({ ...OUTSIDE, WATCHWORD_CONFIG: config, TIGER_KEY_FILE: key }).providers[0]?.apiKey.reveal()).toBe('stripes');
    expect(problemsOf({ ...OUTSIDE, WATCHWORD_CONFIG: config, TIGER_KEY_FILE: '/nowhere' }, load)).toEqual([
      'TIGER_KEY_FILE: /nowhere cannot be read (ENOENT): expected a file that this process may read',
      expect.stringMatching(/^no provider can be used/),
    ]);
  });

  it('a secret that two accounts share is given once, though both read it', () => {
    // The second one reads what the file held: that it also came from a file must not count as given twice.
    const config = file(
      'shared.json',
      JSON.stringify({ providers: [{ id: 'tiger', kind: 'handler_api', url: 'https://t.example/h.php', api_key_env: 'HEROSMS_API_KEY' }] }),
    );
    const { HEROSMS_API_KEY_FILE } = all;
    expect(
      load({ ...OUTSIDE, WATCHWORD_CONFIG: config, HEROSMS_API_KEY_FILE }).providers.map(({ id, apiKey }) => [id, apiKey.reveal()]),
    ).toEqual([
      ['herosms', 'hero'],
      ['tiger', 'hero'],
    ]);
  });

  it('an empty file counts as not set', () => {
    const empty = file('empty', '\n');
    expect(load({ ...all, FIVESIM_API_KEY_FILE: empty, WATCHWORD_API_KEY_FILE: empty })).toMatchObject({
      apiKey: null,
      providers: [{ id: 'herosms' }],
    });
  });

  it('a file that cannot be read is named, and a secret may be given one way only', () => {
    expect(problemsOf({ ...all, DATABASE_URL_FILE: folder }, load)).toEqual([
      `DATABASE_URL_FILE: ${folder} cannot be read (EISDIR): expected a file that this process may read`,
    ]);
    expect(problemsOf({ ...all, HEROSMS_API_KEY: 'other' }, load)).toEqual([
      'HEROSMS_API_KEY and HEROSMS_API_KEY_FILE are both set: expected one of them',
    ]);
  });

  it('a wrong one is refused by name and not shown', () => {
    const wrong = file('wrong', 'hunter2 hunter2');
    expect(problemsOf({ ...all, FIVESIM_API_KEY_FILE: wrong }, load)).toEqual([
      'FIVESIM_API_KEY has an unusable value: expected visible ASCII characters without spaces',
    ]);
  });
});
