import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ActivationStatus } from '../../src/domain/activation.js';
import { deliverSms } from '../../src/rent/deliver.js';
import { endOrder } from '../../src/rent/end.js';
import { payOverdue } from '../../src/rent/pay-from-loss.js';
import { planReplacement } from '../../src/rent/replace.js';
import { boughtAs, CENTS, createDesk, type Desk, readingOf, type Rented, smsOf } from './desk.js';

let desk: Desk;

beforeEach(async () => {
  desk = await createDesk();
});
afterEach(async () => {
  await desk.close();
});

const CREDIT = 1_000_000_000n;
const PRICE = 20n * CENTS;
const bring = ({ orderId, providerOrderId }: Pick<Rented, 'orderId' | 'providerOrderId'>, code: string) =>
  desk.take(orderId, readingOf(providerOrderId, { condition: 'has_sms', sms: [smsOf(code)] }));
const readable = async (orderId: string) =>
  (await desk.database.row<{ count: number }>('SELECT count(*)::int AS count FROM inbox WHERE order_id = $1 AND revealed_at IS NOT NULL', [
    orderId,
  ]))!.count;
const end = async ({ activationId, orderId }: Rented, next: 'refund' | 'replace' = 'refund') => {
  desk.a.record = (id) => readingOf(id, { condition: 'ended' });
  return endOrder(desk.deps, { activationId, orderId, why: 'cancel', next });
};

describe('a stored SMS', () => {
  test.each<ActivationStatus>(['WAITING', 'CANCELLED', 'EXPIRED', 'PROVIDER_REFUND_PENDING'])(
    'is delivered and paid from %s',
    async (status) => {
      const rented = await desk.rent();
      if (status !== 'WAITING') await end(rented);
      // CANCELLED and EXPIRED last for one transaction only, unless a crash of an older version left one.
      await desk.database.run('UPDATE activations SET status = $2 WHERE id = $1', [rented.activationId, status]);
      await bring(rented, '123456');
      expect(await readable(rented.orderId)).toBe(0);
      expect(await deliverSms(desk.deps, rented.activationId)).toMatchObject({ status: 'RECEIVED', revealed: 1 });
      expect(await readable(rented.orderId)).toBe(1);
      expect(await desk.wallet()).toEqual({ available: CREDIT - PRICE, held: 0n });
      expect(await desk.order(rented.orderId)).toMatchObject({ status: 'CLOSED_WITH_SMS', money: 'sold' });
      expect(await desk.problems()).toEqual([]);
    },
  );

  test('is paid once, however often it is delivered', async () => {
    const rented = await desk.rent();
    await bring(rented, '123456');
    await Promise.all([1, 2, 3].map(() => deliverSms(desk.deps, rented.activationId)));
    expect(await desk.wallet()).toEqual({ available: CREDIT - PRICE, held: 0n });
    expect(await desk.problems()).toEqual([]);
  });

  test('ends its refund: nothing is paid from loss for it', async () => {
    const rented = await desk.rent();
    await end(rented);
    await desk.database.run("UPDATE activations SET ended_at = now() - interval '2 days' WHERE id = $1", [rented.activationId]);
    await bring(rented, '123456');
    expect(await payOverdue(desk.deps, 'a')).toBe(0);
    expect(await desk.status(rented.activationId)).toBe('PROVIDER_REFUND_PENDING');
  });

  test('is withheld after the money went back', async () => {
    const rented = await desk.rent();
    await end(rented);
    await desk.database.run("UPDATE activations SET ended_at = now() - interval '2 days' WHERE id = $1", [rented.activationId]);
    expect(await payOverdue(desk.deps, 'a')).toBe(1);
    await bring(rented, '123456');
    expect(await deliverSms(desk.deps, rented.activationId)).toMatchObject({ status: 'REFUNDED', revealed: 0 });
    expect(await readable(rented.orderId)).toBe(0);
    expect(await desk.wallet()).toEqual({ available: CREDIT, held: 0n });
  });

  test('that only a hook told of captures nothing and reveals nothing', async () => {
    const rented = await desk.rent();
    await bring(rented, '123456');
    await desk.database.run('UPDATE inbox SET confirmed_at = NULL');
    expect(await deliverSms(desk.deps, rented.activationId)).toMatchObject({ status: 'WAITING', revealed: 0 });
  });
});

describe('an overdue refund', () => {
  const wait = (activationId: string, hours: number) =>
    desk.database.run("UPDATE activations SET ended_at = now() - $2::int * interval '1 hour' WHERE id = $1", [activationId, hours]);

  test('is paid from loss after a day, as the cap of a day allows, and stays expected as the house’s', async () => {
    const rented = [await desk.rent(), await desk.rent()];
    for (const one of rented) await end(one);
    for (const { activationId } of rented) await wait(activationId, 23);
    expect(await payOverdue(desk.deps, 'a')).toBe(0);
    for (const { activationId } of rented) await wait(activationId, 25);
    const deps = { ...desk.deps, lossDailyCap: PRICE };
    expect([await payOverdue(deps, 'a'), await payOverdue(deps, 'a')]).toEqual([1, 0]);
    expect(await desk.wallet()).toEqual({ available: CREDIT - PRICE, held: PRICE });
    const orders = await desk.database.rows('SELECT status, money, beneficiary FROM orders ORDER BY beneficiary');
    expect(orders).toEqual([
      { status: 'REFUND_PENDING', money: 'expected', beneficiary: 'activation' },
      { status: 'REFUND_PENDING', money: 'expected', beneficiary: 'house' },
    ]);
    expect(await desk.problems()).toEqual([]);
  });
});

