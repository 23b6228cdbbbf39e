import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { receiveHook } from '../../src/db/hooks.js';
import { readActivation } from '../../src/db/activation-views.js';
import { countLateSms, withheldSms } from '../../src/db/late-sms.js';
import { eraseExpired } from '../../src/privacy/erase-expired.js';
import { finishOrder } from '../../src/rent/after-code.js';
import { deliverSms } from '../../src/rent/deliver.js';
import { endOrder } from '../../src/rent/end.js';
import { payOverdue } from '../../src/rent/pay-from-loss.js';
import { createDesk, type Desk, readingOf, type Rented, smsOf } from '../rent/desk.js';

const DAY_MS = 86_400_000;
let desk: Desk;

beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

const bring = ({ orderId, providerOrderId }: Rented, code: string) =>
  desk.take(orderId, readingOf(providerOrderId, { condition: 'has_sms', sms: [smsOf(code)] }));

/** Rents a number, brings its code and finishes. */
async function completed(): Promise<Rented> {
  const rented = await desk.rent();
  await bring(rented, '123456');
  await deliverSms(desk.deps, rented.activationId);
  await desk.database.run('UPDATE orders SET ended_at = now()');
  await finishOrder(desk.deps, { ...rented, why: 'finished_by_client' });
  expect(await desk.status(rented.activationId)).toBe('COMPLETED');
  await desk.database.run(`UPDATE attempts SET raw = 'ACCESS_NUMBER:…'`);
  return rented;
}

/** Cancels, and pays the client from loss, so that the activation is over and its order is not. */
async function refundedFromLoss(): Promise<Rented> {
  const rented = await desk.rent();
  desk.a.record = (id) => readingOf(id, { condition: 'ended' });
  await endOrder(desk.deps, { ...rented, why: 'cancel', next: 'refund' });
  await desk.database.run("UPDATE activations SET ended_at = now() - interval '3 days'");
  expect(await payOverdue(desk.deps, 'a')).toBe(1);
  return rented;
}

/** Lets this long pass since everything of an activation was over. */
const past = (hours: number) =>
  desk.database.run(
    `WITH o AS (UPDATE orders SET expires_at = expires_at - $1::float8 * interval '1 hour', ended_at = ended_at - $1::float8 * interval '1 hour',
       refunded_at = refunded_at - $1::float8 * interval '1 hour', first_seen_at = first_seen_at - $1::float8 * interval '1 hour')
     UPDATE activations SET ended_at = ended_at - $1::float8 * interval '1 hour', refunded_at = refunded_at - $1::float8 * interval '1 hour'`,
    [hours],
  );

/** Everything that may hold a number, a code or a text; null where nothing of it is left. */
const left = async () =>
  (await desk.database.row<{ left: number }>(
    `SELECT ((SELECT count(phone_sealed) FROM activations) + (SELECT count(phone_sealed) FROM orders) + (SELECT count(raw) FROM attempts)
       + (SELECT count(code_sealed) + count(text_sealed) FROM inbox))::int AS left`,
  ))!.left;
const erase = () => eraseExpired(desk.database, DAY_MS);

