import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LimitStore, redisLimits } from '../../src/fraud/limit-store.js';
import { ListeningConnector } from '../../src/fraud/redis-connector.js';
import { createGateWorld, freshNumber, only, wish, type GateWorld } from './gate-world.js';
import { startRedis, type RedisServer } from './redis-server.js';

let world: GateWorld;
let redis: RedisServer;
let stores: LimitStore[];
const errors: Error[] = [];
const open = (url: string, ca?: string) =>
  redisLimits({ url, onError: (error) => void errors.push(error), ...(ca === undefined ? {} : { ca }) });
beforeAll(async () => {
  world = await createGateWorld();
  redis = await startRedis({ password: 'pass' });
  stores = [open(`redis://:pass@127.0.0.1:${redis.port}`), open(`redis://:pass@127.0.0.1:${redis.port}`)];
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await redis.close();
  await world.close();
});

const gateOf = (store: LimitStore) => world.gate(only({ number_sends: {}, ip_sends: {} }), { limiters: store.limiters });

test('in Redis, over two connections, of 200 codes of one number at once exactly 3 are sent', async () => {
  const gates = stores.map(gateOf);
  const number = freshNumber();
  const decisions = await Promise.all(
    Array.from({ length: 200 }, (_, index) => gates[index % 2]!.decide(wish(world.accountId, { number }))),
  );
  expect(decisions.filter(({ verdict }) => verdict === 'allow')).toHaveLength(3);
  expect(Math.min(...decisions.map(({ retryAfterMs }) => retryAfterMs ?? Number.POSITIVE_INFINITY))).toBeGreaterThan(23 * 3_600_000);
  await gates[0]!.proven(wish(world.accountId, { number }));
  expect((await gates[1]!.decide(wish(world.accountId, { number }))).verdict).toBe('allow');
});

test('Redis holds keys that say nothing, and each ends', async () => {
  const number = freshNumber();
  await gateOf(stores[0]!).decide(wish(world.accountId, { number, ip: '198.51.100.9' }));
  const client = new Redis(redis.port, '127.0.0.1', { password: 'pass' });
  const keys = await client.keys('*');
  expect(keys.length).toBeGreaterThanOrEqual(2);
  for (const key of keys) {
    expect(key).toMatch(/^watchword:[a-z]+:[A-Za-z0-9_-]{43}$/);
    expect(await client.pttl(key)).toBeGreaterThan(0);
  }
  await client.quit();
});

test('while Redis is down nothing is sent and it is said; once it is back codes go again', async () => {
  const gate = gateOf(stores[0]!);
  expect((await gate.decide(wish(world.accountId))).verdict).toBe('allow');
  await redis.kill();
  const started = performance.now();
  await expect(gate.decide(wish(world.accountId))).rejects.toMatchObject({ code: 'unavailable' });
  expect(performance.now() - started).toBeLessThan(3_000);
  expect(world.logged.some((line) => line.includes('"part":"number_sends"'))).toBe(true);
  // Who runs the process hears of it.
  await vi.waitFor(() => expect(errors.map(String).join()).toContain('ECONNREFUSED'), { timeout: 10_000, interval: 50 });
  await redis.start();
  await vi.waitFor(async () => expect((await gate.decide(wish(world.accountId))).verdict).toBe('allow'), {
    timeout: 10_000,
    interval: 100,
  });
}, 20_000);

test('with TLS, as rediss:// says, and only from whom the certificates name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-redis-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const made = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
  ];
  execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  const secured = await startRedis({ tls: { cert, key }, password: 'pass' });
  const trusting = open(`rediss://default:pass@localhost:${secured.port}`, readFileSync(cert, 'utf8'));
  const strange = open(`rediss://default:pass@localhost:${secured.port}`);
  const elsewhere = open(`rediss://default:pass@127.0.0.1:${secured.port}`, readFileSync(cert, 'utf8'));
  const plain = open(`redis://default:pass@localhost:${secured.port}`);
  try {
    expect((await gateOf(trusting).decide(wish(world.accountId))).verdict).toBe('allow');
    for (const store of [strange, elsewhere, plain]) {
      await expect(gateOf(store).decide(wish(world.accountId))).rejects.toMatchObject({ code: 'unavailable' });
    }
  } finally {
    await Promise.all([trusting, strange, elsewhere, plain].map((store) => store.close()));
    await secured.close();
    rmSync(folder, { recursive: true });
  }
}, 30_000);

test('a socket that fails twice, as a broken TLS handshake does, ends no process', async () => {
  const connector = new ListeningConnector({ host: '127.0.0.1', port: redis.port });
  const stream = await connector.connect();
  // As ioredis listens.
  stream.once('error', () => {});
  stream.emit('error', new Error('first'));
  expect(() => stream.emit('error', new Error('second'))).not.toThrow();
  expect(connector.firstError?.message).toBe('first');
  stream.destroy();
});
