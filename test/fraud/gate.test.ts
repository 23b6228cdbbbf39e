import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.js';
import { createGateWorld, freshNumber, only, wish, type GateWorld } from './gate-world.js';

let world: GateWorld;
beforeAll(async () => {
  world = await createGateWorld();
});
afterAll(() => world.close());

interface Kept {
  readonly verdict: string;
  readonly mode: string | null;
  readonly rules: string[];
  readonly findings: { rule: string; detail: object }[];
  readonly prefix: string;
  readonly country: string;
  readonly line_type: string;
  readonly ip_hash: Buffer | null;
  readonly number_hash: Buffer;
}
const kept = (id: string) => world.database.row<Kept>('SELECT * FROM fraud_decisions WHERE id = $1', [id]);

test('a code that nothing speaks against is allowed, and the decision kept', async () => {
  const risk = wish(world.accountId, { ip: '203.0.113.7' });
  const decision = await world.gate().decide(risk);
  expect(decision).toMatchObject({ verdict: 'allow', retryAfterMs: null, reason: null, findings: [] });
  const row = await kept(decision.id);
  expect(row).toMatchObject({ verdict: 'allow', mode: null, rules: [], findings: [], country: 'US', line_type: 'fixed_line_or_mobile' });
  expect(row?.prefix).toBe('14152');
  expect(row?.number_hash.toString('hex')).toBe(risk.numberHash);
  expect(row?.ip_hash).toHaveLength(32);
});

test('a country that is not listed is blocked in a word that the person may know', async () => {
  const decision = await world.gate().decide(wish(world.accountId, { number: '+6281234567890', country: 'ID' }));
  expect(decision).toMatchObject({ verdict: 'block', reason: 'country', findings: [{ rule: 'country', mode: 'enforce' }] });
  expect(await kept(decision.id)).toMatchObject({ verdict: 'block', mode: 'enforce', rules: ['country'], country: 'ID' });
});

test('a rule that is watched says what it found and refuses nobody; one that is off says nothing', async () => {
  const risk = { number: '+6281234567890', country: 'ID' };
  const watched = await world.gate(only({ country: { mode: 'monitor' } })).decide(wish(world.accountId, risk));
  expect(watched).toMatchObject({ verdict: 'allow', reason: null, findings: [{ rule: 'country', mode: 'monitor' }] });
  expect(await kept(watched.id)).toMatchObject({ verdict: 'allow', mode: 'monitor', rules: ['country'] });
  expect((await world.gate(only()).decide(wish(world.accountId, risk))).findings).toEqual([]);
});

test('of 200 codes that one number is asked for at once, exactly 3 are sent', async () => {
  const gates = [world.gate(only({ number_sends: {} })), world.gate(only({ number_sends: {} }))];
  const number = freshNumber();
  const decisions = await Promise.all(
    Array.from({ length: 200 }, (_, index) => gates[index % 2]!.decide(wish(world.accountId, { number }))),
  );
  expect(decisions.filter(({ verdict }) => verdict === 'allow')).toHaveLength(3);
  const refused = decisions.filter(({ verdict }) => verdict === 'limit');
  expect(refused).toHaveLength(197);
  for (const { retryAfterMs } of refused) expect(retryAfterMs).toBeGreaterThan(23 * 3_600_000);
});

test('of 200 codes of one number and purpose at once, one is sent; another purpose has its own pause', async () => {
  const gate = world.gate();
  const number = freshNumber();
  const ask = (purpose: string) => gate.decide(wish(world.accountId, { number, purpose }));
  const decisions = await Promise.all(Array.from({ length: 200 }, () => ask('login')));
  expect(decisions.filter(({ verdict }) => verdict === 'allow')).toHaveLength(1);
  expect(Math.max(...decisions.map(({ retryAfterMs }) => retryAfterMs ?? 0))).toBeLessThanOrEqual(30_000);
  expect((await ask('payment')).verdict).toBe('allow');
});

test('what a pause refused is not counted against the number', async () => {
  const number = freshNumber();
  const paused = world.gate({ cooldown: { seconds: 1 } });
  expect((await paused.decide(wish(world.accountId, { number }))).verdict).toBe('allow');
  for (let index = 0; index < 5; index += 1) expect((await paused.decide(wish(world.accountId, { number }))).verdict).toBe('limit');
  const unpaused = world.gate(only({ number_sends: {} }));
  const after = [await unpaused.decide(wish(world.accountId, { number })), await unpaused.decide(wish(world.accountId, { number }))];
  expect(after.map(({ verdict }) => verdict)).toEqual(['allow', 'allow']);
  expect((await unpaused.decide(wish(world.accountId, { number }))).verdict).toBe('limit');
});

test('codes of an address are watched from the eleventh on, and can be refused', async () => {
  const ip = '198.51.100.4';
  const watching = world.gate(only({ ip_sends: {} }));
  for (let index = 0; index < 10; index += 1)
    expect((await watching.decide(wish(world.accountId, { ip }))).findings, `code ${index + 1}`).toEqual([]);
  expect(await watching.decide(wish(world.accountId, { ip }))).toMatchObject({
    verdict: 'allow',
    findings: [{ rule: 'ip_sends', mode: 'monitor', verdict: 'limit', detail: { codes: 11, minutes: 60 } }],
  });
  const enforcing = world.gate(only({ ip_sends: { mode: 'enforce' } }));
  expect((await enforcing.decide(wish(world.accountId, { ip }))).verdict).toBe('limit');
  expect((await enforcing.decide(wish(world.accountId, { ip: '198.51.100.5' }))).verdict).toBe('allow');
});

