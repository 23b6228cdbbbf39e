import { judgePass, type ProofState } from '../../src/domain/proof.js';
import { agreesToRefund, mayPostRefund } from '../../src/domain/refund-evidence.js';
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

/** What four days came to. Amounts are micro units. */
export interface FourDays {
  readonly order: 'youngest first' | 'oldest first';
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
  agreedAt: number | null;
  returnedAt: number | null;
  confirmedAt: number | null;
  pending: boolean;
  paidFromLoss: boolean;
}

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/**
 * Four days of a busy account at a provider that keeps a share of the refunds while its records say refunded: purchases at
 * random, most without SMS, refunds at once or late, replies lost for a while, a pass every 15 s whose steps take their
 * time. Who waits longer than a day is paid from `loss` and leaves the queue (rule 21).
 */
export function fourDays(options: {
  readonly seed: number;
  readonly keeps: number;
  readonly oldestFirst?: boolean;
  readonly everyMs?: number;
}): FourDays {
  const dice = diceOf(options.seed);
  const clock = agenda();
  const sales: Sale[] = [];
  let balance = 10_000_000_000n;
  let expected = balance;
  let returned = 0n;
  let confirmed = 0n;
  let epoch = 0;
  let state: ProofState = { armed: true, last: null, fall: null, suspect: null };
  const end = 4 * DAY;
  const exponential = (mean: number) => -Math.log(1 - dice.next()) * mean;
  const pending = new Set<Sale>();

  const buy = () => {
    const price = BigInt(50 + dice.below(1_450)) * 1_000n;
    const sale: Sale = {
      id: String(sales.length),
      price,
      kept: dice.chance(options.keeps),
      agreedAt: null,
      returnedAt: null,
      confirmedAt: null,
      pending: false,
      paidFromLoss: false,
    };
    sales.push(sale);
    balance -= price;
    // Most replies come within a second; one in a hundred is lost and its order is found by a sweep.
    const bookedIn = dice.chance(0.01) ? 15 * SECOND + dice.below(60 * SECOND) : 100 + dice.below(900);
    clock.in(bookedIn, () => (expected -= price));
    if (dice.chance(0.45)) return;
    const endsIn = bookedIn + (dice.chance(0.5) ? 120 * SECOND + dice.below(300 * SECOND) : 1_200 * SECOND);
    clock.in(endsIn, () => {
      if (!sale.kept) {
        const late = dice.chance(0.02) ? dice.below(1_800 * SECOND) : dice.below(2 * SECOND);
        clock.in(late, () => {
          balance += price;
          returned += price;
          sale.returnedAt = clock.now();
        });
      }
      clock.in(dice.below(3 * SECOND), () => {
        sale.pending = true;
        const record = { hasSms: false, settlement: 'unknown', finalRecord: false, cancelAccepted: true, timeOver: false } as const;
        if (agreesToRefund(record)) sale.agreedAt = clock.now();
        pending.add(sale);
        clock.in(DAY, () => (sale.paidFromLoss = sale.pending));
      });
    });
  };

  const nextPurchase = () => {
    if (clock.now() >= end) return;
    buy();
    clock.in(exponential(options.everyMs ?? 20 * SECOND), nextPurchase);
  };

  const pass = () => {
    const read = { epoch, expected };
    clock.in(200, () => {
      const observed = balance;
      clock.in(400, () => {
        if (read.epoch === epoch) conclude(read.expected, observed);
      });
    });
    if (clock.now() < end + DAY / 24) clock.in(15 * SECOND, pass);
  };

  const conclude = (expectedThen: bigint, observed: bigint) => {
    const sign = options.oldestFirst === true ? -1 : 1;
    const queue = [...pending].map((sale) => ({
      orderId: sale.id,
      cost: sale.price,
      agreedAt: sale.agreedAt === null || sale.paidFromLoss ? null : sign * sale.agreedAt,
    }));
    // Whatever is bought and not pending may have ended meanwhile; here only the order of confirmation is at stake.
    const possiblyEnded = 1_000_000_000_000n;
    const verdict = judgePass(
      { expected: expectedThen, observed, granularity: 1n, pending: queue, possiblyEnded },
      state,
      clock.now(),
      15_000,
    );
    state = verdict.state;
    for (const id of verdict.confirm) {
      const sale = sales[Number(id)]!;
      if (!mayPostRefund({ status: 'REFUND_PENDING', hasSms: false })) continue;
      pending.delete(sale);
      sale.pending = false;
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
    order: options.oldestFirst === true ? 'oldest first' : 'youngest first',
    purchases: sales.length,
    returned: returned.toString(),
    confirmed: confirmed.toString(),
    keptOrders: kept.length,
    keptButConfirmed: kept.filter(({ confirmedAt }) => confirmedAt !== null).length,
    days: [0, 1, 2, 3].map((day) => waitsOf(sales, day)),
  };
}

function waitsOf(sales: readonly Sale[], day: number): DayOfWaits {
  const honest = sales.filter(({ returnedAt }) => returnedAt !== null && Math.floor(returnedAt / DAY) === day);
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
