import { agreesToRefund } from '../../src/domain/refund-evidence.js';
import { orderMayBecome, type OrderStatus } from '../../src/domain/order.js';
import type { Setting } from './setting.js';
import type { AtProvider, Order, World } from './world.js';

/** What workers do about one order, apart from the watcher. Each is one provider call or one transaction. */
export type OurStep = 'claim' | 'tire' | 'lose' | 'age' | 'over' | 'ask-cancel' | 'cancel' | 'read' | 'store' | 'deliver';

/** Whether a worker can take a step. */
export function mayTake(step: OurStep, order: Order, setting: Setting): boolean {
  switch (step) {
    case 'claim':
      return order.reply === 'awaited';
    case 'lose':
      return setting.lostReplies && order.reply === 'awaited';
    case 'age':
      return order.young && order.shown;
    case 'over':
      return order.at === 'ended' && !order.timeOver && !order.cancelAccepted && order.row !== null;
    case 'tire':
      return order.row === 'REFUND_PENDING' && order.agreed > 0 && !order.overdue;
    case 'ask-cancel':
      return setting.cancels && order.row === 'OPEN' && order.client === 'waiting' && order.reading === null;
    case 'cancel':
      return order.row === 'CANCEL_ASKED' && order.at === 'open';
    case 'read':
      return order.reading === null && isRead(order);
    case 'store':
      return order.reading !== null;
    case 'deliver':
      return order.smsStored && (order.client === 'waiting' || order.client === 'pending');
  }
}

/** Reading an order that nothing happened to matters only where it may later be stored as news. */
function isRead(order: Order): boolean {
  if (order.row === 'OPEN') return true;
  if (order.at === 'open') return false;
  if (order.row === 'CANCEL_ASKED') return true;
  return order.row === 'REFUND_PENDING' && !order.smsStored && (order.agreed === 0 || order.at === 'sold');
}

/** Takes it. */
export function take(step: OurStep, world: World, order: Order, setting: Setting): void {
  switch (step) {
    case 'claim':
      order.reply = 'done';
      claim(world, order, setting);
      break;
    case 'lose':
      order.reply = 'lost';
      break;
    case 'age':
      order.young = false;
      break;
    case 'over':
      order.timeOver = true;
      break;
    case 'tire':
      order.overdue = true;
      break;
    case 'ask-cancel':
      move(order, 'CANCEL_ASKED');
      break;
    case 'cancel':
      order.at = 'ended';
      order.cancelAccepted = true;
      break;
    case 'read':
      order.reading = { at: order.at, since: watchersPastBalance(world) };
      break;
    case 'store': {
      const { at, since } = order.reading!;
      order.reading = null;
      storeReading(world, order, at, since, setting);
      enterRefundPending(order);
      break;
    }
    case 'deliver':
      if (order.row !== 'CLOSED_WITH_SMS') move(order, 'CLOSED_WITH_SMS');
      order.client = 'received';
      break;
  }
}

/** Books an order and its charge once; its price is nothing until a record names it (rule 1). */
export function claim(world: World, order: Order, setting: Setting): void {
  if (order.row !== null) return;
  order.row = 'OPEN';
  order.rivals = 0;
  order.client = 'waiting';
  if (!setting.unknownPrices) postCharge(world, order, setting);
  // Claimed now: whoever looks for it after this sees a row that was never seen alive.
  order.seen = 0;
}

function postCharge(world: World, order: Order, setting: Setting): void {
  order.cost = order.price;
  order.costKnown = true;
  order.young = setting.lag;
  world.expected -= order.price;
}

/** Takes over what a record says, as production's `takeReading` does: SMS, price, end, agreement, in one transaction. */
export function storeReading(world: World, order: Order, at: AtProvider, since: number, setting: Setting): void {
  if (order.row === null || order.row === 'REFUNDED' || order.row === 'CLOSED_WITH_SMS') return;
  if (at === 'sold') order.smsStored = true;
  // What is over is shown without its price, unless the provider keeps final records.
  if (!order.costKnown && (at === 'open' || setting.finalRecord)) postCharge(world, order, setting);
  order.seen |= setting.mutant === 'seen-when-stored' ? allWatchers(world) : since;
  if (at === 'open' || at === 'none') return;
  order.ended = true;
  const agrees = agreesToRefund({
    hasSms: order.smsStored,
    settlement: !setting.finalRecord ? 'unknown' : at === 'sold' ? 'sold' : 'refunded',
    finalRecord: setting.finalRecord,
    cancelAccepted: order.cancelAccepted,
    timeOver: order.timeOver,
  });
  if (agrees && order.agreed === 0) order.agreed = ++world.agreements;
}

/** The workflow's end of an order without SMS, in the same breath as its reading. */
export function enterRefundPending(order: Order): void {
  if (!order.ended || order.smsStored || order.client !== 'waiting') return;
  if (order.row === 'OPEN') move(order, 'EXPIRED');
  move(order, 'REFUND_PENDING');
  order.client = 'pending';
}

/** Moves along production's own edges only. */
export function move(order: Order, to: OrderStatus): void {
  if (order.row === null || !orderMayBecome(order.row, to)) throw new Error(`the model moves an order from ${order.row} to ${to}`);
  order.row = to;
  order.overdue = false;
}

/** Bits of the watchers that have read their balance in this pass. */
export function watchersPastBalance(world: World): number {
  return world.watchers.reduce((bits, watcher, index) => (watcher.marked ? bits | (1 << index) : bits), 0);
}

function allWatchers(world: World): number {
  return (1 << world.watchers.length) - 1;
}
