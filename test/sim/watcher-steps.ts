import { ownerOf } from '../../src/domain/buying.js';
import { judgePass, type ProofPass } from '../../src/domain/proof.js';
import { fenceOf, mayHaveEnded, mayPostRefund, voidsOthers } from '../../src/domain/refund-evidence.js';
import { judgeConfirmation, judgeFreeze, unannounced } from './oracle.js';
import { claim, move, storeReading, watchersPastBalance } from './our-steps.js';
import type { Mutant, Setting } from './setting.js';
import { copyOf, type AtProvider, idle, LONG, type Order, proofState, roundTo, type Watcher, type World } from './world.js';

/** What a pass does, one step after the other; each is one provider call or one transaction. */
export type PassStep = 'ledger' | 'balance' | 'mark' | 'payments' | 'ask-list' | 'store-list' | 'post';

/** Production's order of a pass (src/rent/watch/prove.ts). */
const IN_ORDER: readonly PassStep[] = ['ledger', 'balance', 'mark', 'payments', 'ask-list', 'store-list', 'post'];

const OUT_OF_ORDER: Partial<Record<Mutant, readonly PassStep[]>> = {
  'ledger-after-balance': ['balance', 'mark', 'ledger', 'payments', 'ask-list', 'store-list', 'post'],
  'orders-before-balance': ['ledger', 'mark', 'ask-list', 'store-list', 'balance', 'payments', 'post'],
  'mark-before-balance': ['ledger', 'mark', 'balance', 'payments', 'ask-list', 'store-list', 'post'],
  'payments-before-balance': ['ledger', 'payments', 'balance', 'mark', 'ask-list', 'store-list', 'post'],
};

/** Two passes so far apart agree. */
const CONFIRM_MS = 15_000;
const NOW = 10 * LONG;
const TIMES = { freezeConfirmMs: CONFIRM_MS, balanceMs: 15_000 };

/** The steps of a pass in a setting. A provider without a list of payments is not asked for it. */
export function passSteps(setting: Setting): readonly PassStep[] {
  const steps = (setting.mutant === null ? undefined : OUT_OF_ORDER[setting.mutant]) ?? IN_ORDER;
  return setting.topUps.some(({ kind }) => kind === 'listed') ? steps : steps.filter((step) => step !== 'payments');
}

/** Takes a watcher's next step. */
export function watch(world: World, index: number, setting: Setting, steps: readonly PassStep[]): void {
  const watcher = world.watchers[index]!;
  const step = steps[watcher.step]!;
  watcher.step += 1;
  switch (step) {
    case 'ledger':
      watcher.epoch = world.epoch;
      watcher.expected = figure(world, setting);
      watcher.charged = world.orders.map((order) => (isAddedBack(order, setting) ? 0 : order.cost));
      break;
    case 'balance':
      watcher.observed =
        setting.strangers > 0 ? setting.opening + world.strangers * setting.prices[0]! : roundTo(world.shownBalance, setting.granularity);
      watcher.foreign = unannounced(world, setting);
      break;
    case 'mark':
      mark(world, index);
      break;
    case 'payments':
      if (bookListed(world, setting)) world.watchers[index] = idle();
      break;
    case 'ask-list':
      watcher.listSince = watchersPastBalance(world);
      watcher.list = world.orders.map(({ at }) => (at === 'open' || (setting.finalRecord && at !== 'none') ? at : null));
      break;
    case 'store-list':
      storeList(world, watcher, setting);
      break;
    case 'post':
      post(world, watcher, setting);
      world.watchers[index] = idle();
      break;
  }
}

/** The ledger's figure, charges younger than the declared lag added back. */
function figure(world: World, setting: Setting): number {
  return world.expected + world.orders.reduce((sum, order) => (isAddedBack(order, setting) ? sum + order.cost : sum), 0);
}

function isAddedBack(order: Order, setting: Setting): boolean {
  return order.young && setting.mutant !== 'lag-ignored';
}

/** From now on this watcher counts what it sees as seen since its balance. */
function mark(world: World, index: number): void {
  const others = ~(1 << index);
  for (const order of world.orders) {
    order.seen &= others;
    if (order.reading !== null) order.reading.since &= others;
  }
  for (const watcher of world.watchers) watcher.listSince &= others;
  world.watchers[index]!.marked = true;
}

function bookListed(world: World, setting: Setting): boolean {
  let news = false;
  for (const [index, topUp] of setting.topUps.entries()) {
    if (topUp.kind !== 'listed' || world.topUps[index] !== 'arrived') continue;
    world.topUps[index] = 'booked';
    world.expected += topUp.amount;
    news = true;
  }
  if (news && setting.mutant !== 'top-up-keeps-epoch') world.epoch += 1;
  return news;
}

function storeList(world: World, watcher: Watcher, setting: Setting): void {
  for (const [index, at] of watcher.list.entries()) {
    const order = world.orders[index]!;
    if (at === null) continue;
    if (order.row === null) adopt(world, index, at, setting);
    storeReading(world, order, at, watcher.listSince, setting);
  }
  watcher.list = [];
  watcher.listSince = 0;
}

