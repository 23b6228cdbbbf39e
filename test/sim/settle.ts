import { confirmed, returned, Violation } from './oracle.js';
import { claim, enterRefundPending, storeReading, take } from './our-steps.js';
import { showAll } from './provider-steps.js';
import type { Setting } from './setting.js';
import { ripen } from './steps.js';
import { passSteps, watch } from './watcher-steps.js';
import { idle, type World } from './world.js';

/** So many passes, each after what lies unclaimed has lain long, confirm whatever fits: one lays the surplus down, one confirms. */
const PASSES_AT_REST = 2;

/**
 * Brings a world to rest: purchases pause, every order ends, the provider returns what it will ever return, operators enter
 * what came in and book the drift. Then a few passes must confirm everything that was returned.
 *
 * @throws Violation if they do not.
 */
export function settle(world: World, setting: Setting): void {
  if (setting.strangers > 0) return;
  for (const [index] of world.watchers.entries()) world.watchers[index] = idle();
  for (const [index, { kind, amount }] of setting.topUps.entries()) {
    if (kind === 'declared' && world.topUps[index] === 'declared') world.balance += amount;
    world.topUps[index] = 'booked';
  }
  for (const order of world.orders) end(world, order, setting);
  showAll(world);
  for (const order of world.orders) order.young = false;
  bookDrift(world);
  const steps = passSteps(setting);
  for (let pass = 0; pass < PASSES_AT_REST; pass += 1) {
    for (const order of world.orders) if (order.row === 'REFUND_PENDING') order.overdue = true;
    ripen(world, setting);
    for (const _ of steps) watch(world, 0, setting, steps);
  }
  judgeRest(world, setting);
}

function end(world: World, order: World['orders'][number], setting: Setting): void {
  // Whatever a list still shows is adopted before the drift is booked.
  const isListed = order.at === 'open' || (order.at !== 'none' && setting.finalRecord);
  if (order.row === null && (order.reply === 'awaited' || isListed)) claim(world, order, setting);
  if (order.at === 'open') {
    order.at = 'ended';
  }
  order.timeOver = true;
  if (order.at === 'ended' && order.money === 'charged') {
    order.money = 'returned';
    world.balance += order.price;
  }
  order.reading = null;
  if (order.row === null || order.at === 'none') return;
  storeReading(world, order, order.at, 0, setting);
  enterRefundPending(order);
  if (order.smsStored && (order.client === 'waiting' || order.client === 'pending')) take('deliver', world, order, setting);
}

/** The operator's entry: the expected figure becomes the true balance less what is returned and not yet confirmed. */
function bookDrift(world: World): void {
  world.expected = world.balance - Math.max(0, returned(world) - confirmed(world) - priceless(world));
  world.frozen = false;
  world.suspectAge = null;
  world.armed = true;
  world.epoch += 1;
}

/** Returned charges whose price no record ever told: they were never posted. */
function priceless(world: World): number {
  return world.orders.reduce(
    (sum, order) => sum + (order.row !== null && !order.costKnown && order.money === 'returned' ? order.price : 0),
    0,
  );
}

function judgeRest(world: World, setting: Setting): void {
  if (world.frozen) throw new Violation('frozen, though the drift was booked');
  const left = returned(world) - confirmed(world) - priceless(world);
  const waiting = world.orders.filter(({ row, costKnown }) => row === 'REFUND_PENDING' && costKnown);
  const hidden = setting.granularity > 1 ? 2 * setting.granularity : 0;
  for (const order of waiting) {
    if (order.agreed === 0) throw new Violation('an ended order whose record never agrees');
    if (order.price <= left - hidden) throw new Violation(`${left} came back and an order of ${order.price} still waits`);
  }
}
