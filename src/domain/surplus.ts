/**
 * Whose is the surplus? A balance proves how much came back and never for which order. Whoever is confirmed with somebody
 * else's money leaves that somebody waiting for the grace, so money goes where amounts and times say that it belongs. Which
 * choice is made never touches safety: all of it together is no more than the surplus.
 */

/** Surplus that came in at one time and that nobody has been confirmed with. */
export interface Lot {
  /** Micro units, more than nothing. */
  readonly amount: bigint;
  /** When a pass first found it; ms. */
  readonly since: number;
}

/** What the passes until now left unclaimed. */
export interface Unclaimed {
  /** When the last of them was judged; ms. */
  readonly at: number;
  /** Oldest first. */
  readonly lots: readonly Lot[];
}

/** A refund whose own record agrees and whose price is known. */
export interface Claim {
  readonly orderId: string;
  readonly cost: bigint;
  readonly agreedAt: number;
}

/** How many passes ago, counted from the pass before, a refund may have agreed to be young. */
const YOUNG_PASSES = 3;
/** A lot that lay so many passes is not the money of an order that is only just ending. */
const SETTLED_PASSES = 2;
/** A lot that lay so many passes (20 minutes, the life of most numbers) goes to whoever fits. */
const RIPE_PASSES = 80;
/** More lots than this are not told apart: the two oldest become one, as old as the younger. */
const MOST_LOTS = 16;
/** An exact sum is looked for among so many of the youngest, in so many steps. */
const MOST_SUMMED = 24;
const MOST_STEPS = 2_000;

/**
 * Decides whom a surplus confirms (rule 17). Young are refunds that agreed a few passes ago at most:
 *
 * 1. the young whose sum is exactly what came in since the pass before, or all there is;
 * 2. whose price is exactly one lot: the young at once, the others once the lot has settled;
 * 3. the young that fit, youngest agreement first, but not with what is reserved;
 * 4. the others that fit into what lay unclaimed for 20 minutes, youngest agreement first.
 *
 * @param claims youngest agreement first.
 * @param reserved together, the orders that may have ended and whose own record does not agree yet.
 * @param passMs the least time between two passes.
 */
export function allot(
  claims: readonly Claim[],
  surplus: bigint,
  reserved: bigint,
  before: Unclaimed | null,
  now: number,
  passMs: number,
): { readonly confirm: readonly string[]; readonly unclaimed: Unclaimed } {
  const lots = lotsOf(before?.lots ?? [], surplus, now);
  const waiting = new Set(claims);
  const confirm: string[] = [];
  const isYoung = ({ agreedAt }: Claim) => before === null || agreedAt >= before.at - YOUNG_PASSES * passMs;
  const lay = (lot: Lot, passes: number) => now - lot.since >= passes * passMs;
  const grant = (claim: Claim) => {
    waiting.delete(claim);
    confirm.push(claim.orderId);
  };

  const young = claims.filter(isYoung);
  const explained = exactly(young, lots.at(-1)?.amount ?? 0n) ?? exactly(young, sumOf(lots));
  for (const claim of explained ?? []) {
    grant(claim);
    takeNewest(lots, claim.cost);
  }
  for (const claim of waiting) {
    const at = lots.findLastIndex(
      (lot) => lot.amount === claim.cost && (isYoung(claim) || (lay(lot, SETTLED_PASSES) && lot.amount <= sumOf(lots) - reserved)),
    );
    if (at < 0) continue;
    grant(claim);
    lots.splice(at, 1);
  }
  for (const claim of [...waiting].filter(isYoung)) {
    if (claim.cost > sumOf(lots) - reserved) continue;
    grant(claim);
    takeNewest(lots, claim.cost);
  }
  for (const claim of waiting) {
    if (isYoung(claim) || claim.cost > sumOf(lots.filter((lot) => lay(lot, RIPE_PASSES)))) continue;
    grant(claim);
    takeOldest(lots, claim.cost);
  }
  return { confirm, unclaimed: { at: now, lots: fewer(lots) } };
}

/** The lots that make up a surplus: what is more than before is new, what is less was the newest. */
function lotsOf(before: readonly Lot[], surplus: bigint, now: number): Lot[] {
  const lots = [...before];
  const total = sumOf(lots);
  const held = surplus > 0n ? surplus : 0n;
  if (held > total) lots.push({ amount: held - total, since: now });
  else takeNewest(lots, total - held);
  return lots;
}

function sumOf(lots: readonly Lot[]): bigint {
  return lots.reduce((sum, { amount }) => sum + amount, 0n);
}

function takeNewest(lots: Lot[], amount: bigint): void {
  for (let left = amount; left > 0n;) {
    const { amount: last, since } = lots.pop()!;
    if (last > left) lots.push({ amount: last - left, since });
    left -= last;
  }
}

function takeOldest(lots: Lot[], amount: bigint): void {
  for (let left = amount; left > 0n;) {
    const { amount: first, since } = lots.shift()!;
    if (first > left) lots.unshift({ amount: first - left, since });
    left -= first;
  }
}

function fewer(lots: readonly Lot[]): readonly Lot[] {
  if (lots.length <= MOST_LOTS) return lots;
  const old = lots.slice(0, lots.length - MOST_LOTS + 1);
  return [{ amount: sumOf(old), since: old.at(-1)!.since }, ...lots.slice(old.length)];
}

/** Claims that together cost exactly `sum`, the youngest first; null where none are found within a bounded search. */
function exactly(claims: readonly Claim[], sum: bigint): Claim[] | null {
  const among = claims.slice(0, MOST_SUMMED);
  const rest = among.map((_, index) => among.slice(index).reduce((all, { cost }) => all + cost, 0n));
  const found: Claim[] = [];
  let steps = 0;
  const look = (index: number, left: bigint): boolean => {
    if (left === 0n) return true;
    if (index === among.length || left < 0n || rest[index]! < left || (steps += 1) > MOST_STEPS) return false;
    found.push(among[index]!);
    if (look(index + 1, left - among[index]!.cost)) return true;
    found.pop();
    return look(index + 1, left);
  };
  return sum > 0n && look(0, sum) ? found : null;
}
