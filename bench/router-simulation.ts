/**
 * A discrete-event simulation of messages that are sent by carriers of known quality. Every router meets the same messages
 * with the same luck; what it learns, it learns when a carrier or a sender says it.
 */
import { meritOf } from '../src/domain/carrier-ranking.js';
import { WAIT } from '../src/domain/delivery-wait.js';
import { passesSoon, type Refusal } from '../src/domain/message.js';
import { type Dice, diceOf } from '../test/sim/dice.js';
import type { Place, RouterWorld } from './router-worlds.js';

/** What a send came to at once. */
export type Reply = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly reason: Refusal } | { readonly kind: 'ambiguous' };

/** A try of a message. */
export interface Try {
  readonly carrier: string;
  readonly place: Place;
  readonly at: number;
}

/** Decides who sends, and learns from what became of it. Times are seconds. */
export interface Router {
  /** Carriers in the order in which they are to be asked, at most four. */
  choose(place: Place, offered: readonly string[], now: number): string[];
  /** Seconds to wait for a receipt. */
  waitFor(carrier: string, place: Place, now: number): number;
  /** Whether the carrier may be asked at this moment. */
  admits(carrier: string, key: string, now: number): boolean;
  replied(tried: Try, key: string, reply: Reply, now: number): void;
  received(tried: Try, delivered: boolean, now: number): void;
  /** Its wait is over. @returns whether the next carrier is to be asked. */
  silent(tried: Try, now: number): boolean;
  /** Whether a busy carrier is asked again while nobody took the message, as production's workflow does. */
  readonly asksAgain: boolean;
  /** The sender's word on a message of which this try alone was said to be delivered. */
  reported(tried: Try, worked: boolean, now: number): void;
}

/** What a router's choices came to. */
export interface Reckoning {
  readonly messages: number;
  /** Merit that its first choices lost to the best ones, in messages: 1 is a message delivered. */
  readonly regret: number;
  /** Messages that did not arrive within their validity, by any try. */
  readonly failed: number;
  /** What all tries cost, micro units. */
  readonly cost: number;
  /** Copies that arrived beyond a message's first. */
  readonly duplicates: number;
  /** How often the first choice of a place was another one than before. */
  readonly changes: number;
  /** Seconds until messages arrived, in the mean. */
  readonly seconds: number;
  /** How often each carrier was chosen first. */
  readonly chosen: Readonly<Record<string, number>>;
}

/** A figure for a thousand messages, over several runs. */
export function meanOf(runs: readonly Reckoning[], of: (run: Reckoning) => number): number {
  return (1_000 * runs.reduce((sum, run) => sum + of(run), 0)) / runs.reduce((sum, { messages }) => sum + messages, 0);
}

/** The same in the run where it is the highest. */
export function worstOf(runs: readonly Reckoning[], of: (run: Reckoning) => number): number {
  return Math.max(...runs.map((run) => (1_000 * of(run)) / run.messages));
}

const VALIDITY_S = 600;
const MOST_TRIES = 4;
const MOST_ROUNDS = 5;
const LOST_AFTER_S = 15;
const ANSWER_S = 0.3;

/** How good a carrier truly is at a moment, as the oracle sees it. */
export function trueMerit(world: RouterWorld, id: string, place: Place, now: number): number {
  const hour = now / 3_600;
  const carrier = world.carriers[id]!;
  const prices = offeredAt(world, hour).map((one) => world.carriers[one]!.price);
  const open = (1 - (carrier.refuses?.(hour) ?? 0)) * (1 - (carrier.loses?.(hour) ?? 0));
  return meritOf(carrier.delivers(hour, place) * open, BigInt(carrier.price), BigInt(Math.min(...prices)), carrier.seconds(hour, place));
}

/** Carriers that exist at an hour. */
export function offeredAt(world: RouterWorld, hour: number): string[] {
  return Object.keys(world.carriers).filter((id) => hour >= (world.carriers[id]!.from ?? 0));
}

interface Luck {
  readonly refused: number;
  readonly lost: number;
  readonly lostArrived: boolean;
  readonly delivered: number;
  readonly normal: number;
  readonly told: number;
  readonly lie: number;
}

function luckOf(dice: Dice): Luck {
  const [refused, lost, arrived, delivered, told, lie] = [dice.next(), dice.next(), dice.next(), dice.next(), dice.next(), dice.next()];
  const normal = Math.sqrt(-2 * Math.log(1 - dice.next())) * Math.cos(2 * Math.PI * dice.next());
  return { refused, lost, lostArrived: arrived < 0.5, delivered, normal, told, lie };
}

