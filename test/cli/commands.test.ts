import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answered } from '../api/scripted-commands.js';
import { freshDatabase } from '../api/fresh-database.js';
import type { TestClient } from '../api/served-api.js';
import { createWorld, type World } from '../api/world.js';
import { run, start } from './command.js';
import { loseFirstAnswer } from './losing-server.js';

let world: World;
let client: TestClient;
let operator: TestClient;
let env: Record<string, string>;

beforeAll(async () => {
  world = await createWorld();
  operator = await world.operator();
});
afterAll(() => world.close());

beforeEach(async () => {
  client = await world.client(10_000_000n);
  env = { WATCHWORD_URL: world.url, WATCHWORD_API_KEY: client.key, WATCHWORD_OPERATOR_KEY: operator.key };
  world.commands.starts.length = 0;
  world.commands.onStart = async (input) => {
    await world.putActivation(input.accountId, { id: input.activationId, requestHash: input.requestHash });
    return answered(input);
  };
});

describe('rent', () => {
  test('tells its progress, waits for the code and gives it as JSON', async () => {
    const renting = start(['rent', 'telegram', 'ID', '--key', randomUUID(), '--json'], env);
    await renting.told('WAITING  +6281234567890  0.15 USD');
    const { activationId } = world.commands.starts[0]!;
    await world.receive(client.accountId, activationId, { code: '10246', text: 'Your code: 10246' });
    const { code, stdout, stderr } = await renting.ended;
    expect(stderr).toContain('RECEIVED');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: activationId, messages: [{ code: '10246' }] });
  });

  test('Ctrl-C asks nothing of the server and says how to go on', async () => {
    const renting = start(['rent', 'telegram', 'ID'], env);
    await renting.told('WAITING');
    renting.child.kill('SIGINT');
    const { code, stdout, stderr } = await renting.ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain(`Go on: watchword watch ${world.commands.starts[0]!.activationId}`);
    expect(world.commands.asks).toEqual([]);
  });

  test('a purchase whose answer is lost is asked for under the same key', async () => {
    const between = await loseFirstAnswer(world.url);
    const { code, stdout, stderr } = await run(['rent', 'telegram', 'ID', '--no-wait', '--json'], { ...env, WATCHWORD_URL: between.url });
    between.close();
    expect([code, stderr]).toEqual([0, expect.stringContaining('Asking again under the same key.')]);
    expect(between.requests()).toBe(2);
    const { items } = JSON.parse((await run(['list', '--json'], env)).stdout) as { items: { id: string }[] };
    expect(items.map(({ id }) => id)).toEqual([(JSON.parse(stdout) as { id: string }).id]);
  });

  test('Ctrl-C during the purchase names the key under which to ask again', async () => {
    const key = randomUUID();
    let answer: () => void = () => {};
    const held = new Promise<void>((done) => (answer = done));
    world.commands.onStart = async (input) => {
      await held;
      await world.putActivation(input.accountId, { id: input.activationId, requestHash: input.requestHash });
      return answered(input);
    };
    const renting = start(['rent', 'telegram', 'ID', '--key', key], env);
    await expect.poll(() => world.commands.starts.length, { timeout: 20_000 }).toBe(1);
    renting.child.kill('SIGINT');
    const { code, stderr } = await renting.ended;
    answer();
    expect([code, stderr]).toEqual([130, expect.stringContaining(`never buys twice: --key ${key}`)]);
  });

  test('the same key is the same purchase', async () => {
    const key = randomUUID();
    const [first, second] = [
      await run(['rent', 'telegram', 'ID', '--key', key, '--no-wait', '--json'], env),
      await run(['rent', 'telegram', 'ID', '--key', key, '--no-wait', '--json'], env),
    ];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect((JSON.parse(first.stdout) as { id: string }).id).toBe((JSON.parse(second.stdout) as { id: string }).id);
    const other = await run(['rent', 'whatsapp', 'ID', '--key', key, '--no-wait'], env);
    expect([other.code, other.stdout]).toEqual([3, '']);
  });

  test('what it passes on is what was typed', async () => {
    await run(['rent', 'telegram', 'id', '--operator', 'telkomsel', '--max-price', '0.30', '--replace', '--no-wait'], env);
    expect(world.commands.starts[0]).toMatchObject({ service: 'telegram', country: 'ID' });
    expect(JSON.stringify(world.commands.starts[0], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toMatch(
      /telkomsel.*0\.30.*replace|replace.*telkomsel|telkomsel.*replace/,
    );
  });

  test('too little credit, nothing available and wrong input have codes of their own', async () => {
    world.commands.onStart = (input) =>
      Promise.resolve(
        answered(input, {
          code: 'insufficient_credit',
          detail: { needed: '0.50', available: '0.10', currency: 'USD' },
        }),
      );
    const poor = await run(['rent', 'telegram', 'ID', '--json'], env);
    expect([poor.code, poor.stderr]).toEqual([4, expect.stringContaining('Needed: 0.50 USD; available: 0.10 USD.')]);
    expect(JSON.parse(poor.stdout)).toMatchObject({ error: { code: 'insufficient_credit', exit: 4 } });
    world.commands.onStart = (input) => Promise.resolve(answered(input, { code: 'no_numbers', detail: { tried: [] } }));
    expect((await run(['rent', 'telegram', 'ID'], env)).code).toBe(5);
    expect((await run(['rent', 'telegram', 'Indonesia'], env)).code).toBe(2);
    expect((await run(['rent', 'telegram', 'ID', '--max-price', '1e3'], env)).code).toBe(2);
    expect((await run(['rent', 'denied', 'ID'], env)).code).toBe(5);
  });
});

