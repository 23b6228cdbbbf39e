import { afterEach, expect, test } from 'vitest';
import { openBooks } from '../../src/rent/watch/open-books.js';
import { ACCOUNT, type Account, createAccount } from './account.js';

const USD = 1_000_000n;
let account: Account;

afterEach(async () => {
  expect(await account.problems()).toEqual([]);
  await account.close();
});

test('the books are read again when a refund before the second list hides a purchase after it', async () => {
  account = await createAccount();
  const first = await account.buy(2n * USD, false);
  const calls: (() => unknown)[] = [
    () => {},
    () => {},
    // After the second balance; the list that follows shows nothing open.
    () => {
      Object.assign(first.scripted, { condition: 'ended', settlement: 'refunded' });
      account.balance += 2n * USD;
    },
    // After the second list, before the third balance: as much as before, for a number that no list has shown.
    () => account.buy(2n * USD, false),
  ];
  account.before = async () => {
    await calls.shift()?.();
  };
  expect(await openBooks(account.deps, ACCOUNT)).toBe(true);
  expect(await account.database.rows('SELECT provider_order_id FROM orders')).toEqual([{ provider_order_id: 'n2' }]);
  expect(await account.expected()).toBe(98n * USD);
});
