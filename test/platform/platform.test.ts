import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processesOf, startPlatform, stillRunning } from './start.js';

const PARTS = [
  'api',
  'carrier-simulated-json',
  'carrier-simulated-text',
  'carrier-simulated-xml',
  'postgres',
  'simulator-fivesim',
  'simulator-herosms',
  'temporal',
  'worker',
];
let root: string;
let dataDir: string;

beforeAll(() => {
  // As root, under a folder that only root may enter.
  root = mkdtempSync(join(process.getuid?.() === 0 ? homedir() : tmpdir(), 'watchword-platform-'));
  chmodSync(root, 0o700);
  dataDir = join(root, 'data');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const keyOf = (folder: string) => readFileSync(join(folder, 'secrets', 'api-key'), 'utf8').trim();

async function rent(url: string, key: string, idempotencyKey: string): Promise<{ id: string; status: string }> {
  const response = await fetch(`${url}/v1/activations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey, 'content-type': 'application/json' },
    body: JSON.stringify({ service: 'telegram', country: 'ID' }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string; status: string };
}

async function read(url: string, key: string, id: string): Promise<{ status: string; messages: unknown[] }> {
  const response = await fetch(`${url}/v1/activations/${id}`, { headers: { authorization: `Bearer ${key}` } });
  return (await response.json()) as { status: string; messages: unknown[] };
}

describe('npm start', () => {
  it('brings everything, shows the first key once, stops in order on Ctrl-C and goes on where it ended', async () => {
    const first = startPlatform(dataDir);
    const url = await first.ready();
    const key = keyOf(dataDir);
    expect(first.said().split(key)).toHaveLength(3);
    for (const file of ['api-key', 'operator-key', 'encryption-keys'])
      expect(statSync(join(dataDir, 'secrets', file)).mode & 0o777).toBe(0o600);
    expect(first.said()).not.toContain(readFileSync(join(dataDir, 'secrets', 'operator-key'), 'utf8').trim());

    const ui = /Temporal\s+(http:\S+)/.exec(first.said())?.[1] ?? '';
    expect((await fetch(ui)).status).toBe(401);
    const operator = readFileSync(join(dataDir, 'secrets', 'operator-key'), 'utf8').trim();
    expect((await fetch(ui, { headers: { authorization: `Bearer ${operator}` } })).status).toBe(200);
    const { id } = await rent(url, key, 'first');
    await expect.poll(async () => (await read(url, key, id)).status, { timeout: 20_000, interval: 250 }).toBe('RECEIVED');

    const processes = processesOf(dataDir);
    expect([...processes.keys()].toSorted()).toEqual(PARTS);
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.said()).toMatch(/Stopping …\n(.*\n)*Stopped\.\n$/);
    expect(stillRunning(processes)).toEqual([]);
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);

    const second = startPlatform(dataDir);
    const again = await second.ready();
    expect(second.said()).not.toContain(key);
    expect(second.said()).toContain(join(dataDir, 'secrets', 'api-key'));
    expect((await read(again, key, id)).messages).toHaveLength(1);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  }, 180_000);

  it('runs beside another on another folder, and not twice on one', async () => {
    const one = startPlatform(dataDir);
    const other = startPlatform(join(root, 'other'));
    await Promise.all([one.ready(), other.ready()]);
    const twice = startPlatform(dataDir);
    expect(await twice.ended).toBe(1);
    expect(twice.said()).toContain(
      `the data folder ${dataDir} is in use by another watchword (process ${one.child.pid}): stop it, or set WATCHWORD_DATA_DIR`,
    );
    for (const platform of [one, other]) platform.child.kill('SIGINT');
    expect(await Promise.all([one.ended, other.ended])).toEqual([0, 0]);
  }, 180_000);

  it('starts again what dies, and leaves nothing behind when it is killed itself', async () => {
    const platform = startPlatform(dataDir);
    const url = await platform.ready();
    const key = keyOf(dataDir);
    const before = processesOf(dataDir);
    for (const identity of before.values()) process.kill(identity.pid, 'SIGKILL');
    // Whatever ran is gone, so an answer comes from what was started again.
    await expect.poll(() => stillRunning(before), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => [...processesOf(dataDir).keys()].toSorted(), { timeout: 60_000, interval: 250 }).toEqual(PARTS);
    await expect
      .poll(
        () =>
          fetch(`${url}/readyz`)
            .then((response) => response.status)
            .catch(() => 0),
        { timeout: 60_000, interval: 250 },
      )
      .toBe(200);
    const { id } = await rent(url, key, 'after-the-crash');

    const after = processesOf(dataDir);
    platform.child.kill('SIGKILL');
    expect(await platform.ended).toBe('SIGKILL');
    await expect.poll(() => stillRunning(after), { timeout: 20_000, interval: 250 }).toEqual([]);

    const next = startPlatform(dataDir);
    const again = await next.ready();
    await expect.poll(async () => (await read(again, key, id)).status, { timeout: 30_000, interval: 250 }).toBe('RECEIVED');
    next.child.kill('SIGINT');
    expect(await next.ended).toBe(0);
  }, 240_000);

  it('can be interrupted while it starts', async () => {
    const platform = startPlatform(join(root, 'interrupted'));
    await expect.poll(() => platform.said()).toContain('Starting watchword');
    platform.child.kill('SIGINT');
    expect(await platform.ended).toBe(0);
    expect(stillRunning(processesOf(join(root, 'interrupted')))).toEqual([]);
    expect(platform.said()).not.toContain('watchword is ready');
  }, 60_000);

  it('names what is in the way', async () => {
    const wrong = startPlatform(dataDir, { PORT: 'http', LOG_LEVEL: 'loud' });
    expect(await wrong.ended).toBe(2);
    expect(wrong.said()).toContain('PORT is "http"');
    expect(wrong.said()).toContain('LOG_LEVEL is "loud"');

    const server = createServer();
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    const { port } = server.address() as { port: number };
    const taken = startPlatform(dataDir, { PORT: String(port) });
    expect(await taken.ended).toBe(1);
    expect(taken.said()).toContain(`the API cannot listen on 127.0.0.1:${port}: another program listens there`);
    server.close();
  }, 60_000);
});