describe('the erasure', () => {
  test('takes number, code, text and replies of what is over for a day, and leaves the books, statuses and history', async () => {
    const rented = await completed();
    const before = await desk.database.rows('SELECT status, price, currency FROM activations');
    const lines = await desk.database.rows('SELECT reason FROM activation_history ORDER BY id');
    await past(23);
    expect(await erase()).toMatchObject({ activations: 0 });
    expect(await left()).toBe(5);

    await past(2);
    expect(await erase()).toEqual({ activations: 1, messages: 0, verifications: 0, orders: 0, strangers: 0, more: false });
    expect(await left()).toBe(0);
    expect(await desk.database.rows('SELECT status, price, currency FROM activations')).toEqual(before);
    expect(await desk.database.rows('SELECT reason FROM activation_history ORDER BY id')).toEqual([...lines, { reason: 'erased' }]);
    expect(await desk.problems()).toEqual([]);
    const account = (await desk.database.row<{ account_id: string }>('SELECT account_id FROM activations'))!.account_id;
    const seen = await desk.database.asClient(account, (sql) => readActivation(sql, rented.activationId));
    expect(seen).toMatchObject({ phone_sealed: null, erased_at: expect.any(Date) as Date });

    expect(await erase()).toEqual({ activations: 0, messages: 0, verifications: 0, orders: 0, strangers: 0, more: false });
  });

  test('stores nothing again of what a provider goes on showing, or a late hook tells', async () => {
    const rented = await completed();
    await past(25);
    await erase();
    await bring(rented, '123456');
    await bring(rented, '777777');
    const hint = { provider: 'a', providerOrderId: rented.providerOrderId, code: '888888', text: null };
    await receiveHook(desk.database, desk.deps.keyring, hint);
    expect(await left()).toBe(0);
    expect((await desk.database.row<{ count: number }>('SELECT count(*)::int AS count FROM inbox'))!.count).toBe(1);
  });

  test('waits for an order whose refund is still expected, and for an SMS that nobody delivered', async () => {
    await refundedFromLoss();
    await past(100);
    expect(await erase()).toMatchObject({ activations: 0 });
    expect(await left()).toBeGreaterThan(0);
    await desk.database.run("UPDATE orders SET status = 'WRITTEN_OFF', money = 'written_off'");
    await desk.database.run(
      "INSERT INTO inbox (id, provider, provider_order_id, order_id, activation_id, source, confirmed_at) SELECT gen_random_uuid(), 'a', provider_order_id, id, activation_id, 'poll', now() FROM orders",
    );
    expect(await erase()).toMatchObject({ activations: 0 });
    await desk.database.run('UPDATE inbox SET withheld_at = now()');
    expect(await erase()).toMatchObject({ activations: 1 });
    expect(await left()).toBe(0);
  });

  test('waits for the provider’s window of an order that brought its SMS', async () => {
    const rented = await desk.rent();
    await bring(rented, '123456');
    await deliverSms(desk.deps, rented.activationId);
    await desk.database.run("UPDATE activations SET status = 'COMPLETED', ended_at = now() - interval '2 days'");
    await desk.database.run('UPDATE orders SET ended_at = NULL');
    expect(await erase()).toMatchObject({ activations: 0 });
    await desk.database.run('UPDATE orders SET expires_at = now()');
    expect(await erase()).toMatchObject({ activations: 1 });
  });

  test('sells no SMS that it erased', async () => {
    const rented = await refundedFromLoss();
    await bring(rented, '123456');
    await deliverSms(desk.deps, rented.activationId);
    expect(await withheldSms(desk.database, rented.activationId)).toHaveLength(1);
    await past(100);
    await erase();
    expect(await withheldSms(desk.database, rented.activationId)).toEqual([]);
    await countLateSms(desk.database, rented.activationId);
    expect(await desk.database.row('SELECT late_sms, late_sms_price FROM activations')).toEqual({ late_sms: 0, late_sms_price: null });
    expect(await desk.problems()).toEqual([]);
  });

  test('takes the house’s orders once they are closed, and SMS of orders that nobody claimed', async () => {
    await desk.rent();
    await desk.database.run(`UPDATE orders SET activation_id = NULL, attempt_id = NULL, beneficiary = 'house', origin = 'orphan'`);
    await receiveHook(desk.database, desk.deps.keyring, { provider: 'a', providerOrderId: 'unknown', code: '999999', text: 'Code 999999' });
    await past(25);
    expect(await erase()).toMatchObject({ orders: 0, strangers: 0 });
    await desk.database.run("UPDATE orders SET status = 'REFUNDED', money = 'refunded'");
    await desk.database.run("UPDATE inbox SET received_at = now() - interval '25 hours'");
    expect(await erase()).toMatchObject({ orders: 1, strangers: 1 });
    expect(await desk.database.rows('SELECT phone_sealed FROM orders')).toEqual([{ phone_sealed: null }]);
    expect(await desk.database.rows('SELECT FROM inbox')).toEqual([]);
  });
});