test('200 codes of one address at once: exactly 10 are sent', async () => {
  const gate = world.gate(only({ ip_sends: { mode: 'enforce' } }));
  const decisions = await Promise.all(
    Array.from({ length: 200 }, (_, index) => gate.decide(wish(world.accountId, { ip: `2001:db8:1:2::${(index + 1).toString(16)}` }))),
  );
  expect(decisions.filter(({ verdict }) => verdict === 'allow')).toHaveLength(10);
  expect((await gate.decide(wish(world.accountId, { ip: '2001:db8:1:3::1' }))).verdict).toBe('allow');
});

test('of strangers who use a number’s codes up, its owner hears nothing once he has proven it', async () => {
  const gate = world.gate(only({ number_sends: {} }));
  const number = freshNumber();
  const owner = wish(world.accountId, { number, subject: 'user-1', ip: '192.0.2.1' });
  expect((await gate.decide(owner)).verdict).toBe('allow');
  await gate.proven(owner);
  // Cleared: three for strangers, then no more.
  for (let index = 0; index < 3; index += 1) expect((await gate.decide(wish(world.accountId, { number }))).verdict).toBe('allow');
  expect((await gate.decide(wish(world.accountId, { number }))).verdict).toBe('limit');
  // By his name from elsewhere, and by his address without a name.
  expect((await gate.decide({ ...owner, ip: '192.0.2.99' })).verdict).toBe('allow');
  expect((await gate.decide({ ...owner, subject: null })).verdict).toBe('allow');
  // A stranger with neither stays refused, another account's owner of the same name too.
  expect((await gate.decide({ ...owner, subject: 'user-2', ip: '192.0.2.99' })).verdict).toBe('limit');
  // His own budget ends as well.
  const own = await Promise.all(Array.from({ length: 20 }, () => gate.decide({ ...owner, ip: null })));
  expect(own.filter(({ verdict }) => verdict === 'allow')).toHaveLength(2);
  expect(own.find(({ verdict }) => verdict === 'limit')?.findings[0]?.detail).toMatchObject({ budget: 'subject' });
});

test('a proof is forgotten after its days', async () => {
  const gate = world.gate(only({ number_sends: { remember_days: 90 } }));
  const number = freshNumber();
  const owner = wish(world.accountId, { number, subject: 'user-9' });
  world.now = new Date(Date.now() - 91 * 86_400_000);
  await gate.proven(owner);
  world.now = null;
  for (let index = 0; index < 3; index += 1) await gate.decide(wish(world.accountId, { number }));
  expect((await gate.decide(owner)).verdict).toBe('limit');
  await gate.proven(owner);
  for (let index = 0; index < 3; index += 1) await gate.decide(wish(world.accountId, { number }));
  expect((await gate.decide(owner)).verdict).toBe('allow');
});

test('one account’s codes are not counted against another’s', async () => {
  const gate = world.gate(only({ number_sends: {} }));
  const [number, other] = [freshNumber(), await world.account()];
  for (let index = 0; index < 4; index += 1) await gate.decide(wish(world.accountId, { number }));
  expect((await gate.decide(wish(world.accountId, { number }))).verdict).toBe('limit');
  expect((await gate.decide(wish(other, { number }))).verdict).toBe('allow');
});

test('limits that cannot be counted let nothing through, and say so; a proof does no harm', async () => {
  const gone = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'test' });
  const before = world.logged.length;
  const gate = world.gate(only({ cooldown: {} }), { database: gone });
  const risk = wish(world.accountId, { ip: '192.0.2.3' });
  await expect(gate.decide(risk)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(gate.proven(risk)).resolves.toBeUndefined();
  // Also where all limits are off and only the decision cannot be kept.
  await expect(world.gate(only(), { database: gone }).decide(risk)).rejects.toMatchObject({ code: 'unavailable' });
  expect(world.logged.slice(before).filter((line) => line.includes('cannot be asked'))).toHaveLength(3);
  expect((await world.metrics.expose([])).text).toMatch(/watchword_fraud_failures_total\{part="cooldown",process="api"\} 1/);
  await gone.close();
});

test('nothing that was kept, logged or counted names a number, an address or a person', async () => {
  const number = '+14155550123';
  const gate = world.gate({ ip_sends: { mode: 'enforce', codes: 1 }, cooldown: { mode: 'monitor' } });
  const risk = wish(world.accountId, { number, ip: '198.51.100.77', subject: 'planted-subject' });
  for (let index = 0; index < 3; index += 1) await gate.decide(risk);
  await gate.proven(risk);
  const everything = [world.logged.join('\n'), (await world.metrics.expose([])).text];
  for (const table of ['fraud_decisions', 'fraud_proofs', 'fraud_limits', 'rate_limits'])
    everything.push(JSON.stringify(await world.database.rows(`SELECT t::text FROM ${table} t`)));
  for (const text of everything) expect(text).not.toMatch(/5550123|198\.51\.100|planted-subject/);
});
