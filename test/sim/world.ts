import type { OrderStatus } from '../../src/domain/order.js';
import type { ProofState } from '../../src/domain/proof.js';
import { openingFigure } from '../../src/domain/proof.js';
import type { Setting } from './setting.js';

/** The provider's truth about an order. */
export type AtProvider = 'none' | 'open' | 'ended' | 'sold';

/** A record of the order that was read and not yet stored. */
export interface Reading {
  readonly at: AtProvider;
  /** Bit by watcher: its balance had been read before this reading was asked for. */
  since: number;
}

/** One order: what is true at the provider, and what we know. */
export interface Order {
  readonly price: number;
  at: AtProvider;
  money: 'charged' | 'returned' | 'kept';
  /** The shown balance has had the charge in it. */
  shown: boolean;
  /** What became of the attempt that bought it; awaited or lost, it may adopt this order or one like it. */
  reply: 'none' | 'awaited' | 'lost' | 'done';
  /** Bits of the attempts that had been sent when a list first showed it unclaimed; 0 before that. */
  rivals: number;
  row: OrderStatus | null;
  cost: number;
  costKnown: boolean;
  /** The charge was posted less than the declared lag ago. */
  young: boolean;
  /** Rank of the record's agreement; 0 while it does not agree. */
  agreed: number;
  /** It agreed so long ago that it is not young any more. */
  overdue: boolean;
  ended: boolean;
  cancelAccepted: boolean;
  timeOver: boolean;
  smsStored: boolean;
  client: 'none' | 'waiting' | 'pending' | 'received' | 'refunded';
  reading: Reading | null;
  /** Bit by watcher: seen since its balance was read. */
  seen: number;
}

/** A watcher in the middle of a pass. */
export interface Watcher {
  step: number;
  expected: number;
  epoch: number;
  observed: number;
  /** What the figure holds of each order's charge: nothing of what was booked later, or is added back. */
  charged: readonly number[];
  /** Ghost: the unannounced money that the balance held when it was read. */
  foreign: number;
  /** This pass has read its balance: what is asked for from now on counts as seen since. */
  marked: boolean;
  list: readonly (AtProvider | null)[];
  /** Which watchers' balances had been read before the list was asked for, by bit. */
  listSince: number;
}

/** Everything at one instant. */
export interface World {
  balance: number;
  shownBalance: number;
  strangers: number;
  expected: number;
  epoch: number;
  frozen: boolean;
  armed: boolean;
  fall: { observed: bigint; expected: bigint } | null;
  last: { observed: number; expected: number } | null;
  /** How old the suspicion is: 1 once two passes may agree on it. */
  suspectAge: 0 | 1 | null;
  /** Surplus that nobody was confirmed with, oldest first; age 1 has lain long enough for whoever fits. Null before the first pass that could confirm. */
  unclaimed: readonly { readonly amount: number; readonly age: 0 | 1 }[] | null;
  topUps: ('no' | 'declared' | 'arrived' | 'booked')[];
  orders: Order[];
  watchers: Watcher[];
  agreements: number;
}

const IDLE: Watcher = { step: 0, expected: 0, epoch: 0, observed: 0, charged: [], foreign: 0, marked: false, list: [], listSince: 0 };

/** The world just after the books were opened. */
export function beginning(setting: Setting): World {
  const { opening, granularity } = setting;
  const shown = roundTo(opening, granularity);
  const expected =
    setting.mutant === 'opening-rounded-down'
      ? shown - Math.floor(granularity / 2)
      : Number(openingFigure(BigInt(shown), BigInt(setting.mutant === 'rounding-ignored' ? 1 : granularity)));
  return {
    balance: opening,
    shownBalance: opening,
    strangers: 0,
    expected,
    epoch: 1,
    frozen: false,
    armed: setting.armed || setting.mutant === 'no-arming',
    fall: null,
    last: null,
    suspectAge: null,
    unclaimed: null,
    topUps: setting.topUps.map(() => 'no'),
    orders: setting.prices.map((price) => ({
      price,
      at: 'none',
      money: 'charged',
      shown: false,
      reply: 'none',
      rivals: 0,
      row: null,
      cost: 0,
      costKnown: false,
      young: false,
      agreed: 0,
      overdue: false,
      ended: false,
      cancelAccepted: false,
      timeOver: false,
      smsStored: false,
      client: 'none',
      reading: null,
      seen: 0,
    })),
    watchers: Array.from({ length: setting.watchers }, idle),
    agreements: 0,
  };
}

