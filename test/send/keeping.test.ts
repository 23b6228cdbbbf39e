import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { storeReceipt } from '../../src/db/receipts.js';
import { grant } from '../../src/ledger/credit.js';
import { eraseExpired } from '../../src/privacy/erase-expired.js';
import { eraseWholeAccount } from '../../src/privacy/erase-account.js';
import { until } from '../rent/world.js';
import { accepted, scriptedCarrier } from './scripted-carrier.js';
import { createSendWorld, type SendWorld } from './world.js';

const cheap = scriptedCarrier('cheap');
const dear = scriptedCarrier('dear');
let world: SendWorld;

beforeAll(async () => {
  world = await createSendWorld([
    [cheap, 10_000n],
    [dear, 30_000n],
  ]);
});
afterAll(() => world.stop());
beforeEach(async () => {
  // What one test taught the scorer must not rank the carriers of the next.
  await world.database.run("UPDATE message_outcomes SET at = at - interval '30 days'");
  for (const carrier of [cheap, dear]) {
    carrier.sent.length = 0;
    carrier.answer(accepted);
  }
});
afterEach(async () => expect(await world.problems()).toEqual([]));

const kept = (messageId: string) =>
  world.database.row<{ to: boolean; text: boolean; erased: boolean; raw: boolean }>(
    `SELECT to_sealed IS NOT NULL AS to, text_sealed IS NOT NULL AS text, erased_at IS NOT NULL AS erased,
       EXISTS (SELECT FROM message_attempts WHERE message_id = m.id AND raw IS NOT NULL) AS raw FROM messages m WHERE id = $1`,
    [messageId],
  );

test('what could not be paid for is answered so again for the same key, and sent for a new one once there is credit', async () => {
  const account = await world.account(0n);
  const idempotencyKey = randomUUID();
  const { answer, messageId } = await world.send(account, { idempotencyKey });
  expect(answer?.failure?.code).toBe('insufficient_credit');
  await world.closed(messageId);
  await world.database.transaction((sql) =>
    grant(sql, { accountId: account, amount: 1_000_000n, currency: 'USD', idempotencyKey: randomUUID() }),
  );
  expect((await world.send(account, { idempotencyKey })).answer?.failure?.code).toBe('insufficient_credit');
  expect(cheap.sent).toHaveLength(0);
  const again = await world.send(account);
  await world.reaches(again.messageId, 'SENT');
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered');
  await world.reaches(again.messageId, 'DELIVERED');
});

test('a receipt whose signal was lost, or that came after the end, is heard by the repair schedule', async () => {
  const account = await world.account();
  const { messageId } = await world.send(account, { failover: false });
  await world.reaches(messageId, 'SENT');
  const { reference } = cheap.sent[0]!;
  const store = (status: 'undelivered' | 'delivered') =>
    storeReceipt(world.database, {
      carrier: 'cheap',
      messageId: null,
      reference,
      status,
      rawStatus: status,
      errorCode: null,
      price: null,
      currency: null,
      source: 'hook',
    });
  const repaired = async (status: 'UNDELIVERED' | 'DELIVERED') => {
    // As if it had waited for long.
    await world.database.run("UPDATE receipts SET received_at = received_at - interval '1 minute' WHERE signalled_at IS NULL");
    await world.repair();
    await world.reaches(messageId, status);
  };
  await store('undelivered');
  await repaired('UNDELIVERED');
  await world.closed(messageId);
  await store('delivered');
  await repaired('DELIVERED');
  expect(await world.history(messageId)).toEqual(['QUEUED requested', 'SENT accepted', 'UNDELIVERED undelivered', 'DELIVERED receipt']);
  expect(await world.wallet(account)).toEqual({ available: 9_990_000n, held: 0n });
});

test('number, text and replies are erased once the message is over for long enough, and not before', async () => {
  const account = await world.account();
  const { messageId } = await world.send(account);
  await world.reaches(messageId, 'SENT');
  await eraseExpired(world.database, 0);
  expect(await kept(messageId)).toEqual({ to: true, text: true, erased: false, raw: true });
  await world.receipt('cheap', cheap.sent[0]!.reference, 'undelivered');
  await until(
    async () => dear.sent.length === 1,
    10_000,
    () => Promise.resolve('the second carrier was not asked'),
  );
  await world.receipt('dear', dear.sent[0]!.reference, 'undelivered');
  await world.reaches(messageId, 'UNDELIVERED');
  await eraseExpired(world.database, 3_600_000);
  expect(await kept(messageId)).toMatchObject({ to: true, erased: false });
  expect(await eraseExpired(world.database, 0)).toMatchObject({ messages: 1 });
  expect(await kept(messageId)).toEqual({ to: false, text: false, erased: true, raw: false });
  // What comes later still settles.
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered');
  await world.database.run("UPDATE receipts SET received_at = received_at - interval '1 minute' WHERE signalled_at IS NULL");
  await world.repair();
  await world.reaches(messageId, 'DELIVERED');
});

test('an account is not erased while a message of it is under way', async () => {
  const account = await world.account();
  const { messageId } = await world.send(account, { metadata: { order: 'of Jane' } });
  await world.reaches(messageId, 'SENT');
  expect(await eraseWholeAccount(world.database, account)).toMatchObject({ kind: 'open', open: { count: 1, messages: [messageId] } });
  await world.receipt('cheap', cheap.sent[0]!.reference, 'delivered');
  await world.reaches(messageId, 'DELIVERED');
  expect(await eraseWholeAccount(world.database, account)).toEqual({ kind: 'erased' });
  expect(await kept(messageId)).toEqual({ to: false, text: false, erased: true, raw: false });
  expect(await world.database.row('SELECT metadata, idempotency_key FROM messages WHERE id = $1', [messageId])).toEqual({
    metadata: {},
    idempotency_key: messageId,
  });
  expect((await world.send(account)).answer?.failure?.code).toBe('no_route');
});

test('who plays sends by simulated carriers only, and everybody else by real ones where there are any', async () => {
  await world.database.run("UPDATE carriers SET simulated = false WHERE id = 'dear'");
  const [real, plays] = [await world.account(), randomUUID()];
  await world.database.run("INSERT INTO accounts (id, name, kind, sandbox) VALUES ($1, 'plays', 'client', true)", [plays]);
  await world.database.transaction((sql) =>
    grant(sql, { accountId: plays, amount: 1_000_000n, currency: 'USD', idempotencyKey: randomUUID() }),
  );
  const sent = await Promise.all([world.send(real), world.send(plays)]);
  for (const { messageId } of sent) await world.reaches(messageId, 'SENT');
  expect([cheap.sent.length, dear.sent.length]).toEqual([1, 1]);
  for (const [index, carrier] of [dear, cheap].entries()) {
    expect(await world.row(sent[index]!.messageId)).toMatchObject({ carrier: carrier.id });
    await world.receipt(carrier.id, carrier.sent[0]!.reference, 'delivered');
  }
  for (const { messageId } of sent) await world.reaches(messageId, 'DELIVERED');
});
