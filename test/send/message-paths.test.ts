import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SendOutcome } from '../../src/carriers/carrier.js';
import { storeReceipt } from '../../src/db/receipts.js';
import { accepted, refused, scriptedCarrier } from './scripted-carrier.js';
import { createSendWorld, type SendWorld } from './world.js';

const cheap = scriptedCarrier('cheap');
const dear = scriptedCarrier('dear', { lookUp: true });
let world: SendWorld;

beforeAll(async () => {
  world = await createSendWorld([
    [cheap, 10_000n],
    [dear, 30_000n],
  ]);
});
afterAll(() => world.stop());
// What one test taught the scorer must not rank the carriers of the next.
const forget = () => world.database.run("UPDATE message_outcomes SET at = at - interval '30 days'");
beforeEach(async () => {
  await forget();
  for (const carrier of [cheap, dear]) {
    carrier.sent.length = 0;
    carrier.answer(accepted);
    carrier.lookedUp({ kind: 'unknown', raw: '' });
  }
});
afterEach(async () => expect(await world.problems()).toEqual([]));

test('a message is sent by the best carrier, paid when it is taken, and delivered when a receipt says so', async () => {
  const account = await world.account();
  const { messageId, answer } = await world.send(account);
  expect(answer).toEqual({ messageId, requestHash: 'hash', failure: null });
  await world.reaches(messageId, 'SENT');
  expect(cheap.sent.map(({ to, text, from }) => [to, text, from])).toEqual([['+6281234567890', 'Your code is 4711', null]]);
  expect(await world.wallet(account)).toEqual({ available: 9_990_000n, held: 0n });
  await world.receipt('cheap', cheap.sent[0]!.reference, 'in_transit');
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered');
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered');
  await world.reaches(messageId, 'DELIVERED');
  expect(await world.row(messageId)).toEqual({ status: 'DELIVERED', reason: 'receipt', price: 10_000n, carrier: 'cheap' });
  expect(await world.history(messageId)).toEqual(['QUEUED requested', 'SENT accepted', 'DELIVERED receipt']);
  expect(await world.closed(messageId, 'message-delivered')).toBeLessThanOrEqual(26);
});

test('the same key sends once, also twenty times at once', async () => {
  const account = await world.account();
  const idempotencyKey = randomUUID();
  const all = await Promise.all(Array.from({ length: 20 }, () => world.send(account, { idempotencyKey })));
  expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(1);
  const { messageId } = all[0]!;
  await world.reaches(messageId, 'SENT');
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered');
  await world.closed(messageId);
  // Its workflow is over: Temporal still knows its answer, and after its retention the row does.
  expect(['answered', 'ended']).toContain((await world.send(account, { idempotencyKey })).kind);
  expect(cheap.sent).toHaveLength(1);
});

test('a carrier that refuses is followed by the next, and the client pays that one', async () => {
  cheap.answer(() => refused('unreachable'));
  const account = await world.account();
  const { messageId } = await world.send(account);
  await world.reaches(messageId, 'SENT');
  expect(await world.row(messageId)).toMatchObject({ price: 30_000n, carrier: 'dear' });
  await world.receipt('dear', dear.sent[0]!.reference, 'delivered');
  await world.reaches(messageId, 'DELIVERED');
  expect(await world.wallet(account)).toEqual({ available: 9_970_000n, held: 0n });
  await world.closed(messageId, 'message-refused-then-delivered');
});

test('a number that cannot exist is asked of one carrier only, and costs nothing', async () => {
  cheap.answer(() => refused('invalid_number'));
  const account = await world.account();
  const { messageId } = await world.send(account);
  await world.reaches(messageId, 'UNDELIVERED');
  expect(await world.row(messageId)).toMatchObject({ reason: 'invalid_number', price: null });
  expect(dear.sent).toEqual([]);
  expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
  await world.closed(messageId, 'message-refused');
});

test('a failure by receipt moves the same message on; the client pays once', async () => {
  const account = await world.account();
  const { messageId } = await world.send(account);
  await world.reaches(messageId, 'SENT');
  await world.receipt('cheap', cheap.sent[0]!.reference, 'undelivered');
  await expect.poll(() => dear.sent.length, { timeout: 15_000 }).toBe(1);
  await world.receipt('dear', dear.sent[0]!.reference, 'delivered');
  await world.reaches(messageId, 'DELIVERED');
  expect(await world.row(messageId)).toMatchObject({ price: 10_000n, carrier: 'dear' });
  expect(await world.wallet(account)).toEqual({ available: 9_990_000n, held: 0n });
  await world.closed(messageId, 'message-failed-over');
});

