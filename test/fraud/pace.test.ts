import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.js';
import { limitersInPostgres } from '../../src/fraud/limiters.js';
import { createGateWorld, freshNumber, numberHashOf, only, wish, type GateWorld } from './gate-world.js';

let world: GateWorld;
beforeAll(async () => {
  world = await createGateWorld();
});
afterAll(() => world.close());

/** A number of a prefix of its own: its first digits are the test's. */
const numberOf = (area: string, index: number) => `+1${area}${String(2_000_000 + index * 1_371).slice(0, 7)}`;

/** Codes that were allowed to a prefix in an hour that is so long ago. */
async function past(prefix: string, hoursAgo: number, codes: number): Promise<void> {
  for (let index = 0; index < codes; index += 1)
    await world.database.run(
      `INSERT INTO fraud_decisions (id, account_id, verification_id, number_hash, prefix, country, line_type, channel, verdict, at)
       VALUES ($1, $2, $3, decode($4, 'hex'), $5, 'US', 'mobile', 'sms', 'allow', date_trunc('hour', now()) - $6::int * interval '1 hour')`,
      [randomUUID(), world.accountId, randomUUID(), numberHashOf(String(index)), prefix, hoursAgo],
    );
}

test('a prefix is unusual from far above the busiest hour of its past on; a quiet one from a floor on', async () => {
  const gate = world.gate(only({ prefix_velocity: { mode: 'enforce', least: 4, factor: 2 } }));
  const ask = (area: string, index: number) => gate.decide(wish(world.accountId, { number: numberOf(area, index) }));
  await past('14082', 30, 2);
  await past('14082', 50, 5);
  // Too long ago, and another prefix's.
  await past('14082', 15 * 24, 40);
  await past('14083', 5, 40);
  const known = [];
  for (let index = 0; index < 12; index += 1) known.push(await ask('408', index));
  expect(known.map(({ verdict }) => verdict)).toEqual([...Array<string>(10).fill('allow'), 'limit', 'limit']);
  expect(known[10]?.findings).toEqual([
    {
      rule: 'prefix_velocity',
      mode: 'enforce',
      verdict: 'limit',
      detail: { prefix: '14082', codes: 11, usual: 10, busiest_hour: 5, over_ceiling: false },
    },
  ]);
  expect(known[10]?.retryAfterMs).toBeGreaterThan(3_500_000);
  const quiet = [];
  for (let index = 0; index < 6; index += 1) quiet.push(await ask('628', index));
  expect(quiet.map(({ verdict }) => verdict)).toEqual(['allow', 'allow', 'allow', 'allow', 'limit', 'limit']);
});

test('the ceiling holds whatever the past, under 200 codes at once', async () => {
  await past('16262', 10, 60);
  const gate = world.gate(only({ prefix_velocity: { mode: 'enforce', ceiling: 40 } }));
  const decisions = await Promise.all(
    Array.from({ length: 200 }, (_, index) => gate.decide(wish(world.accountId, { number: numberOf('626', index) }))),
  );
  expect(decisions.filter(({ verdict }) => verdict === 'allow')).toHaveLength(40);
  expect(decisions.flatMap(({ findings }) => findings).every(({ detail }) => detail['over_ceiling'] === true)).toBe(true);
});

test('what its prefix refuses is not counted against a number', async () => {
  const number = numberOf('747', 1);
  const busy = world.gate(only({ prefix_velocity: { mode: 'enforce', ceiling: 1 }, number_sends: {} }));
  expect((await busy.decide(wish(world.accountId, { number: numberOf('747', 2) }))).verdict).toBe('allow');
  for (let index = 0; index < 5; index += 1) expect((await busy.decide(wish(world.accountId, { number }))).verdict).toBe('limit');
  const calm = world.gate(only({ number_sends: {} }));
  for (let index = 0; index < 3; index += 1) expect((await calm.decide(wish(world.accountId, { number }))).verdict).toBe('allow');
  expect((await calm.decide(wish(world.accountId, { number }))).verdict).toBe('limit');
});

test('nor is what could not be counted elsewhere, or not be kept', async () => {
  const gone = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'test' });
  const [here, nowhere] = [limitersInPostgres(world.database), limitersInPostgres(gone)];
  const number = freshNumber();
  const half = world.gate(only({ number_sends: {}, prefix_velocity: { mode: 'enforce' } }), {
    limiters: (wanted) => (wanted.name === 'prefix' ? nowhere : here)(wanted),
  });
  // A verification that is no UUID cannot be kept.
  const whole = world.gate(only({ number_sends: {} }));
  for (let index = 0; index < 4; index += 1) {
    await expect(half.decide(wish(world.accountId, { number }))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(whole.decide(wish(world.accountId, { number, verificationId: 'none' }))).rejects.toMatchObject({ code: 'unavailable' });
  }
  for (let index = 0; index < 3; index += 1) expect((await whole.decide(wish(world.accountId, { number }))).verdict).toBe('allow');
  await gone.close();
});

test('different numbers of one block of a thousand are noticed, under parallel requests too; one number again is not', async () => {
  const gate = world.gate(only({ neighbours: { mode: 'enforce', numbers: 10 } }));
  const neighbour = (block: string, index: number) => `+1415${block}${String(index).padStart(3, '0')}`;
  const run = await Promise.all(
    Array.from({ length: 100 }, (_, index) => gate.decide(wish(world.accountId, { number: neighbour('7031', index) }))),
  );
  expect(run.filter(({ verdict }) => verdict === 'allow')).toHaveLength(10);
  expect(run.find(({ verdict }) => verdict === 'block')).toMatchObject({ reason: 'blocked', findings: [{ rule: 'neighbours' }] });
  for (let index = 0; index < 20; index += 1)
    expect((await gate.decide(wish(world.accountId, { number: neighbour('7032', 5) }))).verdict).toBe('allow');
  // The same spread over blocks.
  for (let index = 0; index < 20; index += 1)
    expect((await gate.decide(wish(world.accountId, { number: neighbour(String(7_040 + index), 5) }))).verdict).toBe('allow');
});
