import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerProviders } from '../../src/db/providers.js';
import { countLateSms } from '../../src/db/late-sms.js';
import { setOpened } from '../../src/db/proofs.js';
import type { TestClient } from '../api/served-api.js';
import { createWorld, type World } from '../api/world.js';
import { run } from './command.js';
import { plantAccount, plantVerification } from '../alerts/verification-rows.js';
import { providerAccount } from '../stack/provider-account.js';

let world: World;
let client: TestClient;
let env: Record<string, string>;
let refreshed = 0;

beforeAll(async () => {
  world = await createWorld({ deps: { refreshPrices: async () => void (refreshed += 1) } });
  client = await world.client(10_000_000n);
  env = { WATCHWORD_URL: world.url, WATCHWORD_API_KEY: client.key, WATCHWORD_OPERATOR_KEY: (await world.operator()).key };
  await world.database.transaction((sql) => registerProviders(sql, [providerAccount('herosms')]));
  await setOpened(world.database, 'herosms', { observed: 0n, expected: 0n, seenPayments: [], paymentsCursor: null });
});
afterAll(() => world.close());

const json = async <T>(...args: string[]): Promise<T> => {
  const ended = await run([...args, '--json'], env);
  expect(ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('rror') as string });
  return JSON.parse(ended.stdout) as T;
};

/** An order of an activation, as its row. */
async function order(activationId: string | null, status: string, money: string, origin = 'reply'): Promise<string> {
  const id = randomUUID();
  await world.database.run(
    `INSERT INTO orders (id, provider, provider_order_id, activation_id, origin, beneficiary, status, currency, money, cost, cost_known, client_price, ended_at)
     VALUES ($1::uuid, 'herosms', $1::text, $2, $5, CASE WHEN $2::uuid IS NULL THEN 'house' ELSE 'activation' END, $3, 'USD', $4, 200000, true, 150000, now())`,
    [id, activationId, status, money, origin],
  );
  return id;
}

describe('a number', () => {
  test('is asked for another SMS, and its story is told', async () => {
    const id = await world.putActivation(client.accountId, { status: 'RECEIVED' });
    await world.database.run(
      `INSERT INTO activation_history (activation_id, account_id, to_status, reason, detail) VALUES ($1, $2, 'RECEIVED', 'sms_received', '{"count": 1}')`,
      [id, client.accountId],
    );
    world.commands.onAsk = () => Promise.resolve({ kind: 'accepted', dueAt: null });
    expect((await run(['resend', id], env)).stderr).toContain('Asked for another SMS.');
    expect(world.commands.asks.at(-1)).toBe(`resend ${id}`);
    const { stdout } = await run(['timeline', id], env);
    expect(stdout).toMatch(/RECEIVED\s+sms_received\s+-\s+count 1/);
    expect(await json('timeline', id)).toMatchObject({ activation_id: id, events: [{ reason: 'sms_received' }] });
  });

  test('whose SMS came late is paid for and read', async () => {
    const id = await world.putActivation(client.accountId, { status: 'REFUNDED' });
    const orderId = await order(id, 'REFUNDED', 'refunded');
    const sms = await world.putMessage(client.accountId, id, { code: '515253', text: 'Your code is 515253', revealed: false });
    await world.database.run('UPDATE inbox SET order_id = $2, withheld_at = now() WHERE id = $1', [sms, orderId]);
    await countLateSms(world.database, id);
    expect((await run(['watch', id], env)).stdout).toContain('1, for 0.15 USD');
    expect((await run(['late-sms', id], env)).stdout).toContain('515253');
    expect((await run(['late-sms', await world.putActivation(client.accountId, { status: 'REFUNDED' })], env)).code).toBe(3);
  });
});

