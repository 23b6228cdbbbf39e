import { afterAll, beforeAll, expect, test } from 'vitest';
import { scriptedCarrier } from './scripted-carrier.js';
import { createSendWorld, type SendWorld } from './world.js';

const mute = scriptedCarrier('mute', { receipts: 'none' });
const dear = scriptedCarrier('dear');
let world: SendWorld;

beforeAll(async () => {
  world = await createSendWorld([
    [mute, 1_000n],
    [dear, 30_000n],
  ]);
});
afterAll(() => world.stop());

test('a carrier that gives no receipts ends the message when it takes it: another would only send it twice', async () => {
  const { messageId } = await world.send(await world.account());
  await world.reaches(messageId, 'UNKNOWN');
  expect(await world.row(messageId)).toMatchObject({ reason: 'carrier_gives_no_receipts', price: 1_000n, carrier: 'mute' });
  await world.closed(messageId, 'message-carrier-mute');
  expect([mute.sent.length, dear.sent.length]).toEqual([1, 0]);
  expect(await world.problems()).toEqual([]);
});