/** Gives an unclaimed order to the attempt that bought it, where production's rule finds one (rule 8). */
function adopt(world: World, index: number, at: AtProvider, setting: Setting): void {
  const order = world.orders[index]!;
  const sent = world.orders.flatMap(({ reply, price }, id) => (reply === 'awaited' || reply === 'lost' ? [{ id, reply, price }] : []));
  if (order.rivals === 0) order.rivals = sent.reduce((bits, { id }) => bits | (1 << id), 0);
  const attempts = sent
    .filter(({ id }) => (order.rivals & (1 << id)) !== 0)
    .map(({ id, reply, price }) => ({
      ...PAIR,
      id: String(id),
      maxPrice: BigInt(price),
      state: 'unresolved' as const,
      sentAt: id,
      replyBy: reply === 'awaited' ? Infinity : 0,
    }));
  const isPriced = !setting.unknownPrices || at === 'open' || setting.finalRecord;
  const owner = ownerOf({ ...PAIR, price: isPriced ? BigInt(order.price) : null, firstSeenAt: Infinity }, attempts, NOW);
  if (owner.kind !== 'adopt') return;
  world.orders[Number(owner.attemptId)]!.reply = 'done';
  claim(world, order, setting);
}

/** All purchases are alike but for their price. */
const PAIR = { service: 'telegram', country: 'ID', operator: null };

/** The fenced transaction. Everything it decides is decided by production's rules. */
function post(world: World, watcher: Watcher, setting: Setting): void {
  const { mutant } = setting;
  if (mutant !== 'no-fence' && fenceOf(BigInt(watcher.epoch), { epoch: BigInt(world.epoch), frozen: world.frozen }) !== 'holds') return;
  const bit = 1 << world.watchers.indexOf(watcher);
  const before = copyOf(world);
  const pass = passOf(world, watcher, bit, setting);
  let verdict = judgePass(pass, proofState(world, NOW, CONFIRM_MS), NOW, TIMES);
  if (mutant === 'set-aside') {
    const excess = verdict.surplus - pass.possiblyEnded - pass.pending.reduce((sum, { cost }) => sum + cost, 0n);
    if (excess > 0n) {
      world.expected += Number(excess);
      verdict = judgePass({ ...pass, expected: pass.expected + excess }, proofState(world, NOW, CONFIRM_MS), NOW, TIMES);
    }
  }
  world.armed = verdict.state.armed;
  world.fall = verdict.state.fall;
  world.last = { observed: Number(pass.observed), expected: Number(pass.expected) };
  world.suspectAge = verdict.state.suspect === null ? null : verdict.state.suspect.at === NOW ? 0 : 1;
  const { unclaimed } = verdict.state;
  world.unclaimed =
    unclaimed?.lots.map(({ amount, since }) => ({
      amount: Number(amount),
      age: since < NOW ? 1 : 0,
    })) ?? null;
  if (verdict.freeze) {
    world.frozen = true;
    judgeFreeze(world, setting);
  }
  let posted = 0;
  for (const id of verdict.confirm) {
    const order = world.orders[Number(id)]!;
    if (order.row === null || !mayPostRefund({ status: order.row, hasSms: order.smsStored && mutant !== 'no-sms-check' })) continue;
    move(order, 'REFUNDED');
    world.expected += order.cost;
    if (order.client === 'pending') order.client = 'refunded';
    posted += 1;
  }
  if (voidsOthers({ confirmed: posted, wasArmed: before.armed })) world.epoch += 1;
  judgeConfirmation(before, world, watcher.foreign, setting);
}

function passOf(world: World, watcher: Watcher, bit: number, setting: Setting): ProofPass {
  const sign = setting.mutant === 'oldest-first' ? -1 : 1;
  let possiblyEnded = 0;
  const pending = [];
  for (const [index, order] of world.orders.entries()) {
    const cost = setting.mutant === 'later-orders-counted' ? order.cost : watcher.charged[index]!;
    if (order.row === 'REFUND_PENDING')
      pending.push({
        orderId: String(index),
        cost: BigInt(cost),
        agreedAt: order.agreed === 0 ? null : NOW - (order.overdue ? LONG : 0) + sign * order.agreed,
        unsureSince: NOW,
      });
    else if (order.row !== null && isUnsettled(order, bit)) possiblyEnded += cost;
  }
  return {
    expected: BigInt(watcher.expected),
    observed: BigInt(watcher.observed),
    granularity: BigInt(setting.mutant === 'rounding-ignored' ? 1 : setting.granularity),
    pending,
    possiblyEnded: BigInt(possiblyEnded),
  };
}

function isUnsettled(order: World['orders'][number], bit: number): boolean {
  return mayHaveEnded({
    status: order.row!,
    ended: order.ended,
    timeOver: order.timeOver,
    seenSinceBalance: (order.seen & bit) !== 0,
  });
}
