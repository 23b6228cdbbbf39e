import type { Setting } from './setting.js';
import type { Order, World } from './world.js';

/** What the provider does of its own accord. */
export type ProviderStep = 'buy' | 'sms' | 'late-sms' | 'expire' | 'drop' | 'return' | 'keep';

/** Whether a step of the provider can happen to an order. */
export function mayHappen(step: ProviderStep, order: Order, setting: Setting): boolean {
  switch (step) {
    case 'buy':
      return order.at === 'none';
    case 'sms':
      return setting.sms && order.at === 'open';
    case 'late-sms':
      return setting.sms && order.at === 'ended' && order.money === 'charged';
    case 'expire':
      return order.at === 'open';
    case 'drop':
      return setting.drops && order.at === 'open';
    case 'return':
      return order.at === 'ended' && order.money === 'charged';
    case 'keep':
      return setting.keeps && order.at === 'ended' && order.money === 'charged';
  }
}

/** Lets it happen. */
export function happen(step: ProviderStep, world: World, order: Order, setting: Setting): void {
  switch (step) {
    case 'buy':
      order.at = 'open';
      order.reply = 'awaited';
      order.shown = false;
      world.balance -= order.price;
      break;
    case 'sms':
    case 'late-sms':
      order.at = 'sold';
      break;
    case 'expire':
      order.at = 'ended';
      order.timeOver = true;
      break;
    case 'drop':
      order.at = 'ended';
      break;
    case 'return':
      order.money = 'returned';
      world.balance += order.price;
      break;
    case 'keep':
      order.money = 'kept';
      break;
  }
  if (!setting.lag) showAll(world);
}

/** The shown balance catches up with the true one. */
export function showAll(world: World): void {
  world.shownBalance = world.balance;
  for (const order of world.orders) if (order.at !== 'none') order.shown = true;
}
