import { judgePass, type ProofState } from '../../src/domain/proof.js';
import { agreesToRefund, mayHaveEnded, mayPostRefund } from '../../src/domain/refund-evidence.js';
import { diceOf } from './dice.js';
import { Violation } from './oracle.js';

/** How long those waited whose money had really come back, by day. Seconds from then, and from the record's agreement, on. */
export interface DayOfWaits {
  readonly day: number;
  readonly refunds: number;
  readonly medianSeconds: number;
  readonly p95Seconds: number;
  readonly p99Seconds: number;
  /** Came back on this day and not confirmed after the whole run. */
  readonly neverConfirmed: number;
}

/** Production's rule; production's rule by a watcher that forgets what lay unclaimed; the oldest agreement first. */
export type Rule = 'whole' | 'forgetful' | 'oldest first';

/** What four days came to. Amounts are micro units. */
export interface FourDays {
  readonly rule: Rule;
  readonly purchases: number;
  readonly returned: string;
  readonly confirmed: string;
  readonly keptOrders: number;
  /** Orders that were confirmed though the provider kept their money: another's money was taken for theirs. */
  readonly keptButConfirmed: number;
  readonly days: readonly DayOfWaits[];
}

interface Sale {
  readonly id: string;
  readonly price: bigint;
  readonly kept: boolean;
  /** What our row says: nothing before it is booked. */
  row: 'none' | 'open' | 'pending' | 'settled' | 'paid from loss';
  /** The provider has ended it. */
  ended: boolean;
  endedAt: number | null;
  deadline: number;
  agreedAt: number | null;
  returnedAt: number | null;
  confirmedAt: number | null;
}

/** How a provider and its clients behave; shares between 0 and 1. */
export interface Habits {
  readonly seed: number;
  /** Refunds that the provider keeps while its record says refunded. */
  readonly keeps: number;
  /** Refunds that come up to half an hour late. */
  readonly late?: number;
  /** Replies that are lost, so that a sweep finds the order. */
  readonly lost?: number;
  /** Orders that the provider ends before their time. */
  readonly drops?: number;
  /** How many different prices there are. */
  readonly prices?: number;
  /** Between two purchases, in the mean; ms. */
  readonly everyMs?: number;
  readonly rule?: Rule;
}

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const LIFETIME = 1_200 * SECOND;
const TIMES = { freezeConfirmMs: 15 * SECOND, balanceMs: 15 * SECOND };

/**
 * Four days of a busy account at a provider that keeps a share of the refunds while its records say refunded: purchases at
 * random, most without SMS, refunds at once or late, replies lost for a while, a pass every 15 s whose steps take their
 * time. A record agrees within 3 s of a cancel or the deadline; that of an order which the provider ended early agrees when
 * the sweeps have missed it, or at its deadline. Who waits longer than a day is paid from `loss` and leaves the queue (rule 21).
 *
 * @throws Violation if more is confirmed than came back, or the proof suspects money that nobody announced.
 */
