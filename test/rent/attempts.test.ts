import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveAttempt } from '../../src/db/attempts.js';
import { lookUpAttempt } from '../../src/rent/buy.js';
import { failActivation } from '../../src/rent/fail.js';
import { abandonLost } from '../../src/rent/watch/housekeeping.js';
import { boughtAs, CENTS, createDesk, type Desk, readingOf } from './desk.js';

let desk: Desk;

beforeEach(async () => {
  desk = await createDesk();
});
afterEach(async () => {
  expect(await desk.problems()).toEqual([]);
  await desk.close();
});

const attemptOf = (activationId: string) =>
  desk.database.row<{ id: string; status: string; order_id: string | null; sweeps: number }>(
    'SELECT id, status, order_id, sweeps FROM attempts WHERE activation_id = $1 ORDER BY seq DESC',
    [activationId],
  );
const lookUp = (activationId: string, seq = 0) =>
  lookUpAttempt(desk.deps, {
    activationId,
    seq,
    service: 'telegram',
    country: 'ID',
    candidate: { provider: 'a', operator: null, price: '0.20' },
  });
async function lists(...ids: readonly string[]): Promise<void> {
  desk.a.page = () => ({ orders: ids.map((id) => readingOf(id)), more: false });
  await desk.sweep();
}
/** An activation whose purchase was sent and never answered. */
async function lost(): Promise<string> {
  const { activationId } = await desk.open();
  desk.a.purchase = () => ({ kind: 'ambiguous', reason: 'timeout', raw: '' });
  expect(await desk.buy(activationId)).toEqual({ kind: 'ambiguous', provider: 'a' });
  return activationId;
}
/** One that was given up after its reply was lost and two sweeps showed nothing. */
async function abandoned(): Promise<string> {
  const activationId = await lost();
  await desk.age(60_000);
  for (let sweep = 0; sweep < 2; sweep += 1) await lists();
  await abandonLost(desk.deps, 'a');
  expect(await attemptOf(activationId)).toMatchObject({ status: 'ABANDONED' });
  return activationId;
}

describe('a try to buy', () => {
  test('is sent once, however often it is run', async () => {
    const { activationId } = await desk.rent();
    expect(await desk.buy(activationId)).toMatchObject({ kind: 'refused', reason: 'activation_over' });
    const other = (await desk.open()).activationId;
    desk.a.purchase = () => ({ kind: 'ambiguous', reason: 'timeout', raw: '' });
    for (let run = 0; run < 3; run += 1) expect(await desk.buy(other)).toEqual({ kind: 'ambiguous', provider: 'a' });
    expect(desk.a.calls.filter((call) => call === 'purchase')).toHaveLength(2);
  });

  test('is a row before its request is sent', async () => {
    const { activationId } = await desk.open();
    let seen: unknown;
    desk.a.purchase = async () => {
      seen = await attemptOf(activationId);
      return boughtAs('n');
    };
    await desk.buy(activationId);
    expect(seen).toMatchObject({ status: 'OPEN', order_id: null });
  });

  test('is not made before the books of the account are open', async () => {
    await desk.database.run('UPDATE provider_proofs SET opened_at = NULL');
    const { activationId } = await desk.open();
    expect(await desk.buy(activationId)).toMatchObject({ kind: 'refused', reason: 'books_not_open' });
    expect(desk.a.calls).not.toContain('purchase');
  });

  test('that never came to be is barred, so that a worker which wakes late cannot send it', async () => {
    const { activationId } = await desk.open();
    expect(await lookUp(activationId)).toMatchObject({ kind: 'refused', reason: 'never_sent' });
    desk.a.purchase = () => boughtAs('late');
    expect(await desk.buy(activationId)).toMatchObject({ kind: 'ambiguous' });
    expect(desk.a.calls).not.toContain('purchase');
  });

  test('is not over, and nothing else bought, before its reply is known or given up', async () => {
    const activationId = await lost();
    expect(await lookUp(activationId)).toBeNull();
    await resolveAttempt(desk.database, (await attemptOf(activationId))!.id, ['AMBIGUOUS'], 'ABANDONED', { reason: 'no_reply' });
    expect(await lookUp(activationId)).toMatchObject({ kind: 'refused', reason: 'no_reply' });
  });
});

