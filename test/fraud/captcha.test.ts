import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SendRisk } from '../../src/domain/fraud.js';
import { createGateWorld, freshNumber, only, wish, type GateWorld } from './gate-world.js';
import { startSiteverify, type SiteverifySimulator } from './siteverify-simulator.js';

const SECRET = 'captcha-secret';
let world: GateWorld;
let turnstile: SiteverifySimulator;
let recaptcha: SiteverifySimulator;
beforeAll(async () => {
  world = await createGateWorld();
  turnstile = await startSiteverify('turnstile', SECRET);
  recaptcha = await startSiteverify('recaptcha', SECRET);
});
afterEach(() => {
  turnstile.asked.length = 0;
  recaptcha.asked.length = 0;
});
afterAll(async () => {
  await turnstile.close();
  await recaptcha.close();
  await world.close();
});

const gateOf = (captcha: object, rest: Record<string, object> = {}) =>
  world.gate(only({ captcha: { mode: 'enforce', url: turnstile.url, timeout_ms: 15_000, ...captcha }, ...rest }));
const ask = async (gate: ReturnType<typeof gateOf>, risk: Partial<SendRisk>) => {
  const { verdict, reason, findings } = await gate.decide(wish(world.accountId, risk));
  return [verdict, reason, ...findings.map(({ detail }) => detail)];
};
const wanting = (detail: object) => ['block', 'captcha_required', detail];