describe('what was rented', () => {
  test('watch gives the code that is there, and ends with 7 without one', async () => {
    const received = await world.putActivation(client.accountId, { status: 'RECEIVED' });
    await world.putMessage(client.accountId, received, { code: '777', text: 'code \u001B[31m777\u202E\nnow' });
    const { code, stdout } = await run(['watch', received], env);
    expect(code).toBe(0);
    expect(stdout).toContain('code ·[31m777· now');
    const refunded = await world.putActivation(client.accountId, { status: 'REFUNDED' });
    const without = await run(['watch', refunded, '--json'], env);
    expect([without.code, JSON.parse(without.stdout)]).toEqual([7, expect.objectContaining({ status: 'REFUNDED' })]);
    expect((await run(['watch', randomUUID()], env)).code).toBe(3);
  });

  test('cancel and finish ask the server', async () => {
    const waiting = await world.putActivation(client.accountId);
    world.commands.asks.length = 0;
    world.commands.onAsk = async (id, intention) => {
      await world.setStatus(id, intention === 'cancel' ? 'CANCELLED' : 'COMPLETED');
      return { kind: 'ended' };
    };
    expect(await run(['cancel', waiting], env)).toMatchObject({ code: 0, stdout: expect.stringMatching(/status +CANCELLED/) as string });
    const received = await world.putActivation(client.accountId, { status: 'RECEIVED' });
    expect(await run(['finish', received], env)).toMatchObject({ code: 0, stdout: expect.stringMatching(/status +COMPLETED/) as string });
    expect(world.commands.asks).toEqual([`cancel ${waiting}`, `finish ${received}`]);
    const silent = await world.putActivation(client.accountId, { status: 'CANCELLED' });
    const refused = await run(['finish', silent], env);
    expect([refused.code, refused.stdout]).toEqual([3, '']);
    expect(refused.stderr).toBe('It has ended.\n');
  });

  test('list is an aligned table, or one JSON value', async () => {
    const id = await world.putActivation(client.accountId);
    const lines = (await run(['list'], env)).stdout.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]!.indexOf('STATUS')).toBe(lines[1]!.indexOf('WAITING'));
    expect((JSON.parse((await run(['list', '--status', 'WAITING', '--json'], env)).stdout) as { items: unknown[] }).items).toEqual([
      expect.objectContaining({ id }),
    ]);
    expect((await run(['list', '--status', 'NONSENSE'], env)).code).toBe(2);
  });

  test('balance, statement and prices', async () => {
    expect((await run(['balance'], env)).stdout).toBe('available  10.00 USD\nheld       0.00 USD\n');
    expect(JSON.parse((await run(['statement', '--json'], env)).stdout)).toMatchObject({ items: [{ kind: 'grant', available: '10.00' }] });
    expect((await run(['prices', 'telegram', 'ID'], env)).stdout).toMatch(/^SERVICE +COUNTRY +PROVIDER/);
  });
});

