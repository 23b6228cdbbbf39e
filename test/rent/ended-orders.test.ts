import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { moveOrder, watchedOrders } from '../../src/db/orders.js';
import { proofOf } from '../../src/db/proofs.js';
import { registerProviders } from '../../src/db/providers.js';
import { buyNumber } from '../../src/rent/buy.js';
import { endOrder, NotYet } from '../../src/rent/end.js';
import { readOrder } from '../../src/rent/read.js';
import { proofDueIn } from '../../src/rent/watch/due.js';
import { createErrands } from '../../src/rent/watch/errands.js';
import { readEnded } from '../../src/rent/watch/housekeeping.js';
import { forgetful } from '../../src/rent/watch/memory.js';
import { openBooks } from '../../src/rent/watch/open-books.js';
import { provePass } from '../../src/rent/watch/prove.js';
import { ACCOUNT, type Account, createAccount } from './account.js';
import { providerAccount } from '../stack/provider-account.js';

const USD = 1_000_000n;
const NOW = 1_000_000;
let account: Account;

afterEach(async () => {
  expect(await account.problems()).toEqual([]);
  await account.close();
});

async function opened(options: Parameters<typeof createAccount>[0] = {}): Promise<void> {
  account = await createAccount(options);
  await openBooks(account.deps, ACCOUNT);
}
const arm = () => account.database.run('UPDATE provider_proofs SET armed_at = now()');
const watched = () => watchedOrders(account.database, ACCOUNT);
const look = async () => {
  account.calls.length = 0;
  const host = { signal: new AbortController().signal, alive: () => {}, now: () => NOW };
  await readEnded(account.deps, createErrands(account.deps, ACCOUNT, host, NOW + 1), await watched());
  return account.calls;
};

/** An order that ended early: its record does not say what became of the money. */
async function endedEarly() {
  const { scripted, id } = await account.buy(3n * USD);
  scripted.condition = 'ended';
  await readOrder(account.deps, await account.order(id), 'order');
  return { scripted, id };
}
const agree = (id: string) => account.database.run('UPDATE orders SET agreed_at = now() WHERE id = $1', [id]);

describe('the balance', () => {
  const due = async (memory = forgetful()) => (await proofDueIn(account.deps, ACCOUNT, NOW, memory)).ms;

  test('is read for nothing but a refund whose record agrees, 15 s after the last time', async () => {
    await opened();
    await arm();
    expect(await due()).toBe(Infinity);
    await account.buy(3n * USD);
    expect(await due()).toBe(Infinity);
    const { id } = await endedEarly();
    expect(await due()).toBe(Infinity);
    await agree(id);
    expect(await due()).toBe(-Infinity);
    expect(await due({ ...forgetful(), provedAt: NOW - 1_000 })).toBe(14_000);
    await account.database.run('UPDATE orders SET paid_from_loss_at = now() WHERE id = $1', [id]);
    expect(await due()).toBe(Infinity);
  });

  test('is not read while the proof is frozen', async () => {
    await opened();
    await arm();
    await agree((await endedEarly()).id);
    await account.database.run('UPDATE provider_proofs SET frozen_at = now()');
    expect(await due()).toBe(Infinity);
  });

  test('is read after each movement until the proof is armed, at most every 1.5 s', async () => {
    await opened();
    const memory = { ...forgetful(), provedAt: NOW, provedExpected: 100n * USD };
    expect(await due(memory)).toBe(Infinity);
    await account.buy(3n * USD);
    expect(await due(memory)).toBe(1_500);
  });
});

describe('an ended order', () => {
  test('whose record does not agree is read again after 15, 30, 60 s, then doubling to 15 min', async () => {
    await opened();
    const { id } = await endedEarly();
    const pauses: number[] = [];
    for (let check = 0; check < 9; check += 1) {
      expect(await look()).toEqual(['readOrder']);
      expect(await look()).toEqual([]);
      const row = (await account.database.row<{ ms: number }>(
        'SELECT extract(epoch FROM next_check_at - clock_timestamp())::float8 AS ms FROM orders WHERE id = $1',
        [id],
      ))!;
      pauses.push(Math.round(row.ms / 5) * 5);
      await account.database.run('UPDATE orders SET next_check_at = now() WHERE id = $1', [id]);
    }
    expect(pauses).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900]);
  });

  test('is read once more at the end of its grace, also after its refund: an SMS is kept, and the refund stands', async () => {
    await opened();
    await arm();
    const { scripted, id } = await endedEarly();
    account.balance += 3n * USD;
    await agree(id);
    expect(await provePass(account.deps, ACCOUNT, await watched(), new Map())).toBe('confirmed');
    const age = (seconds: number) =>
      account.database.run(`UPDATE orders SET ended_at = clock_timestamp() - $2::int * interval '1 second' WHERE id = $1`, [id, seconds]);
    await age(115);
    expect(await look()).toEqual([]);
    await age(121);
    scripted.sms = [{ code: '12345', text: 'Your code is 12345', sender: null, rawTime: null }];
    expect(await look()).toEqual(['readOrder']);
    expect(await look()).toEqual([]);
    expect((await account.order(id)).status).toBe('REFUNDED');
    expect(await account.database.rows('SELECT revealed_at, confirmed_at IS NOT NULL AS confirmed FROM inbox')).toEqual([
      { revealed_at: null, confirmed: true },
    ]);
  });
});