describe('an operator', () => {
  test('reads what verifications came to, as tables and as the API’s own document', async () => {
    const accountId = await plantAccount((sql, values) => world.database.run(sql, values));
    const plant = (status: 'VERIFIED' | 'EXPIRED') =>
      plantVerification((sql, values) => world.database.run(sql, values), {
        accountId,
        status,
        codes: [{ converted: status === 'VERIFIED' }],
      });
    await plant('VERIFIED');
    await plant('EXPIRED');
    const { stdout, code } = await run(['operator', 'verification-report', '--revenue', '100'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^codes delivered +at least 95 % +100\.00 % +2 +too few to say$/m);
    expect(stdout).toMatch(/^cost of revenue +below 5 % +0\.00 % +2 /m);
    expect(stdout).toMatch(/^all +2 +1 \(50 %\) +1 \(50 %\) +0 +0 +2 +2 \(100 %\) +5\.0 +5\.0 +0\.00 +0\.00 +0\.02$/m);
    expect(stdout).toMatch(/^sms +- +1 +- +- +- +2 +2 \(100 %\)/m);
    expect(stdout).toMatch(/^Supabase +0\.10 +2500\.00 +5000\.00$/m);
    expect(stdout).toMatch(/^Upstash +0\.00$/m);
    expect(await json('operator', 'verification-report', '--from', '2026-01-01', '--to', '2026-01-02')).toMatchObject({
      from: '2026-01-01',
      to: '2026-01-02',
      totals: { verifications: 0 },
    });
    expect((await run(['operator', 'verification-report', '--revenue', 'much'], env)).code).toBe(2);
  });

  test('enters top-ups and corrections', async () => {
    const note = ['--reference', randomUUID(), '--reason', 'monthly'];
    expect((await run(['providers', 'top-up', 'herosms', '50.00', ...note], env)).stdout).toBe('herosms is expected to hold 50.00 USD.\n');
    expect((await run(['providers', 'top-up', 'herosms', '50.00', ...note], env)).stdout).toBe('herosms is expected to hold 50.00 USD.\n');
    expect((await run(['providers', 'top-up', 'herosms', '51.00', ...note], env)).code).toBe(3);
    const less = ['providers', 'adjust', 'herosms', '--reference', randomUUID(), '--reason', 'a fee', '--', '-2.50'];
    expect((await run(less, env)).stdout).toBe('herosms is expected to hold 47.50 USD.\n');
    expect((await run(['providers', 'top-up', 'nobody', '1', ...note], env)).code).toBe(3);
  });

  test('stops the cancelling of abandoned numbers after a restore, and starts it again', async () => {
    const orphans = async () => (await run(['providers'], env)).stdout.split('\n').map((line) => line.split(/\s{2,}/).at(-1));
    expect(await orphans()).toEqual(['ORPHANS', 'cancelled', '']);
    const stop = ['providers', 'orphan-sweep', 'stop', 'herosms', '--reason', 'restored'];
    expect((await run(stop, env)).stdout).toBe('herosms: numbers of abandoned purchases are left alone.\n');
    expect(await orphans()).toEqual(['ORPHANS', 'left alone', '']);
    expect(await world.database.row("SELECT orphan_sweep FROM providers WHERE id = 'herosms'")).toEqual({ orphan_sweep: false });
    const start = ['providers', 'orphan-sweep', 'start', 'herosms', '--reason', 'all claimed'];
    expect(await json(...start)).toMatchObject({ id: 'herosms', orphan_sweep: true });
    expect(await orphans()).toEqual(['ORPHANS', 'cancelled', '']);
    expect((await json<{ items: object[] }>('actions')).items.slice(0, 2)).toMatchObject([
      { action: 'POST /v1/operator/providers/:provider/orphan-sweep/start', body: { reason: 'all claimed' }, status: 200 },
      { action: 'POST /v1/operator/providers/:provider/orphan-sweep/stop', body: { reason: 'restored' }, status: 200 },
    ]);
    expect((await run(['providers', 'orphan-sweep', 'stop', 'nobody', '--reason', 'x'], env)).code).toBe(3);
    expect((await run(['providers', 'orphan-sweep', 'stop', 'herosms'], env)).code).toBe(2);
    expect((await run(['providers', 'orphan-sweep', 'stop', '--help'], env)).stdout).toContain('providers orphan-sweep stop herosms');
  });

  test('says what became of a refund', async () => {
    const id = await order(null, 'REFUND_PENDING', 'expected');
    const note = ['--reference', randomUUID(), '--reason', 'their word'];
    expect((await run(['refunds', 'write-off', id, ...note], env)).stdout).toBe(`${id} at herosms is written_off: 0.20 USD.\n`);
    expect((await run(['refunds', 'taken-back', id, '--reference', 'x', '--reason', 'x'], env)).code).toBe(3);
    expect((await run(['refunds', 'returned', id, '--reference', randomUUID(), '--reason', 'it came'], env)).stdout).toContain(
      'is refunded',
    );
    expect((await run(['refunds', '--provider', 'herosms'], env)).stdout).toContain(id);
  });

  test('sees foreign orders, and has prices read', async () => {
    const id = await order(null, 'OPEN', 'expected', 'foreign');
    expect((await run(['foreign-orders', '--open', 'true'], env)).stdout).toContain(id);
    expect(await json('foreign-orders', '--open', 'false')).toEqual({ items: [], next_cursor: null });
    expect((await run(['prices', 'refresh'], env)).stdout).toBe('Asked for; the prices that are there are of never.\n');
    expect(refreshed).toBe(1);
    expect((await run(['prices', 'telegram', 'ID'], env)).code).toBe(0);
  });

  test('sets and removes markups', async () => {
    const set = await run(
      ['markups', 'set', '12.5', '--fixed', '0.01', '--service', 'telegram', '--country', 'ID', '--reason', 'promised'],
      env,
    );
    expect(set.stdout).toMatch(/telegram\s+ID\s+12\.5 %\s+0\.01/);
    expect(await json('markups')).toMatchObject({ items: [{ service: 'telegram', country: 'ID', basis_points: 1_250, fixed: '0.01' }] });
    expect((await run(['markups', 'set', '12.345', '--service', 'telegram', '--reason', 'x'], env)).code).toBe(2);
    expect((await run(['markups', 'set', '1', '--reason', 'x'], env)).code).toBe(2);
    expect(await json('markups', 'remove', '--service', 'telegram', '--country', 'ID', '--reason', 'over')).toEqual({ items: [] });
  });

  test('makes an account that plays, exports it and erases it, but not without a word', async () => {
    const { id } = await json<{ id: string }>('accounts', 'create', 'Jane Roe', '--reference', randomUUID(), '--sandbox');
    expect((await run(['accounts'], env)).stdout).toMatch(/Jane Roe\s+client, plays/);
    const exported = await run(['privacy', 'export', id, '--reason', 'asked'], env);
    expect(exported.code).toBe(0);
    expect(JSON.parse(exported.stdout)).toMatchObject({ account: { id, name: 'Jane Roe', sandbox: true }, activations: [] });
    const open = await world.putActivation(id);
    expect(await run(['privacy', 'erase', id, '--reason', 'asked', '--yes'], env)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('open or held') as string,
    });
    await world.setStatus(open, 'FAILED');
    expect(await run(['privacy', 'erase', id, '--reason', 'asked'], env)).toMatchObject({ code: 2, stdout: '' });
    expect((await run(['accounts'], env)).stdout).toContain('Jane Roe');
    expect((await run(['privacy', 'erase', id, '--reason', 'asked', '--yes'], env)).stdout).toMatch(new RegExp(`^${id} was erased at .*Z`));
    expect((await run(['accounts'], env)).stdout).not.toContain('Jane Roe');
    expect(await run(['privacy', 'export', randomUUID(), '--reason', 'asked'], env)).toMatchObject({ code: 3, stdout: '' });
  });

  test('has the metrics of the API scanned with their key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watchword-values-'));
    writeFileSync(join(folder, 'values'), '+6281276543210\n');
    const report = await json<{ verdict: string; places: number }>(
      'privacy',
      'scan',
      '--values',
      join(folder, 'values'),
      `${world.url}/metrics`,
    );
    expect(report).toMatchObject({ verdict: 'clean', places: 1 });
    rmSync(folder, { recursive: true });
  });
});
