import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchedOrders } from '../../src/db/orders.js';
import type { OrderReading } from '../../src/domain/order.js';
import type { CallContext } from '../../src/providers/provider.js';
import { endOrder, NotYet } from '../../src/rent/end.js';
import { enterRefundPending } from '../../src/rent/refund-pending.js';
import { readList } from '../../src/rent/watch/list.js';
import { boughtAs, createDesk, type Desk, readingOf, smsOf } from './desk.js';

let desk: Desk;

beforeEach(async () => {
  desk = await createDesk();
});
afterEach(async () => {
  expect(await desk.problems()).toEqual([]);
  await desk.close();
});

const watched = () => watchedOrders(desk.database, 'a');

describe('an order that the list lacks', () => {
  test('is read by itself after two whole sweeps, not after one', async () => {
    const { providerOrderId } = await desk.rent();
    await desk.sweep();
    await desk.readMissing();
    expect(desk.a.calls).not.toContain(`readOrder ${providerOrderId}`);
    await desk.sweep();
    await desk.readMissing();
    expect(desk.a.calls).toContain(`readOrder ${providerOrderId}`);
    // It is there: what the list did not show meant nothing.
    expect(await desk.booked(providerOrderId)).toMatchObject({ status: 'OPEN', missing_sweeps: 0, ended_at: null });
  });

  test('is not missing while a page could not be read', async () => {
    const { orderId } = await desk.rent();
    const { activationId } = await desk.open();
    desk.a.purchase = () => ({ kind: 'ambiguous', reason: 'reset', raw: '' });
    await desk.buy(activationId);
    await desk.age(60_000);
    desk.a.page = ({ offset }) => {
      if (offset > 0) throw new Error('502');
      return { orders: [], more: true };
    };
    await expect(desk.sweep()).rejects.toThrow('502');
    expect(await desk.order(orderId)).toMatchObject({ missing_sweeps: 0 });
    expect(await desk.database.row('SELECT sweeps FROM attempts WHERE activation_id = $1', [activationId])).toEqual({ sweeps: 0 });
  });

  test('is not missing because page one does not show it', async () => {
    const { orderId } = await desk.rent();
    desk.a.page = () => ({ orders: [], more: true });
    expect(await readList(desk.deps, 'a', await watched(), new Map(), [0])).toBe(false);
    expect(await desk.order(orderId)).toMatchObject({ missing_sweeps: 0 });
  });

  test('was not hidden by a list that shifts between two pages', async () => {
    const { orderId, providerOrderId } = await desk.rent();
    // 150 orders of which ours stands at place 104; ten of the first page end before the second is read.
    let all = Array.from({ length: 150 }, (_, place) => (place === 104 ? providerOrderId : `theirs${place}`));
    desk.a.page = ({ offset, limit }) => {
      const orders = all.slice(offset, offset + limit).map((id) => readingOf(id));
      const more = offset + limit < all.length;
      all = all.slice(10);
      return { orders, more };
    };
    await desk.sweep();
    expect(await desk.order(orderId)).toMatchObject({ missing_sweeps: 0 });
  });
});

describe('an SMS', () => {
  const ended = (id: string, change: Partial<OrderReading> = {}) => readingOf(id, { condition: 'ended', ...change });

  test('that a record shows together with the end is stored before the end counts', async () => {
    const { activationId, orderId, providerOrderId } = await desk.rent();
    desk.a.record = (id) => ended(id, { sms: [smsOf('123456')] });
    // The cancel is accepted, so nothing but the SMS speaks against a refund.
    expect(await endOrder(desk.deps, { activationId, orderId, why: 'cancel' })).toEqual({ kind: 'sms' });
    expect(await desk.booked(providerOrderId)).toMatchObject({ status: 'CANCEL_ASKED', agreed_at: null });
    expect(await desk.status(activationId)).toBe('WAITING');
  });

  test('because of which a cancel is refused is fetched, also while the order goes on', async () => {
    const { activationId, orderId } = await desk.rent();
    desk.a.cancel = () => ({ kind: 'has_sms', raw: 'OTP_RECEIVED' });
    desk.a.record = (id) => readingOf(id, { condition: 'has_sms', sms: [smsOf('123456')] });
    expect(await endOrder(desk.deps, { activationId, orderId, why: 'cancel' })).toEqual({ kind: 'sms' });
  });

  test('that is stored between the reading of the end and its posting wins', async () => {
    const { activationId, orderId, providerOrderId } = await desk.rent();
    await desk.take(orderId, ended(providerOrderId));
    await desk.take(orderId, ended(providerOrderId, { sms: [smsOf('123456')] }));
    expect(await enterRefundPending(desk.deps, { activationId, orderId, why: 'expire' })).toBe(false);
    expect(await desk.status(activationId)).toBe('WAITING');
  });
});

describe('an intention', () => {
  test.each(['cancel', 'expire'] as const)('to %s ends nothing before the record shows the end', async (why) => {
    const { activationId, orderId } = await desk.rent();
    await expect(endOrder(desk.deps, { activationId, orderId, why })).rejects.toBeInstanceOf(NotYet);
    expect(await desk.status(activationId)).toBe('WAITING');
    desk.a.record = (id) => readingOf(id, { condition: 'ended' });
    expect(await endOrder(desk.deps, { activationId, orderId, why })).toEqual({ kind: 'refund_pending' });
    expect(await desk.status(activationId)).toBe('PROVIDER_REFUND_PENDING');
  });

  test('that the provider calls no longer active means reading the order', async () => {
    const { activationId, orderId, providerOrderId } = await desk.rent();
    desk.a.cancel = () => ({ kind: 'not_active', raw: 'NO_ACTIVATION' });
    desk.a.record = (id) => readingOf(id, { condition: 'ended', settlement: 'sold', sms: [smsOf('123456')] });
    expect(await endOrder(desk.deps, { activationId, orderId, why: 'cancel' })).toEqual({ kind: 'sms' });
    expect(desk.a.calls.slice(-2)).toEqual([`cancel ${providerOrderId}`, `readOrder ${providerOrderId}`]);
    expect(await desk.order(orderId)).toMatchObject({ cancel_accepted_at: null });
  });
});

describe('time', () => {
  test('of an order counts from our own first sight and by our clock', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = () => boughtAs('n', { lifetimeMs: 600_000, cancelAllowedInMs: 120_000 });
    await desk.buy(activationId);
    const order = (await desk.booked('n'))!;
    const since = (at: Date | null) => Math.round((at!.getTime() - order.first_seen_at.getTime()) / 5_000) * 5_000;
    expect(since(order.expires_at)).toBe(600_000);
    expect(since(order.cancel_allowed_at)).toBe(120_000);
  });

  test('that a provider is told of is our own first sight', async () => {
    const { activationId, orderId } = await desk.rent();
    const firstSeen = new Date(Date.now() - 90_000);
    await desk.database.run('UPDATE orders SET first_seen_at = $2 WHERE id = $1', [orderId, firstSeen]);
    let asked: CallContext | undefined;
    desk.a.record = (id, call) => {
      asked = call;
      return readingOf(id, { condition: 'ended' });
    };
    await endOrder(desk.deps, { activationId, orderId, why: 'expire' });
    expect(asked?.orderFirstSeenAt).toBe(firstSeen.getTime());
  });
});