test('where all fail, the message is undelivered, with the last reason', async () => {
  const { messageId } = await world.send(await world.account());
  await world.reaches(messageId, 'SENT');
  await world.receipt('cheap', cheap.sent[0]!.reference, 'rejected');
  await expect.poll(() => dear.sent.length, { timeout: 15_000 }).toBe(1);
  await world.receipt('dear', dear.sent[0]!.reference, 'undelivered');
  await world.reaches(messageId, 'UNDELIVERED');
  await world.closed(messageId, 'message-undelivered');
});

test('without failover one carrier is asked, and its word is the end', async () => {
  cheap.answer(() => refused('other'));
  const { messageId } = await world.send(await world.account(), { failover: false });
  await world.reaches(messageId, 'UNDELIVERED');
  expect(dear.sent).toEqual([]);
});

test('a lost reply is looked up where the carrier can: what was taken is not sent again', async () => {
  dear.answer(() => ({ kind: 'ambiguous', why: 'no_reply', raw: '' }));
  dear.lookedUp({ kind: 'found', messageId: 'found-1', receipt: null, raw: 'found' });
  const { messageId } = await world.send(await world.account(), { carriers: ['dear'] });
  await world.reaches(messageId, 'SENT');
  await expect.poll(async () => (await world.row(messageId)).price, { timeout: 15_000 }).toBe(30_000n);
  expect(dear.sent).toHaveLength(1);
  await world.receipt('dear', dear.sent[0]!.reference, 'delivered', { byReference: true });
  await world.reaches(messageId, 'DELIVERED');
  await world.closed(messageId, 'message-reply-lost-found');
});

test('a lost reply that surely was not sent is sent again, by the same carrier where there is no other', async () => {
  let asked = 0;
  dear.answer((message) => (++asked === 1 ? { kind: 'ambiguous', why: 'no_reply', raw: '' } : accepted(message)));
  dear.lookedUp({ kind: 'not_found', raw: 'none' });
  const account = await world.account();
  const { messageId } = await world.send(account, { carriers: ['dear'] });
  await expect.poll(() => dear.sent.length, { timeout: 20_000 }).toBe(2);
  await world.receipt('dear', dear.sent[1]!.reference, 'delivered');
  await world.reaches(messageId, 'DELIVERED');
  expect(await world.wallet(account)).toEqual({ available: 9_970_000n, held: 0n });
  await world.closed(messageId, 'message-reply-lost-not-sent');
});

test('a lost reply that nobody can look up is never sent again there; a receipt resolves it and only then it is paid', async () => {
  cheap.answer(() => ({ kind: 'ambiguous', why: 'no_reply', raw: '' }));
  const account = await world.account();
  const { messageId } = await world.send(account, { carriers: ['cheap'] });
  await world.reaches(messageId, 'SENT');
  expect(await world.wallet(account)).toEqual({ available: 9_990_000n, held: 10_000n });
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered', { byReference: true });
  await world.reaches(messageId, 'DELIVERED');
  expect(await world.wallet(account)).toEqual({ available: 9_990_000n, held: 0n });
  expect(cheap.sent).toHaveLength(1);
  await world.closed(messageId, 'message-reply-lost-receipt');
});

test('a receipt that outruns the reply is not lost', async () => {
  cheap.answer(async (message) => {
    await world.receipt('cheap', message.reference, 'delivered');
    return accepted(message);
  });
  const { messageId } = await world.send(await world.account());
  await world.reaches(messageId, 'DELIVERED', 30_000);
});

test('a message that is scheduled waits, and can be taken back until then', async () => {
  const account = await world.account();
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const later = await world.send(account, { sendAt: at(3_600_000) });
  await world.reaches(later.messageId, 'SCHEDULED');
  expect((await world.wallet(account)).held).toBe(30_000n);
  expect(await world.commands.cancel(later.messageId)).toEqual({ kind: 'cancelled' });
  await world.reaches(later.messageId, 'CANCELLED');
  expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
  await world.closed(later.messageId, 'message-cancelled');

  const soon = await world.send(account, { sendAt: at(1_500) });
  await world.reaches(soon.messageId, 'SENT');
  expect(await world.commands.cancel(soon.messageId)).toMatchObject({ kind: 'refused' });
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered');
  await world.closed(soon.messageId, 'message-scheduled');
});

test('too little credit and no route hold nothing and send nothing', async () => {
  const poor = await world.account(5_000n);
  expect((await world.send(poor)).answer?.failure).toMatchObject({ code: 'insufficient_credit', detail: { needed: '0.01' } });
  expect((await world.send(await world.account(), { to: '+4915123456789', country: 'DE' })).answer?.failure).toMatchObject({
    code: 'no_route',
  });
  expect((await world.send(await world.account(), { maxPrice: '0.005' })).answer?.failure).toMatchObject({ code: 'no_route' });
  expect(cheap.sent).toEqual([]);
});

test('a message of which nobody says anything ends as unknown when it is of no use any more', async () => {
  const { messageId } = await world.send(await world.account(), { failover: false, validitySeconds: 3 });
  await world.reaches(messageId, 'UNKNOWN', 30_000);
  expect((await world.row(messageId)).reason).toBe('no_receipt');
  await world.closed(messageId, 'message-unknown');
});

