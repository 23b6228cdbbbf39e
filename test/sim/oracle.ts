import type { Setting } from './setting.js';
import type { World } from './world.js';

/** What must never happen has happened. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** What the provider truly gave back of the charges that are in our books. */
export function returned(world: World): number {
  return world.orders.reduce((sum, { row, money, price }) => sum + (row !== null && money === 'returned' ? price : 0), 0);
}

/** What our books say was given back. */
export function confirmed(world: World): number {
  return world.orders.reduce((sum, { row, price }) => sum + (row === 'REFUNDED' ? price : 0), 0);
}

/** Money that came in and that no entry tells of. */
export function unannounced(world: World, setting: Setting): number {
  return setting.topUps.reduce(
    (sum, { amount, kind }, index) => sum + (kind === 'undeclared' && world.topUps[index] === 'arrived' ? amount : 0),
    0,
  );
}

/**
 * The most that an unannounced top-up can hide behind: what is bought and not refunded, because each of it lowers the surplus
 * before it is booked, or counts as ended or possibly ended once it is; and whatever else makes the balance seem lower than it is.
 */
function hidingPlace(world: World, setting: Setting): number {
  const announced = setting.topUps.reduce((sum, { amount }, index) => sum + (world.topUps[index] === 'declared' ? amount : 0), 0);
  const rounding = setting.granularity > 1 ? 2 * setting.granularity : 0;
  return world.orders.reduce((sum, { at, row, price }) => (at === 'none' || row === 'REFUNDED' ? sum : sum + price), announced + rounding);
}

/** Judges a confirmation by the provider's truth. `before` is the world just before it, `foreign` what its balance held unannounced. */
export function judgeConfirmation(before: World, after: World, foreign: number, setting: Setting): void {
  const sum = confirmed(after);
  if (sum === confirmed(before)) return;
  if (setting.strangers > 0) throw new Violation(`a refund was confirmed by another account's balance`);
  const really = returned(before);
  for (const [index, order] of after.orders.entries()) {
    if (order.row !== 'REFUNDED' || before.orders[index]!.row === 'REFUNDED') continue;
    if (order.smsStored) throw new Violation(`order ${index} has an SMS and was confirmed as refunded`);
  }
  if (sum <= really) return;
  if (sum > really + foreign) throw new Violation(`${sum} confirmed, ${really} returned, ${foreign} unannounced`);
  // What earlier passes paid of it came in no larger than it could hide behind then.
  const left = foreign - Math.max(0, confirmed(before) - really);
  // What an old balance showed of all this cannot be told any more.
  if (!setting.lag && left > hidingPlace(before, setting)) {
    throw new Violation(
      `an unannounced ${left}, more than the ${hidingPlace(before, setting)} it can hide behind, paid refunds that never came`,
    );
  }
}

/** Judges a freeze: only money that nobody announced excuses one. */
export function judgeFreeze(world: World, setting: Setting): void {
  const excused = setting.strangers > 0 || setting.topUps.some(({ kind }, index) => kind === 'undeclared' && world.topUps[index] !== 'no');
  if (!excused) throw new Violation('the proof froze though nothing but refunds came in');
}

/** What must hold in every world. */
export function judgeWorld(world: World): void {
  for (const [index, order] of world.orders.entries()) {
    if (order.client === 'refunded' && order.row !== 'REFUNDED')
      throw new Violation(`the client of order ${index} has money that no posting proves`);
    if (order.client === 'received' && order.row === 'REFUNDED') throw new Violation(`order ${index} brought a code and a refund`);
  }
}
