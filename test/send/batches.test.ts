import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { askBatchCancel, insertBatch } from '../../src/db/message-batches.js';
import { batchWorkflowId } from '../../src/domain/names.js';
import { places } from '../../src/sealing/keyring.js';
import { until } from '../rent/world.js';
import { accepted, scriptedCarrier } from './scripted-carrier.js';
import { createSendWorld, type SendWorld } from './world.js';

const cheap = scriptedCarrier('cheap');
let world: SendWorld;

beforeAll(async () => {
  world = await createSendWorld([[cheap, 10_000n]]);
});
afterAll(() => world.stop());
beforeEach(() => {
  cheap.sent.length = 0;
  cheap.answer(accepted);
});
afterEach(async () => expect(await world.problems()).toEqual([]));

/** A batch as the API stores it, not started. */
async function stored(size: number): Promise<string> {
  const accountId = await world.account();
  const { batchId, workflowId } = world.commands.identifyBatch(accountId, randomUUID());
  const items = Array.from({ length: size }, (_, seq) => {
    const messageId = world.commands.identifyItem(accountId, batchId, seq);
    const request = world.request({ text: `number ${seq}` });
    return { messageId, sealed: world.keyring.seal(JSON.stringify(request), places.batchItem(messageId)) };
  });
  const batch = { id: batchId, accountId, idempotencyKey: randomUUID(), requestHash: 'hash', workflowId, items };
  expect(await world.database.transaction((sql) => insertBatch(sql, batch))).toBe(true);
  return batchId;
}
const ended = (batchId: string) =>
  until(
    async () => (await world.database.row('SELECT 1 FROM message_batches WHERE id = $1 AND ended_at IS NOT NULL', [batchId])) !== null,
    20_000,
    async () => JSON.stringify(await world.database.rows('SELECT seq, handed_at, failure FROM message_batch_items')),
  );

test('a batch costs eleven events whatever its size, and nothing of its requests is left', async () => {
  const batchId = await stored(60);
  await world.commands.startBatch({ batchId, size: 60 });
  await world.commands.startBatch({ batchId, size: 60 });
  await ended(batchId);
  expect(await world.events(batchWorkflowId(batchId), 'batch-sent')).toBe(11);
  await until(
    async () => cheap.sent.length === 60,
    20_000,
    () => Promise.resolve(String(cheap.sent.length)),
  );
  expect(new Set(cheap.sent.map(({ text }) => text)).size).toBe(60);
  expect(await world.database.rows('SELECT 1 FROM message_batch_items WHERE request_sealed IS NOT NULL')).toEqual([]);
});

test('a batch whose workflow nobody could start is started by the repair schedule', async () => {
  const batchId = await stored(2);
  await world.database.run("UPDATE message_batches SET created_at = created_at - interval '1 minute' WHERE id = $1", [batchId]);
  await world.repair();
  await ended(batchId);
  await until(
    async () => cheap.sent.length === 2,
    20_000,
    () => Promise.resolve(String(cheap.sent.length)),
  );
});

test('at most a window of a batch waits for a carrier, and what was taken back is never handed over', async () => {
  let release: () => void = () => {};
  const gate = new Promise<void>((done) => (release = done));
  cheap.answer(async (message) => {
    await gate;
    return accepted(message);
  });
  const batchId = await stored(80);
  await world.commands.startBatch({ batchId, size: 80 });
  const handed = async () =>
    (await world.database.row<{ count: number }>(
      'SELECT count(*)::int AS count FROM message_batch_items WHERE batch_id = $1 AND handed_at IS NOT NULL',
      [batchId],
    ))!.count;
  await until(
    async () => (await handed()) === 50,
    20_000,
    async () => String(await handed()),
  );
  await new Promise((done) => setTimeout(done, 600));
  expect(await handed()).toBe(50);
  await askBatchCancel(world.database, batchId);
  await until(
    async () => (await handed()) === 80,
    20_000,
    async () => String(await handed()),
  );
  release();
  await ended(batchId);
  await until(
    async () => (await world.database.row("SELECT 1 FROM messages WHERE batch_id = $1 AND status = 'QUEUED'", [batchId])) === null,
    20_000,
    () => Promise.resolve('some are still queued'),
  );
  expect(cheap.sent).toHaveLength(50);
  const refused = await world.database.rows('SELECT failure FROM message_batch_items WHERE batch_id = $1 AND failure IS NOT NULL', [
    batchId,
  ]);
  expect(refused).toEqual(Array.from({ length: 30 }, () => ({ failure: 'cancelled' })));
});