/** A watcher that begins again. */
export function idle(): Watcher {
  return { ...IDLE };
}

/** Half up, to the shown step. */
export function roundTo(amount: number, granularity: number): number {
  return Math.floor((amount + granularity / 2) / granularity) * granularity;
}

/** A copy to change. */
export function copyOf(world: World): World {
  return {
    ...world,
    topUps: [...world.topUps],
    orders: world.orders.map((order) => ({ ...order, reading: order.reading === null ? null : { ...order.reading } })),
    watchers: world.watchers.map((watcher) => ({ ...watcher })),
  };
}

/** Longer ago than any age that the rules tell apart. */
export const LONG = 1_000_000_000;

/** The proof's state in production's own terms. A suspicion of age 1 lies one confirmation time back. */
export function proofState(world: World, now: number, confirmMs: number): ProofState {
  const lots = world.unclaimed?.map(({ amount, age }) => ({ amount: BigInt(amount), since: now - age * LONG }));
  return {
    armed: world.armed,
    fall: world.fall,
    last: world.last === null ? null : { observed: BigInt(world.last.observed), expected: BigInt(world.last.expected) },
    suspect: world.suspectAge === null ? null : { at: now - world.suspectAge * confirmMs, surplus: 0n },
    unclaimed: lots === undefined ? null : { at: now, lots },
  };
}

/** Two worlds with the same key have the same futures. */
export function keyOf(world: World): string {
  const { orders, watchers } = world;
  const ranks = orders.map(({ agreed }) => agreed).toSorted((a, b) => a - b);
  const parts: (string | number)[] = [
    world.balance,
    world.shownBalance,
    world.strangers,
    world.expected,
    Number(world.frozen),
    Number(world.armed),
    world.suspectAge ?? '-',
    world.topUps.join(''),
    world.unclaimed === null ? '-' : world.unclaimed.map(({ amount, age }) => `${amount}${age === 0 ? 'n' : 'o'}`).join(''),
  ];
  if (!world.armed)
    parts.push(
      world.fall === null ? '-' : `${world.fall.observed}/${world.fall.expected}`,
      world.last === null ? '-' : `${world.last.observed}/${world.last.expected}`,
    );
  for (const o of orders) {
    parts.push(
      `${o.at}${o.money}${o.reply}${o.row}${o.client}${o.cost}${Number(o.costKnown)}${Number(o.young)}${Number(o.shown)}${Number(o.ended)}` +
        `${Number(o.cancelAccepted)}${Number(o.timeOver)}${Number(o.smsStored)}${Number(o.overdue)}${o.rivals}.${o.agreed === 0 ? 0 : ranks.indexOf(o.agreed) + 1}.${o.seen}` +
        `.${o.reading === null ? '' : o.reading.at + o.reading.since}`,
    );
  }
  for (const w of watchers) {
    if (w.step === 0) parts.push('i');
    else
      parts.push(
        `${w.step}.${w.expected}.${world.epoch - w.epoch}.${w.observed}.${Number(w.marked)}.${w.charged.join()}.${w.list.join()}.${w.listSince}`,
      );
  }
  return parts.join('|');
}

/** 53 bits of a key: few enough for a set of numbers, enough for millions of states. */
export function hashOf(key: string): number {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 15;
  }
  return (a >>> 0) * 0x20_0000 + ((b >>> 0) & 0x1f_ffff);
}