describe('Turnstile', () => {
  test('a token lets one code through, once, and is asked about with the address', async () => {
    const gate = gateOf({});
    const captchaToken = turnstile.issue();
    expect(await ask(gate, { captchaToken, ip: '203.0.113.9' })).toEqual(['allow', null]);
    expect(Object.fromEntries(turnstile.asked[0]!)).toEqual({
      secret: SECRET,
      response: captchaToken,
      remoteip: '203.0.113.9',
      idempotency_key: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(await ask(gate, { captchaToken })).toEqual(wanting({ captcha: 'refused', codes: ['timeout-or-duplicate'] }));
  });

  test('of a hundred codes asked for at once with one token, one is sent', async () => {
    const gate = gateOf({});
    const captchaToken = turnstile.issue();
    const answers = await Promise.all(Array.from({ length: 100 }, () => gate.decide(wish(world.accountId, { captchaToken }))));
    expect(answers.filter(({ verdict }) => verdict === 'allow')).toHaveLength(1);
  });

  test('without a token, with one that is too old, and with a made-up one nothing is sent, and the person is told', async () => {
    const gate = gateOf({});
    expect(await ask(gate, { captchaToken: null })).toEqual(wanting({ captcha: 'missing' }));
    expect(await ask(gate, { captchaToken: '' })).toEqual(wanting({ captcha: 'missing' }));
    expect(turnstile.asked).toHaveLength(0);
    const old = turnstile.issue({ ageMs: 301_000 });
    expect(await ask(gate, { captchaToken: old })).toEqual(wanting({ captcha: 'refused', codes: ['timeout-or-duplicate'] }));
    expect(await ask(gate, { captchaToken: 'made up' })).toEqual(wanting({ captcha: 'refused', codes: ['invalid-input-response'] }));
    expect(await ask(gate, { captchaToken: 'x'.repeat(10_000) })).toEqual(wanting({ captcha: 'refused', codes: ['too-long'] }));
  });

  test('a token of another page or another deed is none', async () => {
    const gate = gateOf({ hostnames: ['app.example'], action: 'send_code' });
    const token = (given: object) => ({ captchaToken: turnstile.issue(given) });
    expect(await ask(gate, token({ action: 'send_code' }))).toEqual(['allow', null]);
    expect(await ask(gate, token({ action: 'login' }))).toEqual(wanting({ captcha: 'action' }));
    expect(await ask(gate, token({ action: 'send_code', hostname: 'evil.example' }))).toEqual(wanting({ captcha: 'hostname' }));
  });

  test('an answer that was lost is asked for again, by the same key, and counts once', async () => {
    turnstile.fail('cut', 1);
    expect(await ask(gateOf({}), { captchaToken: turnstile.issue() })).toEqual(['allow', null]);
    const keys = turnstile.asked.map((form) => form.get('idempotency_key'));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test('another code of an open verification needs no new token, unless that is wanted', async () => {
    expect(await ask(gateOf({}), { again: true })).toEqual(['allow', null]);
    expect(await ask(gateOf({ resends: true }), { again: true })).toEqual(wanting({ captcha: 'missing' }));
  });
});

describe('reCAPTCHA', () => {
  const v3 = { provider: 'recaptcha', min_score: 0.6, action: 'send_code' };
  test('v3: the score and the action count', async () => {
    const gate = gateOf({ ...v3, url: recaptcha.url });
    const token = (score: number, action = 'send_code') => ({ captchaToken: recaptcha.issue({ score, action }) });
    expect(await ask(gate, token(0.6))).toEqual(['allow', null]);
    expect(await ask(gate, token(0.5))).toEqual(wanting({ captcha: 'score', score: 0.5 }));
    expect(await ask(gate, token(0.9, 'login'))).toEqual(wanting({ captcha: 'action' }));
    expect(recaptcha.asked[0]?.has('idempotency_key')).toBe(false);
  });

  test('v2: no score is no low score; once, and within two minutes', async () => {
    const gate = gateOf({ provider: 'recaptcha', url: recaptcha.url });
    const captchaToken = recaptcha.issue();
    expect(await ask(gate, { captchaToken })).toEqual(['allow', null]);
    for (const token of [captchaToken, recaptcha.issue({ ageMs: 121_000 })])
      expect(await ask(gate, { captchaToken: token })).toEqual(wanting({ captcha: 'refused', codes: ['timeout-or-duplicate'] }));
  });

  test('an answer that was lost may have used the token up: it is not asked for again', async () => {
    recaptcha.fail('cut', 1);
    const gate = gateOf({ provider: 'recaptcha', url: recaptcha.url });
    await expect(gate.decide(wish(world.accountId, { captchaToken: recaptcha.issue() }))).rejects.toMatchObject({ code: 'unavailable' });
    expect(recaptcha.asked).toHaveLength(1);
  });
});

describe('a CAPTCHA’s server that gives no verdict', () => {
  test.each(['hang', 'error', 'html'] as const)('%s: nothing is sent, unless that is wanted, and it is said', async (how) => {
    const before = world.logged.length;
    turnstile.fail(how, 2);
    await expect(gateOf({ timeout_ms: 300 }).decide(wish(world.accountId, { captchaToken: turnstile.issue() }))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await ask(gateOf({ timeout_ms: 300, when_down: 'open' }), { captchaToken: turnstile.issue() })).toEqual(['allow', null]);
    expect(world.logged.slice(before).filter((line) => line.includes('"part":"captcha"'))).toHaveLength(2);
  });

  test('our own secret being wrong is no fault of the person', async () => {
    const gate = world.gate(only({ captcha: { mode: 'enforce', url: turnstile.url } }), {}, { captchaSecret: 'another' });
    await expect(gate.decide(wish(world.accountId, { captchaToken: turnstile.issue() }))).rejects.toMatchObject({ code: 'unavailable' });
    expect(world.logged.at(-1)).toContain('invalid-input-secret');
    expect(world.logged.join('\n')).not.toMatch(/token-\d|captcha-secret/);
  });

  test('being watched only, refuses nobody', async () => {
    turnstile.fail('error', 1);
    const gate = gateOf({ mode: 'monitor' });
    expect(await ask(gate, { captchaToken: turnstile.issue() })).toEqual(['allow', null]);
    expect(await ask(gate, {})).toEqual(['allow', null, { captcha: 'missing' }]);
  });
});

test('what is blocked anyway costs no token', async () => {
  const gate = gateOf({}, { country: {} });
  expect(await ask(gate, { number: '+6281234567890', country: 'ID', captchaToken: turnstile.issue() })).toEqual([
    'block',
    'country',
    { country: 'ID' },
  ]);
  expect(turnstile.asked).toHaveLength(0);
});

test('who solves one has a budget that others without one cannot use up', async () => {
  const gate = gateOf({ mode: 'monitor' }, { number_sends: {} });
  const number = freshNumber();
  for (let index = 0; index < 4; index += 1) await gate.decide(wish(world.accountId, { number }));
  expect((await gate.decide(wish(world.accountId, { number }))).verdict).toBe('limit');
  const solved = await Promise.all(
    Array.from({ length: 10 }, () => gate.decide(wish(world.accountId, { number, captchaToken: turnstile.issue() }))),
  );
  expect(solved.filter(({ verdict }) => verdict === 'allow')).toHaveLength(3);
  await gate.proven(wish(world.accountId, { number }));
  expect((await gate.decide(wish(world.accountId, { number, captchaToken: turnstile.issue() }))).verdict).toBe('allow');
});

test('where everybody must solve one, a number gets three codes in all, resends included', async () => {
  const gate = gateOf({}, { number_sends: {} });
  const number = freshNumber();
  const codes = [
    { captchaToken: turnstile.issue() },
    { again: true },
    { again: true },
    { again: true },
    { captchaToken: turnstile.issue() },
  ];
  const verdicts: string[] = [];
  for (const code of codes) verdicts.push((await gate.decide(wish(world.accountId, { number, ...code }))).verdict);
  expect(verdicts).toEqual(['allow', 'allow', 'allow', 'limit', 'limit']);
});
