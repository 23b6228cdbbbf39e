import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ActivationStatus } from '../src/domain/activation.js';
import { DEFAULT_POLICY } from '../src/domain/policy.js';
import { createWorld, type World } from '../test/rent/world.js';
import { line, machine, round } from './measure.js';

/** How activations of a case end. Each number lives for `lifetimeMs`. */
interface Case {
  readonly name: string;
  readonly lifetimeMs: number;
  /** When a late code comes, or a late cancel. */
  readonly lateMs: number;
  readonly cancelWindowMs: number;
  /** A code within the first fifth, then finished. */
  readonly answered: number;
  readonly answeredLate: number;
  readonly cancelledLate: number;
  readonly expired: number;
}

const CASES: readonly Case[] = [
  // A number that lives for 12 s, so that a code after 5 s is read before its end.
  { name: '5 s', lifetimeMs: 12_000, lateMs: 5_000, cancelWindowMs: 0, answered: 3, answeredLate: 3, cancelledLate: 3, expired: 3 },
  // Three of ten never receive a code.
  {
    name: '20 min',
    lifetimeMs: 1_200_000,
    lateMs: 1_080_000,
    cancelWindowMs: 120_000,
    answered: 66,
    answeredLate: 4,
    cancelledLate: 4,
    expired: 26,
  },
];
/** Of a short life, too, the proof of a refund takes its time. */
const SETTLE_MS = 240_000;
const MOST_EVENTS = 36;

/**
 * Waits really waited, under the policy of a real installation and both simulators: events by path, which must not grow with
 * how long an activation waits, and provider calls by kind. One line of JSON a case; the second takes a little over 20 minutes.
 */
it.each(CASES)('waits of $name', { timeout: 1_800_000 }, async (one) => {
  const { lifetimeMs, cancelWindowMs } = one;
  const world = await createWorld({
    policy: DEFAULT_POLICY,
    cancelAfterMs: cancelWindowMs,
    settings: {
      smsDelayMinMs: Math.ceil(lifetimeMs / 400),
      smsDelayMaxMs: lifetimeMs / 5,
      lifetimeMs,
      cancelWindowMs,
      balance: '100000.00',
    },
  });
  try {
    // As after the first refund: what follows is the cost of every day.
    await world.database.run('UPDATE provider_proofs SET armed_at = now()');
    const account = await world.account(1_000_000_000n);
    const before = await calls(world);
    const started = Date.now();
    const answered = await startMany(world, account, one.answered);
    for (const simulator of [world.herosms, world.fivesim]) await world.trap(simulator, 'no_sms');
    const late = await startMany(world, account, one.answeredLate);
    const cancelled = await startMany(world, account, one.cancelledLate);
    const expired = await startMany(world, account, one.expired);
    const ends = await Promise.all([
      Promise.all(answered.map((id) => toTheCode(world, id, lifetimeMs))),
      Promise.all(late.map((id) => deliverLate(world, id, one))),
      Promise.all(cancelled.map((id) => cancelLate(world, id, one))),
      Promise.all(expired.map((id) => ended(world, id, 'REFUNDED', lifetimeMs))),
    ]);
    const after = await calls(world);
    expect(await world.problems()).toEqual([]);
    const spent = Object.fromEntries(Object.entries(after).map(([action, count]) => [action, count - (before[action] ?? 0)]));
    const { prices = 0, getPrices = 0, 'guest/prices': guestPrices = 0, ...rent } = spent;
    const activations = ends.flat().length;
    const each = (count: number) => round(count / activations, 2);
    line({
      bench: 'long-wait',
      waits: one.name,
      activations,
      never_answered: cancelled.length + expired.length,
      minutes: round((Date.now() - started) / 60_000),
      events: Object.fromEntries(
        ['answered', 'answered_late', 'cancelled_late', 'expired'].map((path, index) => [
          path,
          [...new Set(ends[index])].toSorted((a, b) => a - b),
        ]),
      ),
      calls_an_activation: each(Object.values(rent).reduce((sum, count) => sum + count, 0)),
      by_kind: Object.fromEntries(Object.entries(rent).map(([action, count]) => [action, each(count)])),
      price_reads: prices + getPrices + guestPrices,
      ...machine('1.29.1 (dev server)'),
    });
    for (const events of ends.flat()) expect(events).toBeLessThanOrEqual(MOST_EVENTS);
  } finally {
    await world.stop();
  }
});

async function startMany(world: World, account: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push((await world.start(account)).activationId);
  return ids;
}

async function ended(world: World, id: string, status: ActivationStatus, lifetimeMs: number): Promise<number> {
  await world.reaches(id, status, lifetimeMs + SETTLE_MS);
  return (await world.closed(id)).total;
}

async function toTheCode(world: World, id: string, lifetimeMs: number): Promise<number> {
  await world.reaches(id, 'RECEIVED', lifetimeMs);
  await world.ask(id, 'finish');
  return ended(world, id, 'COMPLETED', lifetimeMs);
}

async function deliverLate(world: World, id: string, { lifetimeMs, lateMs }: Case): Promise<number> {
  await sleep(lateMs);
  const order = await world.database.row<{ provider: string; provider_order_id: string }>(
    'SELECT provider, provider_order_id FROM orders WHERE activation_id = $1',
    [id],
  );
  const simulator = order!.provider === 'herosms' ? world.herosms : world.fivesim;
  await world.control(simulator, 'POST', `/orders/${order!.provider_order_id}/sms`, {});
  return toTheCode(world, id, lifetimeMs);
}

async function cancelLate(world: World, id: string, { lifetimeMs, lateMs }: Case): Promise<number> {
  await sleep(lateMs);
  await world.ask(id, 'cancel');
  return ended(world, id, 'REFUNDED', lifetimeMs);
}

/** Requests to both simulators so far, by action. */
async function calls(world: World): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const simulator of [world.herosms, world.fivesim]) {
    const { byAction } = await world.control<{ byAction: Record<string, number> }>(simulator, 'GET', '/requests');
    for (const [action, count] of Object.entries(byAction)) sums[action] = (sums[action] ?? 0) + count;
  }
  return sums;
}
