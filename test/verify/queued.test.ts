import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedCarrier, scriptedCarrier } from '../send/scripted-carrier.js';
import { createVerifyWorld, QUICK_VERIFY, type VerifyWorld } from './world.js';

/** Codes that wait for their carriers' throughput, on the engine's own queues. */
let world: VerifyWorld;
/** Takes one message in ten seconds, and is asked first, being the cheaper. */
const narrow = scriptedCarrier('narrow', { perSecond: 0.1 });
const wide = scriptedCarrier('wide');
const alone = scriptedCarrier('alone', { channels: ['voice'], perSecond: 0.2 });
const left = scriptedCarrier('left', { channels: ['whatsapp'], perSecond: 3 });
const right = scriptedCarrier('right', { channels: ['whatsapp'], perSecond: 3 });
const QUEUE_S = 1;

let last = 7_000;
const phone = () => `+1415555${(last += 1)}`;
const to = (carrier: ScriptedCarrier, number: string) => carrier.sent.filter((message) => message.to === number);
const digits = (text: string) => (/\d{6}/.exec(text)?.[0] ?? /(?:\d, )+\d/.exec(text)![0]).replaceAll(/\D/g, '');
const triesOf = (verificationId: string) =>
  world.database.rows<{ carrier: string; codes: bigint }>(
    `SELECT a.carrier, (SELECT count(*) FROM verification_codes WHERE verification_id = $1) AS codes
     FROM message_attempts a JOIN messages m ON m.id = a.message_id WHERE m.verification_id = $1 ORDER BY a.seq`,
    [verificationId],
  );

beforeAll(async () => {
  world = await createVerifyWorld(
    [
      [narrow, 10_000n],
      [wide, 30_000n],
      [alone, 10_000n],
      [left, 10_000n],
      [right, 10_000n],
    ],
    { verify: { ...QUICK_VERIFY, policy: { ...QUICK_VERIFY.policy, queueTimeoutSeconds: QUEUE_S, channelTimeoutSeconds: 600 } } },
  );
}, 120_000);
afterAll(() => world.stop(), 60_000);
// What a queue was seen to come to must not rank the carriers of the next test.
beforeEach(() => world.database.run('UPDATE carriers SET queue_wait_ms = 0, queue_seen_at = NULL'));

describe('a code in the queue of a carrier at the limit of its throughput', () => {
  it('goes to the next carrier after a moment, is drawn there, and is never sent by both', async () => {
    const [one, other, third] = [phone(), phone(), phone()];
    await world.start(one);
    await expect.poll(() => to(narrow, one)).toHaveLength(1);
    const began = Date.now();
    const { id } = await world.start(other);
    await expect.poll(() => to(wide, other), { timeout: 9_000 }).toHaveLength(1);
    const waited = Date.now() - began;
    expect(waited).toBeGreaterThan(QUEUE_S * 500);
    expect(await triesOf(id)).toEqual([{ carrier: 'wide', codes: 1n }]);
    // Well past its turn there: what left the queue is not sent, and takes no turn of those behind it.
    await sleep(11_000 - waited);
    await world.start(third);
    await expect.poll(() => to(narrow, third)).toHaveLength(1);
    expect(to(narrow, other)).toEqual([]);
    expect(await world.check(id, digits(to(wide, other)[0]!.text))).toMatchObject({ success: true });
    await world.eventsOf(id);
    const { id: messageId } = (await world.database.row<{ id: string }>('SELECT id FROM messages WHERE verification_id = $1', [id]))!;
    await world.receipt('wide', to(wide, other)[0]!.reference, 'delivered');
    await world.closed(messageId, 'message-left-queue');
  }, 60_000);

  it('keeps its place where no other carrier could take it', async () => {
    const [one, other] = [phone(), phone()];
    await world.start(one, { channels: ['voice'] });
    await expect.poll(() => to(alone, one)).toHaveLength(1);
    const { id } = await world.start(other, { channels: ['voice'] });
    await expect.poll(() => to(alone, other), { timeout: 15_000 }).toHaveLength(1);
    const tries = await world.database.rows<{ seq: number; waited: boolean }>(
      `SELECT a.seq, a.opened_at - m.created_at > $2 * interval '1 second' AS waited
       FROM message_attempts a JOIN messages m ON m.id = a.message_id WHERE m.verification_id = $1`,
      [id, 2 * QUEUE_S],
    );
    // Its first try, though that came long after others would have been asked.
    expect(tries).toEqual([{ seq: 0, waited: true }]);
    expect(await world.check(id, digits(to(alone, other)[0]!.text))).toMatchObject({ success: true });
  }, 60_000);

  it('goes round in a crowd that keeps two carriers busy, and comes by one of them once', async () => {
    const phones = Array.from({ length: 60 }, phone);
    const ids = await Promise.all(phones.map(async (number) => (await world.start(number, { channels: ['whatsapp'] })).id));
    const both = () => [...left.sent, ...right.sent];
    await expect.poll(() => both().length, { timeout: 60_000, interval: 100 }).toBeGreaterThanOrEqual(phones.length);
    await sleep(2_000);
    expect(
      both()
        .map((message) => message.to)
        .toSorted(),
    ).toEqual(phones.toSorted());
    expect(Math.min(left.sent.length, right.sent.length)).toBeGreaterThan(10);
    for (const id of ids) expect(await triesOf(id)).toMatchObject([{ codes: 1n }]);
  }, 120_000);

  it('that is an ordinary message waits for the carrier that is best', async () => {
    await world.start(phone());
    const taken = narrow.sent.length;
    const accountId = await world.account();
    const number = phone();
    const sent = [
      await world.send(accountId, { to: number, country: 'US' }),
      await world.send(accountId, { to: number, country: 'US' }),
    ] as const;
    await sleep(4_000 * QUEUE_S);
    expect(to(wide, number)).toEqual([]);
    expect(narrow.sent.length).toBeLessThanOrEqual(taken + 1);
    expect(await world.row(sent[1].messageId)).toMatchObject({ status: 'QUEUED' });
  }, 60_000);
});