/** Plays a world with a router. */
export function playRouter(world: RouterWorld, seed: number, make: (world: RouterWorld, dice: Dice) => Router): Reckoning {
  const router = make(world, diceOf(seed * 7_919 + 17));
  const events = new Events();
  const ids = Object.keys(world.carriers);
  const chosen: Record<string, number> = Object.fromEntries(ids.map((id) => [id, 0]));
  const firstAt = new Map<string, string>();
  const buckets = new Map(ids.map((id) => [id, { tokens: world.carriers[id]!.perSecond ?? Infinity, at: 0 }]));
  let [messages, regret, failed, cost, duplicates, changes, seconds, arrivals] = [0, 0, 0, 0, 0, 0, 0, 0];
  const arrivalsDice = diceOf(seed * 104_729 + 1);
  const end = world.hours * 3_600;
  for (let at = 0, index = 0; ; index += 1) {
    at += (-Math.log(1 - arrivalsDice.next()) * world.everySeconds) / (world.busy?.(at / 3_600) ?? 1);
    if (at >= end) break;
    const sent = index;
    events.at(at, () => message(sent));
  }
  events.run();
  return { messages, regret, failed, cost, duplicates, changes, seconds: seconds / Math.max(1, arrivals), chosen };

  /** Takes from a carrier's throughput, if something is left. */
  function mayPass(id: string, now: number, take: boolean): boolean {
    const perSecond = world.carriers[id]!.perSecond;
    if (perSecond === undefined) return true;
    const bucket = buckets.get(id)!;
    bucket.tokens = Math.min(perSecond, bucket.tokens + (now - bucket.at) * perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    if (take) bucket.tokens -= 1;
    return true;
  }

  function message(index: number): void {
    const now = events.now;
    const dice = diceOf(seed * 1_000_003 + index);
    const place = placeOf(world, dice.next());
    const person = dice.next();
    const reports = dice.next() < (world.feedback?.share ?? 0);
    const luck = new Map(ids.map((id) => [id, luckOf(dice)]));
    const offered = offeredAt(world, now / 3_600);
    const order = router.choose(place, offered, now).slice(0, MOST_TRIES);
    const refused: { readonly id: string; readonly reason: string }[] = [];
    const able = offered.filter((id) => mayPass(id, now, false));
    const first = order[0]!;
    const best = Math.max(...(able.length > 0 ? able : offered).map((id) => trueMerit(world, id, place, now)));
    // One who is at the limit of its throughput passes the message on at once: what counts is who takes it.
    const taker = able.length > 0 ? (order.find((id) => able.includes(id)) ?? first) : first;
    regret += best - trueMerit(world, taker, place, now);
    messages += 1;
    chosen[first]! += 1;
    const name = `${place.country}/${place.network ?? ''}`;
    if (firstAt.has(name) && firstAt.get(name) !== first) changes += 1;
    firstAt.set(name, first);

    const validUntil = now + VALIDITY_S;
    let copies = 0;
    let over = false;
    let next = 0;
    let round = 0;
    let taken = false;
    let saying = 0;
    let said: Try | null = null;
    let latest: Try | null = null;
    const answered = new Set<Try>();
    events.at(validUntil, () => {
      over = true;
      if (copies === 0) failed += 1;
      else duplicates += copies - 1;
    });
    ask();

    function ask(): void {
      const at = events.now;
      if (over || saying > 0) return;
      while (next < order.length) {
        const id = order[next++]!;
        const key = `${index}/${next}`;
        if (!router.admits(id, key, at)) {
          refused.push({ id, reason: 'circuit_open' });
          continue;
        }
        const reply = replyOf(id, at);
        const tried: Try = { carrier: id, place, at };
        taken = reply.kind !== 'refused';
        if (reply.kind === 'accepted') {
          router.replied(tried, key, reply, at + ANSWER_S);
          return accepted(tried, next >= order.length);
        }
        if (reply.kind === 'ambiguous') return ambiguous(tried, key, next >= order.length);
        router.replied(tried, key, reply, at + ANSWER_S);
        refused.push({ id, reason: reply.reason });
      }
      askOnceMore();
    }

    function askOnceMore(): void {
      if (!router.asksAgain || taken || over || round++ >= MOST_ROUNDS) return;
      order.push(...refused.splice(0).flatMap(({ id, reason }) => (passesSoon(reason) ? [id] : [])));
      if (next < order.length) events.at(events.now + 2 ** round, ask);
    }

    function replyOf(id: string, at: number): Reply {
      const carrier = world.carriers[id]!;
      const { refused, lost } = luck.get(id)!;
      if (refused < (carrier.refuses?.(at / 3_600) ?? 0)) return { kind: 'refused', reason: 'unavailable' };
      if (!mayPass(id, at, true)) return { kind: 'refused', reason: 'throttled' };
      if (lost < (carrier.loses?.(at / 3_600) ?? 0)) return { kind: 'ambiguous' };
      return { kind: 'accepted' };
    }

    /** Nobody knows whether it was taken; half of them were. */
    function ambiguous(tried: Try, key: string, last: boolean): void {
      events.at(tried.at + LOST_AFTER_S, () => {
        router.replied(tried, key, { kind: 'ambiguous' }, events.now);
        if (luck.get(tried.carrier)!.lostArrived) accepted(tried, last);
        else waitThenNext(tried, events.now, last);
      });
    }

    function accepted(tried: Try, last: boolean): void {
      const { at } = tried;
      const hour = at / 3_600;
      const carrier = world.carriers[tried.carrier]!;
      cost += carrier.price;
      const { delivered, normal, told, lie } = luck.get(tried.carrier)!;
      const took = carrier.seconds(hour, place) * Math.exp((carrier.spread ?? 0.4) * normal) * (world.slow?.(hour) ?? 1);
      const arrives = delivered < carrier.delivers(hour, place);
      if (arrives && at + took <= validUntil)
        events.at(Math.max(events.now, at + took), () => {
          copies += 1;
          if (copies > 1) return;
          seconds += at + took - now;
          arrivals += 1;
        });
      if (arrives) receipt(tried, true, took);
      else if (lie < (carrier.lies ?? 0)) receipt(tried, true, carrier.seconds(hour, place) * Math.exp((carrier.spread ?? 0.4) * normal));
      else if (told < (carrier.tells ?? 0.6)) receipt(tried, false, took);
      waitThenNext(tried, events.now, last);
    }

    function receipt(tried: Try, delivered: boolean, after: number): void {
      events.at(Math.max(events.now, tried.at + after), () => {
        if (delivered) {
          saying += 1;
          said = tried;
          if (saying === 1 && reports) events.at(events.now + 45, report);
        }
        router.received(tried, delivered, events.now);
        answered.add(tried);
        if (!delivered && latest === tried) ask();
      });
    }

    function report(): void {
      if (saying !== 1 || said === null) return;
      router.reported(said, copies > 0 && person < (world.feedback?.converts ?? 1), events.now);
    }

    /** Nobody is left after the last one: its silence is noted when the message is of no use any more. */
    function waitThenNext(tried: Try, from: number, last: boolean): void {
      latest = tried;
      const wait = last ? validUntil - from : Math.min(router.waitFor(tried.carrier, place, from), validUntil - from);
      events.at(from + wait, () => {
        if (saying > 0 || answered.has(tried) || latest !== tried) return;
        if (router.silent(tried, events.now)) ask();
        else waitAgain(tried);
      });
    }

    /** The silence is general: the message waits on, and looks again whether it still is. */
    function waitAgain(tried: Try): void {
      events.at(events.now + WAIT.unknown, () => {
        if (over || saying > 0 || answered.has(tried) || latest !== tried) return;
        if (router.silent(tried, events.now)) ask();
        else if (events.now + 15 < validUntil) waitAgain(tried);
      });
    }
  }
}

/** What is to happen, the earliest first; of the same moment, what was told first. */
class Events {
  now = 0;
  private count = 0;
  private readonly heap: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];

  at(at: number, run: () => void): void {
    const { heap } = this;
    let index = heap.push({ at, order: this.count++, run }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (before(heap[parent]!, heap[index]!)) break;
      [heap[parent], heap[index]] = [heap[index]!, heap[parent]!];
      index = parent;
    }
  }

  run(): void {
    for (let event = this.take(); event !== undefined; event = this.take()) {
      this.now = event.at;
      event.run();
    }
  }

  private take(): { readonly at: number; readonly run: () => void } | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let index = 0; ;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
      if (least === index) return first;
      [heap[least], heap[index]] = [heap[index]!, heap[least]!];
      index = least;
    }
  }
}

function before(a: { readonly at: number; readonly order: number }, b: { readonly at: number; readonly order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function placeOf(world: RouterWorld, die: number): Place {
  const all = world.places.reduce((sum, { share }) => sum + share, 0);
  let left = die * all;
  return world.places.find(({ share }) => (left -= share) < 0) ?? world.places.at(-1)!;
}
