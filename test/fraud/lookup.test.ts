import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SendRisk } from '../../src/domain/fraud.js';
import { startLookup, type LookupSimulator } from './lookup-simulator.js';
import { createGateWorld, freshNumber, only, wish, type GateWorld } from './gate-world.js';

const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`;
let world: GateWorld;
let lookup: LookupSimulator;
beforeAll(async () => {
  world = await createGateWorld();
  lookup = await startLookup(ACCOUNT, 'lookup-secret');
});
afterEach(() => {
  lookup.asked.length = 0;
  world.now = null;
});
afterAll(async () => {
  await lookup.close();
  await world.close();
});

const LINES = { line_type: {}, landline: {}, voip: { mode: 'enforce' } };
const gateOf = (given: object = {}, rest: Record<string, object> = {}) =>
  world.gate(only({ ...LINES, lookup: { provider: 'twilio', account: ACCOUNT, url: lookup.url, timeout_ms: 15_000, ...given }, ...rest }));
const ask = async (gate: ReturnType<typeof gateOf>, risk: Partial<SendRisk>) => {
  const { verdict, reason, findings } = await gate.decide(wish(world.accountId, risk));
  return [verdict, reason, ...findings.map(({ rule }) => rule)];
};
const known = (line: string | number) => {
  const number = freshNumber();
  lookup.know(number, line);
  return { number };
};

test.each([
  ['mobile', ['allow', null]],
  ['unknown', ['allow', null]],
  ['landline', ['block', 'landline', 'landline']],
  ['fixedVoip', ['block', 'landline', 'landline']],
  ['nonFixedVoip', ['block', 'blocked', 'voip']],
  ['personal', ['block', 'blocked', 'line_type']],
  ['tollFree', ['block', 'blocked', 'line_type']],
  ['premium', ['block', 'blocked', 'line_type']],
  ['sharedCost', ['block', 'blocked', 'line_type']],
  ['uan', ['block', 'blocked', 'line_type']],
  ['voicemail', ['block', 'blocked', 'line_type']],
  ['pager', ['block', 'blocked', 'line_type']],
])('what the plan leaves open is looked up: %s', async (line, expected) => {
  expect(await ask(gateOf(), known(line))).toEqual(expected);
  expect(lookup.asked).toHaveLength(1);
});

test('a number is paid once, until its answer is too old', async () => {
  const gate = gateOf({ keep_days: 30 });
  const risk = known('nonFixedVoip');
  await ask(gate, risk);
  expect(await ask(gate, risk)).toEqual(['block', 'blocked', 'voip']);
  expect(lookup.asked).toHaveLength(1);
  world.now = new Date(Date.now() + 31 * 86_400_000);
  lookup.know(risk.number, 'mobile');
  expect(await ask(gate, risk)).toEqual(['allow', null]);
  expect(lookup.asked).toHaveLength(2);
});

test('what the plan says is not paid for, unless every number is wanted; then a ported one is known', async () => {
  const mobile = { number: '+447400123456', country: 'GB' };
  lookup.know(mobile.number, 'nonFixedVoip');
  expect(await ask(gateOf(), mobile)).toEqual(['allow', null]);
  expect(lookup.asked).toHaveLength(0);
  expect(await ask(gateOf({ ask: 'all' }), mobile)).toEqual(['block', 'blocked', 'voip']);
});

test('what is blocked anyway is not paid for', async () => {
  expect(await ask(gateOf({}, { country: { allowed: ['GB'] } }), known('mobile'))).toEqual(['block', 'country', 'country']);
  expect(lookup.asked).toHaveLength(0);
});

test.each(['hang', 'busy', 'error'] as const)(
  'a lookup that does not answer (%s) lets the plan’s word count, or nothing be sent',
  async (how) => {
    lookup.fail(how, 2);
    expect(await ask(gateOf({ timeout_ms: 300 }), known('premium'))).toEqual(['allow', null]);
    await expect(gateOf({ timeout_ms: 300, when_down: 'closed' }).decide(wish(world.accountId, known('premium')))).rejects.toMatchObject({
      code: 'unavailable',
    });
  },
);

test('an answer without a type is none, and is not kept; nothing of it is logged', async () => {
  const before = world.logged.length;
  const risk = known(60601);
  expect(await ask(gateOf(), risk)).toEqual(['allow', null]);
  lookup.know(risk.number, 'premium');
  expect(await ask(gateOf(), risk)).toEqual(['block', 'blocked', 'line_type']);
  const strange = world.gate(
    only({ ...LINES, lookup: { provider: 'twilio', account: ACCOUNT, url: lookup.url } }),
    {},
    { lookupSecret: 'wrong' },
  );
  expect(await ask(strange, known('premium'))).toEqual(['allow', null]);
  const logged = world.logged.slice(before).join('\n');
  expect(logged).toContain('60601');
  expect(logged).toContain('401');
  expect(logged).not.toContain(risk.number.slice(1));
  expect(JSON.stringify(await world.database.rows('SELECT l::text FROM line_lookups l'))).not.toContain(risk.number.slice(1));
});