export function fourDays(habits: Habits): FourDays {
  const { seed, keeps, late = 0.02, lost = 0.01, drops = 0.03, prices = 1_450, everyMs = 20 * SECOND, rule = 'whole' } = habits;
  const dice = diceOf(seed);
  const clock = agenda();
  const sales: Sale[] = [];
  let balance = 10_000_000_000n;
  let expected = balance;
  let returned = 0n;
  let confirmed = 0n;
  let epoch = 0;
  let state: ProofState = { armed: true, last: null, fall: null, suspect: null, unclaimed: null };
  const end = 4 * DAY;
  const exponential = (mean: number) => -Math.log(1 - dice.next()) * mean;
  const live = new Set<Sale>();

  const buy = () => {
    const price = BigInt(50 + Math.floor((dice.below(prices) * 1_450) / prices)) * 1_000n;
    const sale: Sale = {
      id: String(sales.length),
      price,
      kept: dice.chance(keeps),
      row: 'none',
      ended: false,
      endedAt: null,
      deadline: clock.now() + LIFETIME,
      agreedAt: null,
      returnedAt: null,
      confirmedAt: null,
    };
    sales.push(sale);
    balance -= price;
    // Most replies come within a second; the order of a lost one is found by a sweep.
    const bookedIn = dice.chance(lost) ? 15 * SECOND + dice.below(60 * SECOND) : 100 + dice.below(900);
    clock.in(bookedIn, () => {
      expected -= price;
      sale.row = 'open';
      live.add(sale);
    });
    if (dice.chance(0.45)) {
      clock.in(bookedIn + dice.below(LIFETIME - 75 * SECOND), () => settle(sale));
      return;
    }
    const dropped = dice.chance(drops);
    const cancelled = dice.chance(0.5);
    const endsIn = dropped
      ? bookedIn + dice.below(LIFETIME - 75 * SECOND)
      : cancelled
        ? bookedIn + (120 + dice.below(300)) * SECOND
        : LIFETIME;
    clock.in(endsIn, () => (sale.ended = true));
    if (!sale.kept) clock.in(endsIn + (dice.chance(late) ? dice.below(1_800 * SECOND) : dice.below(2 * SECOND)), () => giveBack(sale));
    if (!dropped) clock.in(endsIn + dice.below(3 * SECOND), () => read(sale, cancelled));
    else if (dice.chance(0.5)) clock.in(endsIn + (30 + dice.below(60)) * SECOND, () => read(sale, true));
    else {
      clock.in(endsIn + (30 + dice.below(60)) * SECOND, () => read(sale, false));
      clock.in(Math.max(LIFETIME, endsIn + 91 * SECOND), () => read(sale, false));
    }
  };

  const giveBack = (sale: Sale) => {
    balance += sale.price;
    returned += sale.price;
    sale.returnedAt = clock.now();
  };

  const settle = (sale: Sale) => {
    sale.row = 'settled';
    live.delete(sale);
  };

  /** The order's record is read after its end; `tells` where it says more than that the order is over. */
  const read = (sale: Sale, tells: boolean) => {
    if (sale.row === 'open') {
      sale.row = 'pending';
      sale.endedAt = clock.now();
      clock.in(DAY, () => {
        if (sale.row === 'pending') sale.row = 'paid from loss';
      });
    }
    const record = { hasSms: false, settlement: 'unknown', finalRecord: false, cancelAccepted: tells } as const;
    if (agreesToRefund({ ...record, timeOver: clock.now() >= sale.deadline })) sale.agreedAt ??= clock.now();
  };

  const nextPurchase = () => {
    if (clock.now() >= end) return;
    buy();
    clock.in(exponential(everyMs), nextPurchase);
  };

  const pass = () => {
    const ledger = { epoch, expected };
    clock.in(200, () => {
      const observed = balance;
      clock.in(200, () => {
        const alive = new Set([...live].filter((sale) => !sale.ended));
        clock.in(200, () => {
          if (ledger.epoch === epoch) conclude(ledger.expected, observed, alive);
          if (clock.now() < end + DAY / 24) clock.in(TIMES.balanceMs, pass);
        });
      });
    });
  };

  const conclude = (expectedThen: bigint, observed: bigint, alive: ReadonlySet<Sale>) => {
    const sign = rule === 'oldest first' ? -1 : 1;
    const queue = [];
    let possiblyEnded = 0n;
    for (const sale of live) {
      if (sale.row === 'open') {
        const order = { status: 'OPEN', ended: false, timeOver: clock.now() >= sale.deadline, seenSinceBalance: alive.has(sale) } as const;
        if (mayHaveEnded(order)) possiblyEnded += sale.price;
        continue;
      }
      const waits = sale.row === 'pending';
      queue.push({
        orderId: sale.id,
        cost: sale.price,
        agreedAt: waits && sale.agreedAt !== null ? sign * sale.agreedAt : null,
        unsureSince: waits ? sale.endedAt : null,
      });
    }
    const verdict = judgePass(
      { expected: expectedThen, observed, granularity: 1n, pending: queue, possiblyEnded },
      rule === 'whole' ? state : { ...state, unclaimed: null },
      clock.now(),
      TIMES,
    );
    if (verdict.state.suspect !== null) throw new Violation(`a surplus of ${verdict.surplus} is suspected though only refunds came in`);
    state = verdict.state;
    for (const id of verdict.confirm) {
      const sale = sales[Number(id)]!;
      if (!mayPostRefund({ status: 'REFUND_PENDING', hasSms: false })) continue;
      settle(sale);
      sale.confirmedAt = clock.now();
      expected += sale.price;
      confirmed += sale.price;
    }
    if (verdict.confirm.length > 0) epoch += 1;
    if (confirmed > returned) throw new Violation(`${confirmed} confirmed, ${returned} returned`);
  };

  clock.in(0, nextPurchase);
  clock.in(0, pass);
  clock.run();
  const kept = sales.filter(({ kept: isKept, agreedAt }) => isKept && agreedAt !== null);
  return {
    rule,
    purchases: sales.length,
    returned: returned.toString(),
    confirmed: confirmed.toString(),
    keptOrders: kept.length,
    keptButConfirmed: kept.filter(({ confirmedAt }) => confirmedAt !== null).length,
    days: [0, 1, 2, 3].map((day) => waitsOf(sales, day)),
  };
}

function waitsOf(sales: readonly Sale[], day: number): DayOfWaits {
  const honest = sales.filter(
    ({ returnedAt, agreedAt }) => returnedAt !== null && agreedAt !== null && Math.floor(returnedAt / DAY) === day,
  );
  // Who was never confirmed waited until paid from loss.
  const waits = honest
    .map(({ confirmedAt, returnedAt, agreedAt }) => (confirmedAt === null ? DAY : confirmedAt - Math.max(returnedAt!, agreedAt!)))
    .toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.max(0, Math.round((waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0) / 100) / 10);
  return {
    day: day + 1,
    refunds: waits.length,
    medianSeconds: at(0.5),
    p95Seconds: at(0.95),
    p99Seconds: at(0.99),
    neverConfirmed: honest.filter(({ confirmedAt }) => confirmedAt === null).length,
  };
}

/** Things to do at their time, in simulated milliseconds; what is due at once is done in the order of asking. */
function agenda() {
  const heap: { at: number; seq: number; work: () => void }[] = [];
  let now = 0;
  let seq = 0;
  const isBefore = (a: number, b: number) => heap[a]!.at < heap[b]!.at || (heap[a]!.at === heap[b]!.at && heap[a]!.seq < heap[b]!.seq);
  const swap = (a: number, b: number) => {
    const kept = heap[a]!;
    heap[a] = heap[b]!;
    heap[b] = kept;
  };
  const sink = () => {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const least = left + 1 < heap.length && isBefore(left + 1, left) ? left + 1 : left;
      if (!isBefore(least, at)) return;
      swap(at, least);
      at = least;
    }
  };
  return {
    now: () => now,
    in: (delay: number, work: () => void) => {
      heap.push({ at: now + delay, seq: seq++, work });
      for (let at = heap.length - 1; at > 0 && isBefore(at, (at - 1) >> 1); at = (at - 1) >> 1) swap(at, (at - 1) >> 1);
    },
    run: () => {
      while (heap.length > 0) {
        const next = heap[0]!;
        const last = heap.pop()!;
        if (heap.length > 0) {
          heap[0] = last;
          sink();
        }
        now = next.at;
        next.work();
      }
    },
  };
}
