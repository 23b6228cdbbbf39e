import { afterEach, describe, expect, test } from 'vitest';
import { watchedOrders } from '../../src/db/orders.js';
import { proofOf, stateOf } from '../../src/db/proofs.js';
import { enterFunding } from '../../src/ledger/operator-entries.js';
import { readOrder } from '../../src/rent/read.js';
import { openBooks } from '../../src/rent/watch/open-books.js';
import { provePass } from '../../src/rent/watch/prove.js';
import { ACCOUNT, type Account, createAccount, type ScriptedOrder } from './account.js';

const USD = 1_000_000n;
let account: Account;

afterEach(async () => {
  expect(await account.problems()).toEqual([]);
  await account.close();
});

/** An account with open books and an armed proof. */
async function armed(options: Parameters<typeof createAccount>[0] = {}): Promise<void> {
  account = await createAccount(options);
  expect(await openBooks(account.deps, ACCOUNT)).toBe(true);
  await account.database.run('UPDATE provider_proofs SET armed_at = now()');
  account.calls.length = 0;
}

const pass = async () => provePass(account.deps, ACCOUNT, await watchedOrders(account.database, ACCOUNT), new Map());
const proof = () => proofOf(account.database, ACCOUNT);
const end = (order: ScriptedOrder, refunded = true) => {
  Object.assign(order, { condition: 'ended', settlement: 'refunded' });
  if (refunded) account.balance += order.price;
};
/** Does something once, between a call's answer and our use of it. */
function after(call: string, what: () => Promise<void> | void): void {
  account.before = async (made) => {
    if (made !== call) return;
    account.before = () => {};
    await what();
  };
}

