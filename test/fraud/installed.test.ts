import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FraudConfig } from '../../src/config/config.js';
import { fraudSection } from '../../src/config/fraud.js';
import { Secret } from '../../src/config/secret.js';
import { createHttpClient } from '../../src/http/client.js';
import { codeCountriesOf, forUnaskedCodes, installFraudGate } from '../../src/main/fraud-gate.js';
import { createGateWorld, freshNumber, only, wish, type GateWorld } from './gate-world.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { startSiteverify, type SiteverifySimulator } from './siteverify-simulator.js';

let world: GateWorld;
let redis: RedisServer;
let captcha: SiteverifySimulator;
const http = createHttpClient({ clock: { now: () => Date.now() } });
const secret = randomBytes(32);
beforeAll(async () => {
  world = await createGateWorld();
  redis = await startRedis();
  captcha = await startSiteverify('turnstile', 'captcha-secret');
});
afterAll(async () => {
  await http.close();
  await captcha.close();
  await redis.close();
  await world.close();
});

const configOf = (section: object, more: Partial<FraudConfig> = {}): FraudConfig => ({
  settings: fraudSection.parse(section),
  redisUrl: null,
  captchaSecret: new Secret('captcha-secret'),
  lookupSecret: null,
  ...more,
});
const install = (config: FraudConfig) => {
  const { database, metrics } = world;
  return installFraudGate(config, { database, metrics, secret, http, clock: () => new Date(), log: pino({ level: 'silent' }) });
};

test('limits in Redis and in Postgres are counted apart, and the connection is closed', async () => {
  const config = configOf(only({ number_sends: { codes: 1 } }), { redisUrl: new Secret(`redis://127.0.0.1:${redis.port}`) });
  const [inRedis, again, inPostgres] = [await install(config), await install(config), await install({ ...config, redisUrl: null })];
  const risk = wish(world.accountId);
  expect((await inRedis.gate.decide(risk)).verdict).toBe('allow');
  expect((await again.gate.decide(risk)).verdict).toBe('limit');
  expect((await inPostgres.gate.decide(risk)).verdict).toBe('allow');
  await Promise.all([inRedis.limits.close(), again.limits.close(), inPostgres.limits.close()]);
  await expect(inRedis.gate.decide(risk)).rejects.toMatchObject({ code: 'unavailable' });
});

test('the file of addresses is opened where its rule is on, and only there', async () => {
  const database = fileURLToPath(new URL('data/GeoIP2-Country-Test.mmdb', import.meta.url));
  const { gate } = await install(configOf(only({ ip_country: { database } })));
  expect((await gate.decide(wish(world.accountId, { ip: '2.125.160.216' }))).findings).toMatchObject([{ rule: 'ip_country' }]);
  await expect(install(configOf(only({ ip_country: { database: '/nowhere.mmdb' } })))).rejects.toThrow(/nowhere\.mmdb/);
  await install(configOf(only({ ip_country: { mode: 'off', database: '/nowhere.mmdb' } })));
});

test('a code of the next channel is asked nothing of a person, and counts where the first one did', async () => {
  const section = {
    ...only({ number_sends: {}, cooldown: {}, user_agent: { mode: 'enforce' } }),
    captcha: { mode: 'enforce', url: captcha.url, resends: true },
    lookup: { provider: 'twilio', account: `AC${'0'.repeat(32)}` },
  };
  const asked = await install(configOf(section, { lookupSecret: new Secret('unused') }));
  // As in a worker, which is given neither secret.
  const unasked = await install(forUnaskedCodes(configOf(section, { captchaSecret: null })));
  const nobody = { number: '+447400123456', country: 'GB', ip: null, subject: null, userAgent: null, captchaToken: null, again: true };
  const first = { ...nobody, again: false, userAgent: 'CloudAlt/2.1 (iPhone; iOS 18.0; Scale/3.00)', captchaToken: captcha.issue() };
  expect((await asked.gate.decide(wish(world.accountId, first))).verdict).toBe('allow');
  const verdicts: string[] = [];
  for (let index = 0; index < 3; index += 1) verdicts.push((await unasked.gate.decide(wish(world.accountId, nobody))).verdict);
  expect(verdicts).toEqual(['allow', 'allow', 'limit']);
  expect((await asked.gate.decide(wish(world.accountId, { ...nobody, number: freshNumber() }))).verdict).toBe('block');
});

test('the picker shows what the rule allows, and everything where it refuses nobody', () => {
  expect(codeCountriesOf(fraudSection.parse({ country: { allowed: ['GB'] } }))).toEqual(new Set(['GB']));
  expect(codeCountriesOf(fraudSection.parse({}))?.size).toBe(31);
  expect(codeCountriesOf(fraudSection.parse({ country: { mode: 'monitor' } }))).toBeNull();
});
