import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { providerById } from '../../src/db/providers.js';
import { boughtAs, CENTS, createDesk, type Desk, readingOf } from './desk.js';

let desk: Desk;

beforeEach(async () => {
  desk = await createDesk();
});
afterEach(async () => {
  expect(await desk.problems()).toEqual([]);
  await desk.close();
});

/** The provider's list shows these orders, and the watcher reads it whole. */
async function lists(...orders: readonly ReturnType<typeof readingOf>[]): Promise<void> {
  desk.a.page = () => ({ orders, more: false });
  await desk.sweep();
}

describe('an order is posted', () => {
  test('at the price of its own record, not at what was listed or allowed', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = () => boughtAs('cheap', { price: 13n * CENTS });
    await desk.buy(activationId);
    expect(await desk.expected()).toBe(-13n * CENTS);
  });

  test('as nothing while no record tells its price, and once when one does', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = () => boughtAs('untold', { price: null });
    await desk.buy(activationId);
    expect(await desk.expected()).toBe(0n);
    const { id } = (await desk.booked('untold'))!;
    for (let look = 0; look < 2; look += 1) await desk.take(id, readingOf('untold', { price: 17n * CENTS }));
    expect(await desk.expected()).toBe(-17n * CENTS);
    expect(await desk.order(id)).toMatchObject({ cost: 17n * CENTS, cost_known: true });
  });

  test('as the house’s where watchword did not buy it, once however often it is listed', async () => {
    await lists(readingOf('theirs'));
    await lists(readingOf('theirs'));
    expect(await desk.booked('theirs')).toMatchObject({ origin: 'foreign', beneficiary: 'house', activation_id: null });
    expect(await desk.expected()).toBe(-20n * CENTS);
  });

  test('as nothing at all where it had ended and its money was back before anybody saw it', async () => {
    await lists(readingOf('over', { condition: 'ended', settlement: 'refunded' }));
    expect(await desk.booked('over')).toBeNull();
    expect(await desk.expected()).toBe(0n);
  });

  test('as expected back until its record says sold or refunded', async () => {
    await lists(readingOf('sold'), readingOf('back'));
    await lists(
      readingOf('sold', { condition: 'ended', settlement: 'sold' }),
      readingOf('back', { condition: 'ended', settlement: 'refunded' }),
    );
    expect(await desk.booked('sold')).toMatchObject({ status: 'CLOSED_WITH_SMS', money: 'sold' });
    expect(await desk.booked('back')).toMatchObject({ status: 'REFUND_PENDING', money: 'expected' });
  });
});

describe('another currency', () => {
  test('is fatal: the number is the house’s and cancelled, our money untouched, and nothing more is bought there', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = () => boughtAs('roubles', { currency: 'RUB', price: 15n * CENTS });
    expect(await desk.buy(activationId)).toEqual({ kind: 'refused', provider: 'a', reason: 'wrong_currency' });
    expect(await desk.booked('roubles')).toMatchObject({ origin: 'orphan', beneficiary: 'house', cost: 0n, cost_known: false });
    expect(await desk.status(activationId)).toBe('REQUESTED');
    await desk.cancelOrphans();
    expect(desk.a.calls).toContain('cancel roubles');
    expect((await providerById(desk.database, 'a'))?.circuit_open_until).not.toBeNull();
  });

  test('in a list is nobody’s, and in a record is no price', async () => {
    await lists(readingOf('roubles', { currency: 'RUB' }));
    expect(await desk.booked('roubles')).toBeNull();
    const { activationId } = await desk.open();
    desk.a.purchase = () => boughtAs('untold', { price: null });
    await desk.buy(activationId);
    const { id } = (await desk.booked('untold'))!;
    await desk.take(id, readingOf('untold', { currency: 'RUB', price: 900n * CENTS }));
    expect(await desk.order(id)).toMatchObject({ cost: 0n, cost_known: false });
  });
});

test('a number dearer than the attempt allows is posted, not handed out, and cancelled at once', async () => {
  const { activationId } = await desk.open();
  desk.a.purchase = () => boughtAs('dear', { price: 21n * CENTS });
  expect(await desk.buy(activationId)).toEqual({ kind: 'refused', provider: 'a', reason: 'above_ceiling' });
  expect(await desk.booked('dear')).toMatchObject({ origin: 'orphan', beneficiary: 'house' });
  expect(await desk.expected()).toBe(-21n * CENTS);
  await desk.cancelOrphans();
  expect(desk.a.calls).toContain('cancel dear');
});