describe('a worker that wakes late', () => {
  test('claims nothing for an attempt that was given up meanwhile: its number is the house’s, charged and cancelled', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = async () => {
      await resolveAttempt(desk.database, (await attemptOf(activationId))!.id, ['OPEN'], 'ABANDONED', { reason: 'no_reply' });
      return boughtAs('late');
    };
    expect(await desk.buy(activationId)).toEqual({ kind: 'ambiguous', provider: 'a' });
    expect(await desk.status(activationId)).toBe('REQUESTED');
    const order = await desk.booked('late');
    expect(order).toMatchObject({ origin: 'late_claim', beneficiary: 'house', activation_id: null });
    expect(await desk.expected()).toBe(-20n * CENTS);
    // It is the one orphan of that attempt.
    expect(await attemptOf(activationId)).toMatchObject({ status: 'ABANDONED', order_id: order!.id });
    await desk.cancelOrphans();
    expect(desk.a.calls).toContain('cancel late');
  });

  test('gives its number to no activation that failed meanwhile', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = async () => {
      await failActivation(desk.deps, activationId, []);
      return boughtAs('late');
    };
    expect(await desk.buy(activationId)).toMatchObject({ kind: 'refused', reason: 'activation_over' });
    expect(await desk.status(activationId)).toBe('FAILED');
    expect(await desk.booked('late')).toMatchObject({ beneficiary: 'house' });
  });

  test('finds its order adopted, and changes nothing', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = async () => {
      await desk.age(60_000);
      await lists('n');
      return boughtAs('n');
    };
    await desk.buy(activationId);
    expect(await desk.booked('n')).toMatchObject({ origin: 'adopted', beneficiary: 'activation', activation_id: activationId });
    expect(await desk.expected()).toBe(-20n * CENTS);
    expect(await lookUp(activationId)).toMatchObject({ kind: 'bought' });
  });
});

describe('a lost reply', () => {
  test('is adopted once it counts as lost, and not while it may still come', async () => {
    const activationId = await lost();
    await lists('n');
    expect(await desk.booked('n')).toBeNull();
    await desk.age(60_000);
    await lists('n');
    expect(await desk.booked('n')).toMatchObject({ origin: 'adopted', activation_id: activationId });
    expect(await desk.status(activationId)).toBe('WAITING');
  });

  test('is given up by sweeps that began after it counted as lost, and by no other', async () => {
    const activationId = await lost();
    for (let sweep = 0; sweep < 3; sweep += 1) await lists();
    await desk.age(60_000);
    await abandonLost(desk.deps, 'a');
    expect(await attemptOf(activationId)).toMatchObject({ status: 'AMBIGUOUS', sweeps: 0 });
  });
});

describe('the number of an abandoned purchase', () => {
  test('is claimed before it is cancelled, and one for each purchase; a second is foreign and never touched', async () => {
    const activationId = await abandoned();
    await lists('first', 'second');
    const taken = await Promise.all(['first', 'second'].map((id) => desk.booked(id)));
    expect(taken.map((order) => order?.origin)).toEqual(['orphan', 'foreign']);
    expect(await attemptOf(activationId)).toMatchObject({ order_id: taken[0]!.id });
    await desk.cancelOrphans();
    expect(desk.a.calls.filter((call) => call.startsWith('cancel'))).toEqual(['cancel first']);
  });

  test('is not cancelled where an operator has switched the sweep off', async () => {
    await abandoned();
    await desk.database.run('UPDATE providers SET orphan_sweep = false');
    await lists('first');
    expect(await desk.booked('first')).toMatchObject({ origin: 'foreign' });
    await desk.cancelOrphans();
    expect(desk.a.calls).not.toContain('cancel first');
  });

  test('is not looked for among orders that were there before', async () => {
    const { activationId } = await desk.open();
    desk.a.purchase = async () => {
      await lists('before');
      return { kind: 'ambiguous', reason: 'timeout', raw: '' };
    };
    // An order sighted before the purchase was sent: nobody bought it for us.
    await lists('before');
    await desk.buy(activationId);
    await desk.age(60_000);
    await lists('before');
    expect(await desk.booked('before')).toMatchObject({ origin: 'foreign' });
    expect(await attemptOf(activationId)).toMatchObject({ order_id: null });
  });

  test('is never a client’s', async () => {
    const { providerOrderId } = await desk.rent();
    await lists(providerOrderId);
    await desk.cancelOrphans();
    expect(desk.a.calls.filter((call) => call.startsWith('cancel'))).toEqual([]);
  });
});