describe('operators', () => {
  test('take in a customer, issue a key and see it noted', async () => {
    const reference = randomUUID();
    const made = await run(['accounts', 'create', 'Customer', '--reference', reference, '--json'], env);
    const { id } = JSON.parse(made.stdout) as { id: string };
    const credit = ['accounts', 'credit', id, '2.500001', '--reference', 'first', '--reason', 'paid'];
    expect((await run(credit, env)).stdout).toContain('2.500001 USD');
    expect((await run([...credit, '--json'], env)).stdout).toContain('"available":"2.500001"');
    const issued = JSON.parse((await run(['keys', 'issue', id, '--json'], env)).stdout) as { id: string; key: string };
    const theirs = { ...env, WATCHWORD_API_KEY: issued.key };
    expect((await run(['balance'], theirs)).stdout).toContain('2.500001 USD');
    const rotated = JSON.parse((await run(['keys', 'rotate', issued.id, '--grace-hours', '0', '--json'], env)).stdout) as { key: string };
    expect((await run(['balance'], theirs)).code).toBe(6);
    expect((await run(['balance'], { ...env, WATCHWORD_API_KEY: rotated.key })).code).toBe(0);
    expect((await run(['keys', 'list', id], env)).stdout.trim().split('\n')).toHaveLength(3);
    expect((await run(['accounts', 'suspend', id, '--reason', 'test'], env)).stdout).toMatch(/suspended +2/);
    expect((await run(['balance'], { ...env, WATCHWORD_API_KEY: rotated.key })).code).toBe(6);
    expect((await run(['actions', '--limit', '3'], env)).stdout).toContain('/suspend');
  });

  test('see providers and refunds; a client does not', async () => {
    expect((await run(['providers'], env)).stdout).toMatch(/^ID +KIND/);
    expect((await run(['refunds', '--json'], env)).stdout).toBe('{"items":[],"next_cursor":null}\n');
    expect((await run(['providers', 'pause', 'nobody', '--reason', 'test'], env)).code).toBe(3);
    expect((await run(['providers', 'pause', 'nobody'], env)).code).toBe(2);
    expect((await run(['accounts'], { ...env, WATCHWORD_OPERATOR_KEY: client.key })).code).toBe(6);
  });

  test('check the ledger of DATABASE_URL', async () => {
    const fresh = await freshDatabase();
    try {
      const clean = await run(['ledger', 'check', '--json'], { DATABASE_URL: fresh.adminUrl });
      expect([clean.code, JSON.parse(clean.stdout)]).toEqual([
        0,
        { clean: true, report: [expect.stringContaining('The ledger is clean')] },
      ]);
    } finally {
      await fresh.drop();
    }
    // An activation that was written past the books.
    await world.putActivation(client.accountId);
    const wrong = await run(['ledger', 'check'], { DATABASE_URL: world.adminUrl });
    expect([wrong.code, wrong.stdout]).toEqual([1, expect.stringContaining('activation status agrees with its hold')]);
    expect((await run(['ledger', 'check'], env)).code).toBe(2);
  });
});

describe('the command itself', () => {
  test('explains itself, and refuses what it does not know', async () => {
    const help = await run(['rent', '--help'], {});
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('$ watchword rent telegram ID')]);
    expect((await run(['--help'], {})).stdout).toContain('Exit codes:');
    for (const wrong of [[], ['nonsense'], ['rent', 'telegram'], ['balance', '--nonsense']]) {
      const { code, stdout } = await run(wrong, env);
      expect([wrong, code, stdout]).toEqual([wrong, 2, '']);
    }
  });

  test('says that nobody answers', async () => {
    const gone = createServer();
    await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((done) => gone.close(done));
    const { code, stderr } = await run(['balance'], { ...env, WATCHWORD_URL: url });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${url} does not answer (ECONNREFUSED)`)]);
    expect((await run(['balance'], { ...env, WATCHWORD_URL: 'nonsense' })).code).toBe(2);
  });

  test('takes the kept key on this machine, and sends it to no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watchword-cli-'));
    try {
      mkdirSync(join(folder, 'secrets'));
      writeFileSync(join(folder, 'secrets', 'api-key'), `${client.key}\n`);
      const kept = { WATCHWORD_URL: world.url, WATCHWORD_DATA_DIR: folder };
      expect((await run(['balance'], kept)).code).toBe(0);
      const other = await run(['balance'], { ...kept, WATCHWORD_URL: 'http://watchword.invalid' });
      expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('There is no client key')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('doctor says whose keys these are and what is not ready', async () => {
    const { code, stdout } = await run(['doctor', '--json'], env);
    const { checks } = JSON.parse(stdout) as { checks: { check: string; ok: boolean; what: string }[] };
    const by = Object.fromEntries(checks.map((one) => [one.check, one]));
    expect(by['api']).toMatchObject({ ok: true });
    expect(by['postgres']).toMatchObject({ ok: true });
    expect(by['prices']).toMatchObject({ ok: false, what: 'the first price matrix has not been built yet' });
    expect(by['client key']!.what).toContain('valid, of the client "client"');
    expect(by['operator key']!.what).toContain('valid, an operator');
    expect(code).toBe(1);
    const swapped = await run(['doctor'], { ...env, WATCHWORD_API_KEY: operator.key });
    expect(swapped.stdout).toMatch(/client key +WRONG/);
  });
});