test('a carrier that is busy is asked again, and the message is sent once it takes it', async () => {
  const account = await world.account();
  let asked = 0;
  cheap.answer((message) => (++asked < 3 ? { ...refused('throttled'), retryAfterMs: 300 } : accepted(message)));
  const { messageId } = await world.send(account, { failover: false });
  await world.reaches(messageId, 'SENT');
  expect(asked).toBe(3);
  expect(await world.wallet(account)).toEqual({ available: 9_990_000n, held: 0n });
  await world.receipt('cheap', cheap.sent.at(-1)!.reference, 'delivered');
  await world.reaches(messageId, 'DELIVERED');
  await world.closed(messageId, 'message-carrier-busy');
});

test('a busy carrier is passed by where another takes the message', async () => {
  cheap.answer(() => refused('throttled'));
  const { messageId } = await world.send(await world.account());
  await world.reaches(messageId, 'SENT');
  expect([cheap.sent.length, dear.sent.length]).toEqual([1, 1]);
  await world.receipt('dear', dear.sent[0]!.reference, 'delivered');
  await world.reaches(messageId, 'DELIVERED');
});

test('no receipt is lost that comes in the very moment of its carrier’s answer', async () => {
  const account = await world.account();
  let place = 0;
  cheap.answer((message) => {
    // Spread over the time that it takes to write the answer down.
    setTimeout(() => void world.receipt('cheap', message.reference, 'delivered'), 1 + (place++ % 24));
    return accepted(message);
  });
  const sent = await Promise.all(Array.from({ length: 48 }, () => world.send(account, { failover: false })));
  for (const { messageId } of sent) await world.reaches(messageId, 'DELIVERED', 60_000);
});

test('an answer that came too late for its sender still names the message for its receipts', async () => {
  cheap.answer(() => ({ kind: 'ambiguous', why: 'no_reply', raw: '' }));
  const { messageId } = await world.send(await world.account(), { carriers: ['cheap'] });
  await world.reaches(messageId, 'SENT');
  const { reference } = cheap.sent[0]!;
  const told = { carrier: 'cheap', errorCode: null, price: null, currency: null, source: 'session' } as const;
  // The receipt, which names the carrier's id only, may come before or after the late answer.
  await storeReceipt(world.database, { ...told, messageId: 'late-1', reference: null, status: 'delivered', rawStatus: 'DELIVRD' });
  await storeReceipt(world.database, { ...told, messageId: 'late-1', reference, status: 'in_transit', rawStatus: 'ESME_ROK' });
  await world.commands.receiptArrived(messageId);
  await world.reaches(messageId, 'DELIVERED');
  expect(await world.row(messageId)).toMatchObject({ price: 10_000n });
});

test('a proof of sending that comes after the money was given back is at our own cost, and the books agree', async () => {
  cheap.answer(() => ({ kind: 'ambiguous', why: 'no_reply', raw: '' }));
  const account = await world.account();
  const { messageId } = await world.send(account, { failover: false, validitySeconds: 2 });
  await world.reaches(messageId, 'UNKNOWN');
  await world.closed(messageId);
  expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered', { byReference: true });
  await world.database.run("UPDATE receipts SET received_at = received_at - interval '1 minute' WHERE signalled_at IS NULL");
  await world.repair();
  await world.reaches(messageId, 'DELIVERED');
  expect(await world.row(messageId)).toMatchObject({ price: null });
  expect(await world.wallet(account)).toEqual({ available: 10_000_000n, held: 0n });
});

test('a long message is delivered when all its parts are, and not when one of them is not', async () => {
  cheap.answer(
    (message) =>
      ({
        ...accepted(message),
        messageId: `${message.reference}-2`,
        partIds: [1, 2].map((part) => `${message.reference}-${part}`),
      }) as SendOutcome,
  );
  const account = await world.account();
  const send = async () => {
    const { messageId } = await world.send(account, { failover: false, segments: 2 });
    await world.reaches(messageId, 'SENT');
    const { reference } = cheap.sent.at(-1)!;
    const part = (number: 1 | 2, status: 'delivered' | 'undelivered') =>
      world.receipt('cheap', reference, status, { id: `${reference}-${number}` });
    return { messageId, part };
  };
  const whole = await send();
  await whole.part(2, 'delivered');
  await new Promise((done) => setTimeout(done, 700));
  expect((await world.row(whole.messageId)).status).toBe('SENT');
  await whole.part(1, 'delivered');
  await world.reaches(whole.messageId, 'DELIVERED');
  const torn = await send();
  await torn.part(2, 'delivered');
  await torn.part(1, 'undelivered');
  await world.reaches(torn.messageId, 'UNDELIVERED');
});
