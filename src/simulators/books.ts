import type { Journal } from './journal.js';
import { isQuiet } from './order.js';
import type { Movement, SimOrder, SimSms } from './order.js';

/** Something that happened of which hooks are told. */
export type Arrival = (order: SimOrder, sms: SimSms) => void;

/** The books of one simulator: its orders, and every movement of its balance. */
export interface Books {
  readonly balance: number;
  readonly orders: ReadonlyMap<number, SimOrder>;
  readonly movements: readonly Movement[];
  nextId(): number;
  add(order: SimOrder): void;
  /** To be called after every change to an order, so that it is journalled. */
  touch(order: SimOrder): void;
  move(kind: Movement['kind'], amount: number, orderId: number | null, at: number): void;
  /** What the balance was at a moment. */
  balanceAt(at: number): number;
  /** Lets everything happen that is due: SMS arrive, orders run out, refunds are paid. */
  advance(now: number): void;
  /** Journals what changed since the last call; to be called before a reply is sent. */
  commit(randomState: number): void;
  /** The next moment at which something is due; null if nothing is. */
  nextDueAt(): number | null;
  /** What is paid back when an unused order ends. */
  end(order: SimOrder, status: 'cancelled' | 'timed_out' | 'banned' | 'finished', at: number, refund: RefundPlan): void;
  reset(balance: number, at: number): void;
  close(): void;
}

export interface RefundPlan {
  /** Milliseconds until the money is back. */
  readonly delayMs: number;
  /** The record says refunded, the money stays. */
  readonly kept: boolean;
}

export interface BooksOptions {
  readonly journal: Journal | null;
  /** First id of fresh books. */
  readonly firstId: number;
  /** Balance of fresh books. */
  readonly balance: number;
  readonly now: number;
  readonly onArrival: Arrival;
  /** Called when an order runs out unused: how its refund is paid. */
  readonly onTimeout: (order: SimOrder, at: number) => RefundPlan;
  /** State of the randomness that was journalled, if any was. */
  readonly onRestore: (randomState: number) => void;
}

interface Line {
  readonly orders: readonly SimOrder[];
  readonly movements: readonly Movement[];
  readonly nextId: number;
  readonly random: number;
  /** Everything before this line is void. */
  readonly fresh?: true;
}

/** @see Books */
export function createBooks(options: BooksOptions): Books {
  const { journal } = options;
  const orders = new Map<number, SimOrder>();
  let movements: Movement[] = [];
  let balance = 0;
  let nextId = options.firstId;
  /** Orders to which something can still happen by itself. */
  const lively = new Set<SimOrder>();
  const changed = new Set<SimOrder>();
  let moved: Movement[] = [];
  let fresh = false;

  const touch = (order: SimOrder): void => {
    changed.add(order);
    if (isQuiet(order)) lively.delete(order);
    else lively.add(order);
  };
  const move: Books['move'] = (kind, amount, orderId, at) => {
    if (!Number.isSafeInteger(amount)) throw new RangeError('an amount is no whole number of micro units');
    balance += amount;
    const movement = { id: movements.length + 1, at, kind, amount, orderId, balanceAfter: balance };
    movements.push(movement);
    moved.push(movement);
  };
  const end: Books['end'] = (order, status, at, plan) => {
    order.status = status;
    order.endedAt = at;
    // What comes late comes all the same; what was only on its way is lost.
    order.planned = order.planned.filter((sms) => sms.late);
    if (status !== 'finished') {
      order.refund = plan.kept ? 'kept' : 'owed';
      order.refundDueAt = plan.kept ? null : at + plan.delayMs;
    }
    touch(order);
  };

  /** One thing that is due at `now`, earliest first; false if nothing is. */
  const step = (order: SimOrder, now: number): boolean => {
    const [sms] = order.planned;
    const smsAt = sms !== undefined && (order.status === 'open' || sms.late) ? sms.at : Infinity;
    const expiresAt = order.status === 'open' ? order.expiresAt : Infinity;
    const refundAt = order.refundDueAt ?? Infinity;
    const at = Math.min(smsAt, expiresAt, refundAt);
    if (at > now) return false;
    if (at === smsAt) {
      order.planned = order.planned.slice(1);
      order.sms = [...order.sms, sms!];
      if (sms!.charge && order.refund !== 'none') {
        if (order.refund === 'paid') move('take_back', -order.charged, order.id, at);
        order.refund = 'taken_back';
        order.refundDueAt = null;
      }
      touch(order);
      options.onArrival(order, sms!);
    } else if (at === refundAt) {
      order.refundDueAt = null;
      order.refund = 'paid';
      move('refund', order.charged, order.id, at);
      touch(order);
    } else {
      if (order.sms.length > 0) end(order, 'finished', at, { delayMs: 0, kept: false });
      else end(order, 'timed_out', at, options.onTimeout(order, at));
    }
    return true;
  };

  if (journal !== null) {
    for (const value of journal.lines) {
      const line = value as Line;
      if (line.fresh === true) {
        orders.clear();
        movements = [];
      }
      for (const order of line.orders) orders.set(order.id, order);
      movements.push(...line.movements);
      nextId = line.nextId;
      options.onRestore(line.random);
    }
    balance = movements.reduce((sum, movement) => sum + movement.amount, 0);
    for (const order of orders.values()) if (!isQuiet(order)) lively.add(order);
  }
  if (movements.length === 0) move('opening', options.balance, null, options.now);

  const books: Books = {
    get balance() {
      return balance;
    },
    orders,
    get movements() {
      return movements;
    },
    nextId: () => nextId++,
    add(order) {
      orders.set(order.id, order);
      touch(order);
    },
    touch,
    move,
    balanceAt: (at) => movements.findLast((movement) => movement.at <= at)?.balanceAfter ?? 0,
    advance(now) {
      for (const order of lively) while (step(order, now));
    },
    commit(randomState) {
      if (journal !== null && (changed.size > 0 || moved.length > 0 || fresh)) {
        const line: Line = { orders: [...changed], movements: moved, nextId, random: randomState, ...(fresh ? { fresh: true } : {}) };
        journal.append(line);
      }
      changed.clear();
      moved = [];
      fresh = false;
    },
    nextDueAt() {
      let due = Infinity;
      for (const order of lively) {
        const [sms] = order.planned;
        if (sms !== undefined && (order.status === 'open' || sms.late)) due = Math.min(due, sms.at);
        if (order.status === 'open') due = Math.min(due, order.expiresAt);
        if (order.refundDueAt !== null) due = Math.min(due, order.refundDueAt);
      }
      return due === Infinity ? null : due;
    },
    end,
    reset(opening, at) {
      orders.clear();
      lively.clear();
      changed.clear();
      movements = [];
      moved = [];
      balance = 0;
      fresh = true;
      move('opening', opening, null, at);
    },
    close: () => journal?.close(),
  };
  if (journal !== null && journal.lines.length > 1) {
    journal.compact({ orders: [...orders.values()], movements, nextId, random: (journal.lines.at(-1) as Line).random } satisfies Line);
    changed.clear();
    moved = [];
  }
  return books;
}