describe('a number that is replaced', () => {
  async function replaced(): Promise<{ readonly first: Rented; readonly second: Rented }> {
    const first = await desk.rent({ onNoCode: 'replace' });
    expect(await end(first, 'replace')).toEqual({ kind: 'refund_pending' });
    const providerOrderId = `${first.providerOrderId}-next`;
    desk.a.purchase = () => boughtAs(providerOrderId);
    const result = await desk.buy(first.activationId, { seq: 1 });
    if (result.kind !== 'bought') throw new Error(`not bought: ${JSON.stringify(result)}`);
    return { first, second: { activationId: first.activationId, orderId: result.orderId, providerOrderId } };
  }

  test('is given back before the next is bought', async () => {
    const { activationId } = await desk.rent({ onNoCode: 'replace' });
    expect(await desk.buy(activationId, { seq: 1 })).toMatchObject({ kind: 'refused', reason: 'activation_over' });
    expect(desk.a.calls.filter((call) => call === 'purchase')).toHaveLength(1);
    const { first, second } = await replaced();
    expect(desk.a.calls.lastIndexOf('purchase')).toBeGreaterThan(desk.a.calls.indexOf(`cancel ${first.providerOrderId}`));
    expect(await desk.status(second.activationId)).toBe('WAITING');
    expect(await desk.problems()).toEqual([]);
  });

  test('is not given up while nothing else fits what is held', async () => {
    const { activationId } = await desk.rent({ onNoCode: 'replace' });
    expect((await planReplacement(desk.deps, activationId)).candidates).not.toEqual([]);
    for (const provider of ['a', 'b']) await desk.list(provider, [{ service: 'telegram', country: 'ID', cents: 21 }]);
    expect((await planReplacement(desk.deps, activationId)).candidates).toEqual([]);
  });

  test('keeps its place where the cancel is refused because of an SMS', async () => {
    const rented = await desk.rent({ onNoCode: 'replace' });
    desk.a.cancel = () => ({ kind: 'has_sms', raw: 'OTP_RECEIVED' });
    desk.a.record = (id) => readingOf(id, { condition: 'has_sms', sms: [smsOf('123456')] });
    expect(await endOrder(desk.deps, { ...rented, why: 'cancel', next: 'replace' })).toEqual({ kind: 'sms' });
    expect(await desk.buy(rented.activationId, { seq: 1 })).toMatchObject({ kind: 'refused', reason: 'activation_over' });
  });

  test('leaves its refund to the house: the client’s hangs on the last number only', async () => {
    const { first, second } = await replaced();
    expect(await desk.order(first.orderId)).toMatchObject({ beneficiary: 'house', status: 'REFUND_PENDING' });
    expect(await desk.order(second.orderId)).toMatchObject({ beneficiary: 'activation', status: 'OPEN' });
  });

  test('and the next: the first SMS captures, the other’s is withheld, and loss carries its number', async () => {
    const { first, second } = await replaced();
    await bring(second, '222222');
    await deliverSms(desk.deps, second.activationId);
    await bring(first, '111111');
    expect(await deliverSms(desk.deps, second.activationId)).toMatchObject({ status: 'RECEIVED', revealed: 0 });
    expect([await readable(first.orderId), await readable(second.orderId)]).toEqual([0, 1]);
    expect(await desk.wallet()).toEqual({ available: CREDIT - PRICE, held: 0n });
    const bearers = await desk.database.rows<{ order_id: string; account_id: string }>(
      "SELECT t.order_id, e.account_id FROM entries e JOIN transfers t ON t.id = e.transfer_id WHERE t.kind = 'sold' AND e.amount > 0",
    );
    expect(Object.fromEntries(bearers.map(({ order_id, account_id }) => [order_id, account_id]))).toEqual({
      [first.orderId]: 'loss',
      [second.orderId]: 'cost',
    });
    expect(await desk.problems()).toEqual([]);
  });

  test('serves again if the first SMS comes to it, and the next is the house’s', async () => {
    const { first, second } = await replaced();
    await bring(first, '111111');
    expect(await deliverSms(desk.deps, first.activationId)).toMatchObject({ status: 'RECEIVED', orderId: first.orderId });
    expect(await desk.order(first.orderId)).toMatchObject({ beneficiary: 'activation', status: 'CLOSED_WITH_SMS' });
    expect(await desk.order(second.orderId)).toMatchObject({ beneficiary: 'house', status: 'OPEN' });
    expect(await desk.problems()).toEqual([]);
  });
});