describe('a pass', () => {
  test('reads ledger, balance, payments and orders in this order, and confirms what came back', async () => {
    await armed({ payments: true });
    const { scripted, id } = await account.buy(3n * USD);
    end(scripted);
    await readOrder(account.deps, await account.order(id), 'order');
    account.calls.length = 0;
    expect(await pass()).toBe('confirmed');
    expect(account.calls).toEqual(['balance', 'payments', 'openOrders']);
    expect((await account.order(id)).status).toBe('REFUNDED');
    expect(await account.expected()).toBe(100n * USD);
  });

  test('is not frozen by readings that were asked for before the balance and stored after it', async () => {
    await armed({ policy: { freezeConfirmMs: 0 } });
    const slow = async () => {
      const { scripted, id } = await account.buy(3n * USD);
      const row = await account.order(id);
      // Asked for while it is alive; it ends early, the balance is read, and only then the reading arrives.
      let arrive = () => {};
      const arrived = new Promise<void>((done) => (arrive = done));
      let asked = () => {};
      const wasAsked = new Promise<void>((done) => (asked = done));
      after('readOrder', () => {
        asked();
        return arrived;
      });
      const reading = readOrder(account.deps, row, 'watch');
      await wasAsked;
      end(scripted);
      after('openOrders', async () => {
        arrive();
        await reading;
      });
    };
    for (let passes = 0; passes < 2; passes += 1) {
      await slow();
      expect(await pass()).toBe('nothing');
      expect((await proof()).suspect_at).toBeNull();
    }
  });

  test('lets an order booked after the ledger was read hide nothing', async () => {
    await armed({ policy: { freezeConfirmMs: 0 } });
    const kept = await account.buy(10n * USD);
    end(kept.scripted, false);
    await readOrder(account.deps, await account.order(kept.id), 'order');
    // 25 come in unannounced; a purchase for 10 is charged before the balance and booked after it, and is over at once.
    const { scripted } = await account.buy(10n * USD, false);
    account.balance += 25n * USD;
    after('balance', async () => {
      scripted.condition = 'ended';
      await account.book(scripted);
    });
    expect(await pass()).toBe('frozen');
    expect((await account.order(kept.id)).status).toBe('REFUND_PENDING');
  });

  test('takes the ledger’s figure before the balance: a purchase between the two pays nobody’s refund', async () => {
    await armed();
    const kept = await account.buy(10n * USD);
    end(kept.scripted, false);
    await readOrder(account.deps, await account.order(kept.id), 'order');
    after('balance', async () => void (await account.buy(10n * USD)));
    expect(await pass()).toBe('nothing');
    expect((await account.order(kept.id)).status).toBe('REFUND_PENDING');
  });

  test('adds charges back that the declared lag may hide from the balance', async () => {
    await armed({ policy: { balanceLagMs: 400 } });
    const kept = await account.buy(10n * USD);
    end(kept.scripted, false);
    await readOrder(account.deps, await account.order(kept.id), 'order');
    await new Promise((done) => setTimeout(done, 500));
    await account.buy(10n * USD);
    account.balance += 10n * USD;
    expect(await pass()).toBe('nothing');
    expect((await account.order(kept.id)).status).toBe('REFUND_PENDING');
  });

  test('leaves a refund alone whose client was paid from loss: it is an operator’s', async () => {
    await armed();
    const { scripted, id } = await account.buy(3n * USD);
    end(scripted);
    await readOrder(account.deps, await account.order(id), 'order');
    await account.database.run('UPDATE orders SET paid_from_loss_at = now() WHERE id = $1', [id]);
    expect(await pass()).toBe('nothing');
    expect((await account.order(id)).status).toBe('REFUND_PENDING');
  });

  test('proves nothing with a figure that a posting has raised since', async () => {
    await armed();
    const { scripted, id } = await account.buy(3n * USD);
    end(scripted);
    await readOrder(account.deps, await account.order(id), 'order');
    after('balance', async () => {
      expect(await pass()).toBe('confirmed');
    });
    expect(await pass()).toBe('void');
    expect(await account.expected()).toBe(100n * USD);
  });

  test('confirms no order whose SMS was confirmed meanwhile, delivered or not', async () => {
    await armed();
    const { scripted, id } = await account.buy(3n * USD);
    end(scripted);
    await readOrder(account.deps, await account.order(id), 'order');
    await account.database.run(
      "INSERT INTO inbox (id, provider, provider_order_id, order_id, source, confirmed_at) VALUES (gen_random_uuid(), $1, $2, $3, 'poll', now())",
      [ACCOUNT, scripted.id, id],
    );
    expect(await pass()).toBe('nothing');
    expect((await account.order(id)).status).toBe('REFUND_PENDING');
  });

  test('books a listed top-up first and proves nothing then', async () => {
    await armed({ payments: true });
    const { scripted, id } = await account.buy(3n * USD);
    end(scripted, false);
    await readOrder(account.deps, await account.order(id), 'order');
    account.balance += 3n * USD;
    account.payments = [{ id: 'p1', kind: 'top_up', amount: 3n * USD }];
    expect(await pass()).toBe('void');
    expect(await pass()).toBe('nothing');
    expect((await account.order(id)).status).toBe('REFUND_PENDING');
    expect(await account.expected()).toBe(100n * USD);
  });

  test('proves nothing with a figure from before a listed top-up that another pass has booked', async () => {
    await armed({ payments: true });
    const { scripted, id } = await account.buy(3n * USD);
    end(scripted, false);
    await readOrder(account.deps, await account.order(id), 'order');
    account.balance += 3n * USD;
    account.payments = [{ id: 'p1', kind: 'top_up', amount: 3n * USD }];
    after('payments', async () => {
      expect(await pass()).toBe('void');
    });
    expect(await pass()).toBe('void');
    expect((await account.order(id)).status).toBe('REFUND_PENDING');
  });

  test('remembers what it left unclaimed, and when it came', async () => {
    await armed();
    const { scripted, id } = await account.buy(3n * USD);
    end(scripted, false);
    await readOrder(account.deps, await account.order(id), 'order');
    account.balance += 2n * USD;
    expect(await pass()).toBe('nothing');
    const first = stateOf(await proof()).unclaimed!;
    expect(first.lots).toEqual([{ amount: 2n * USD, since: first.at }]);
    account.balance += 500_000n;
    expect(await pass()).toBe('nothing');
    const { at, lots } = stateOf(await proof()).unclaimed!;
    expect(lots).toEqual([first.lots[0], { amount: 500_000n, since: at }]);
    expect(at).toBeGreaterThan(first.at);
  });

  test('freezes on money that nothing explains once two passes agree, until an entry says what it was', async () => {
    await armed({ policy: { freezeConfirmMs: 200 } });
    const { scripted, id } = await account.buy(2n * USD);
    end(scripted);
    account.balance += 1n;
    await readOrder(account.deps, await account.order(id), 'order');
    expect(await pass()).toBe('nothing');
    await new Promise((done) => setTimeout(done, 250));
    expect(await pass()).toBe('frozen');
    expect(await pass()).toBe('frozen');
    expect((await account.order(id)).status).toBe('REFUND_PENDING');
    await account.database.transaction((sql) =>
      enterFunding(sql, {
        kind: 'adjustment',
        provider: ACCOUNT,
        currency: 'USD',
        amount: 1n,
        idempotencyKey: 'bonus',
        operatorAccountId: '00000000-0000-7000-8000-000000000000',
        reason: 'a bonus',
      }),
    );
    expect(await pass()).toBe('confirmed');
  });
});