describe('before its proof may prove anything, an account', () => {
  test('sells nothing until its books are open', async () => {
    account = await createAccount();
    const request = { activationId: randomUUID(), seq: 0, service: 'telegram', country: 'ID' };
    const candidate = { provider: ACCOUNT, operator: null, price: '1.00' };
    expect(await buyNumber(account.deps, { ...request, candidate })).toEqual({
      kind: 'refused',
      provider: ACCOUNT,
      reason: 'books_not_open',
    });
  });

  test('lets no cancel come before the balance was read between purchase and cancel', async () => {
    await opened();
    const { id } = await account.buy(3n * USD);
    const cancel = () => endOrder(account.deps, { activationId: randomUUID(), orderId: id, why: 'cancel', next: 'refund' });
    await expect(cancel()).rejects.toBeInstanceOf(NotYet);
    expect((await account.order(id)).status).toBe('OPEN');
    expect(await provePass(account.deps, ACCOUNT, await watched(), new Map())).toBe('nothing');
    // Now it is asked for; this account's script ends here.
    await expect(cancel()).rejects.toThrow('scripts no such call');
  });

  test('lets no cancel follow a balance that was asked for before the purchase and posted after it', async () => {
    await opened();
    let id = '';
    account.before = async (call) => {
      if (call === 'balance' && id === '') id = (await account.buy(3n * USD)).id;
    };
    expect(await provePass(account.deps, ACCOUNT, await watched(), new Map())).toBe('nothing');
    const cancel = () => endOrder(account.deps, { activationId: randomUUID(), orderId: id, why: 'cancel', next: 'refund' });
    await expect(cancel()).rejects.toBeInstanceOf(NotYet);
  });

  test('is armed by its first purchase and refund, even where no pass came between opening and purchase', async () => {
    await opened();
    const { scripted, id } = await account.buy(3n * USD);
    await provePass(account.deps, ACCOUNT, await watched(), new Map());
    expect((await proofOf(account.database, ACCOUNT)).armed_at).toBeNull();
    account.balance += 3n * USD;
    scripted.condition = 'ended';
    scripted.settlement = 'refunded';
    await readOrder(account.deps, await account.order(id), 'order');
    expect(await provePass(account.deps, ACCOUNT, await watched(), new Map())).toBe('confirmed');
    expect((await proofOf(account.database, ACCOUNT)).armed_at).not.toBeNull();
  });

  test('is disarmed, and waits for new books, when its key changes; by nothing else', async () => {
    await opened();
    await arm();
    await account.database.run(`UPDATE provider_proofs SET unclaimed = '{"at": 0, "lots": []}'`);
    const before = await proofOf(account.database, ACCOUNT);
    const register = (fingerprint: string) =>
      account.database.transaction((sql) =>
        registerProviders(sql, [providerAccount(ACCOUNT, { fingerprint, requestsPerSecond: 1, burst: 1 })]),
      );
    await register('a');
    expect(await proofOf(account.database, ACCOUNT)).toEqual(before);
    await register('b');
    expect(await proofOf(account.database, ACCOUNT)).toMatchObject({
      epoch: before.epoch + 1n,
      opened_at: null,
      armed_at: null,
      observed: null,
      unclaimed: null,
    });
  });
});

test('moves no order by an edge that is not there', async () => {
  await opened();
  const { id } = await account.buy(3n * USD);
  await expect(moveOrder(account.database, id, 'OPEN', 'WRITTEN_OFF', { reason: 'no' })).rejects.toThrow(RangeError);
  await expect(moveOrder(account.database, id, 'TAKEN_BACK', 'REFUNDED', { reason: 'no' })).rejects.toThrow(RangeError);
});
