import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.js';
import { DEFAULT_LIMITS } from '../../src/api/deps.js';
import { createRateLimits, Limited } from '../../src/api/rate-limit.js';
import { DomainError } from '../../src/domain/errors.js';
import { pino } from 'pino';
import { problemOf } from './served-api.js';
import { createWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await createWorld({
    settings: { limits: { read: { points: 5, seconds: 60 }, command: { points: 3, seconds: 60 }, purchase: { points: 2, seconds: 60 } } },
  });
});
afterAll(() => world.close());

test('a key has its budget, is told what is left, and others are not touched', async () => {
  const client = await world.client();
  const left: (string | null)[] = [];
  for (let index = 0; index < 5; index += 1) {
    const response = await client.fetch('/v1/balance');
    expect(response.status).toBe(200);
    expect(response.headers.get('ratelimit-limit')).toBe('5');
    left.push(response.headers.get('ratelimit-remaining'));
  }
  expect(left).toEqual(['4', '3', '2', '1', '0']);
  for (let index = 0; index < 3; index += 1) {
    const refused = await client.fetch('/v1/balance');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect((await problemOf(refused)).code).toBe('rate_limited');
  }
  expect((await (await world.client()).fetch('/v1/balance')).status).toBe(200);
});

test('purchases, commands and reads are counted apart', async () => {
  const client = await world.client();
  world.commands.onStart = () => Promise.resolve({ kind: 'pending' });
  const buy = (key: string) =>
    client.fetch('/v1/activations', { json: { service: 'telegram', country: 'ID' }, headers: { 'idempotency-key': key } });
  expect((await buy('a')).status).toBe(202);
  expect((await buy('b')).status).toBe(202);
  expect((await problemOf(await buy('c'))).code).toBe('rate_limited');
  expect(world.commands.starts).toHaveLength(2);
  expect((await client.fetch('/v1/balance')).status).toBe(200);
});

test('two processes share one budget', async () => {
  const limits = { ...DEFAULT_LIMITS, read: { points: 4, seconds: 60 } };
  const log = pino({ level: 'silent' });
  const [one, two] = [createRateLimits(world.database, limits, log), createRateLimits(world.database, limits, log)];
  for (let index = 0; index < 2; index += 1) {
    await one('read', 'shared');
    await two('read', 'shared');
  }
  await expect(one('read', 'shared')).rejects.toBeInstanceOf(Limited);
  await expect(two('read', 'shared')).rejects.toBeInstanceOf(Limited);
});

test('when requests cannot be counted, reads go on and purchases stop', async () => {
  const gone = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'test' });
  const lines: string[] = [];
  const count = createRateLimits(gone, DEFAULT_LIMITS, pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }));
  expect(await count('read', 'k')).toEqual({});
  expect(await count('command', 'k')).toEqual({});
  await expect(count('purchase', 'k')).rejects.toMatchObject(
    new DomainError('unavailable', 'Requests cannot be counted now, so nothing is bought.'),
  );
  expect(lines).toHaveLength(3);
  await gone.close();
});

test('by default one client may poll a hundred activations each second', () => {
  expect(DEFAULT_LIMITS.read.points / DEFAULT_LIMITS.read.seconds).toBeGreaterThanOrEqual(100);
});