describe('the opening of the books', () => {
  test('takes what stands still: the balance, with the open orders as foreign', async () => {
    account = await createAccount({ payments: true });
    const { scripted } = await account.buy(2n * USD, false);
    account.payments = [{ id: 'p1', kind: 'top_up', amount: 100n * USD }];
    expect(await openBooks(account.deps, ACCOUNT)).toBe(true);
    expect(await account.expected()).toBe(98n * USD);
    expect(await account.database.rows('SELECT provider_order_id, origin, cost FROM orders')).toEqual([
      { provider_order_id: scripted.id, origin: 'foreign', cost: 2n * USD },
    ]);
    expect((await proof()).seen_payments).toEqual(['p1']);
  });

  test.each(['balance', 'openOrders'])('reads again when a purchase hides behind an equal refund after the %s', async (call) => {
    account = await createAccount();
    const first = await account.buy(2n * USD, false);
    after(call, async () => {
      end(first.scripted);
      await account.buy(2n * USD, false);
    });
    expect(await openBooks(account.deps, ACCOUNT)).toBe(true);
    expect(await account.expected()).toBe(98n * USD);
    expect((await account.database.rows('SELECT provider_order_id FROM orders')).map((row) => Object.values(row)[0])).toEqual(['n2']);
  });

  test('reads again when a number came and went between two equal lists, hidden by a late refund', async () => {
    account = await createAccount();
    const old = await account.buy(2n * USD, false);
    end(old.scripted, false);
    const calls: (() => Promise<void> | void)[] = [
      () => {},
      // After the first list: a purchase, and the late refund of the same price. After the next balance it is given back.
      async () => {
        await account.buy(2n * USD, false);
        account.balance += 2n * USD;
      },
      () => end([...account.orders.values()].at(-1)!),
    ];
    account.before = () => calls.shift()?.();
    expect(await openBooks(account.deps, ACCOUNT)).toBe(true);
    expect(await account.expected()).toBe(100n * USD);
  });

  test('gives up for now at an account that never stands still', async () => {
    account = await createAccount();
    let bought = 0;
    account.before = async (call) => {
      // A purchase and an equal refund between any two calls.
      if (call !== 'balance') return;
      for (const order of account.orders.values()) if (order.condition !== 'ended') end(order);
      await account.buy(2n * USD, false);
      bought += 1;
    };
    expect(await openBooks(account.deps, ACCOUNT)).toBe(false);
    expect(bought).toBeLessThanOrEqual(9);
    expect((await proof()).opened_at).toBeNull();
    expect(await account.expected()).toBe(0n);
  });
});
