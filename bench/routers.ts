/** The routers that `npm run bench:router` compares. */
import { admit, type Circuit, CLOSED } from '../src/domain/circuit.js';
import { reactToSend, signalOfSend } from '../src/domain/carrier-circuit.js';
import { CARRIER_EXPERIENCE } from '../src/domain/carrier-experience.js';
import { meritOf, rankCarriers, type RouteOffer } from '../src/domain/carrier-ranking.js';
import { GENERAL, isSilenceGeneral, receiptWaitSeconds, WAIT } from '../src/domain/delivery-wait.js';
import { NOTHING_TOLD, type Reports, type Told } from '../src/domain/receipt-worth.js';
import { hopeOf } from '../src/domain/scoring.js';
import type { Dice } from '../test/sim/dice.js';
import { type Reply, type Router, trueMerit, type Try } from './router-simulation.js';
import type { Place, RouterWorld } from './router-worlds.js';

abstract class Baseline implements Router {
  readonly asksAgain = false;
  abstract choose(place: Place, offered: readonly string[], now: number): string[];
  waitFor(_carrier: string, _place: Place, _now: number): number {
    return WAIT.unknown;
  }
  admits(): boolean {
    return true;
  }
  replied(_tried: Try, _key: string, reply: { readonly kind: string }): void {
    if (reply.kind !== 'accepted') this.learn(_tried, false, null);
  }
  received(tried: Try, delivered: boolean, now: number): void {
    this.learn(tried, delivered, now - tried.at);
  }
  silent(tried: Try): boolean {
    this.learn(tried, false, null);
    return true;
  }
  reported(): void {}
  protected learn(_tried: Try, _delivered: boolean, _seconds: number | null): void {}
}

class RoundRobin extends Baseline {
  private turn = 0;
  choose(_place: Place, offered: readonly string[]): string[] {
    const from = this.turn++ % offered.length;
    return [...offered.slice(from), ...offered.slice(0, from)];
  }
}

class Oracle extends Baseline {
  private readonly world: RouterWorld;
  constructor(world: RouterWorld) {
    super();
    this.world = world;
  }
  choose(place: Place, offered: readonly string[], now: number): string[] {
    return offered.toSorted((a, b) => trueMerit(this.world, b, place, now) - trueMerit(this.world, a, place, now));
  }
  override waitFor(id: string, place: Place, now: number): number {
    const carrier = this.world.carriers[id]!;
    const slow = this.world.slow?.(now / 3_600) ?? 1;
    const p95 = carrier.seconds(now / 3_600, place) * Math.exp(1.645 * (carrier.spread ?? 0.4)) * slow;
    return receiptWaitSeconds({ p95Seconds: p95, samples: WAIT.enough });
  }
}

/** How one adapter does. */
interface Score {
  /** Newest last. */
  readonly outcomes: { readonly delivered: boolean; readonly seconds: number | null }[];
  delivered: number;
  seconds: number;
  timed: number;
}

/**
 * seeds/001: a score in real time of success rate, latency and cost; the best one sends, and the next where it is down. What
 * the seed leaves open is decided in its favour: an adapter that was not tried yet has a full score, and price and time are
 * weighed as production weighs them.
 */
class Greedy extends Baseline {
  private readonly known = new Map<string, Score>();
  private readonly world: RouterWorld;
  private readonly newest: number;
  private readonly byPlace: boolean;
  constructor(world: RouterWorld, newest: number, byPlace: boolean) {
    super();
    this.world = world;
    this.newest = newest;
    this.byPlace = byPlace;
  }
  choose(place: Place, offered: readonly string[]): string[] {
    const prices = offered.map((id) => this.world.carriers[id]!.price);
    const scores = new Map(
      offered.map((id) => {
        const { outcomes, delivered, seconds, timed } = this.of(id, place);
        const rate = outcomes.length === 0 ? 1 : delivered / outcomes.length;
        return [id, meritOf(rate, BigInt(this.world.carriers[id]!.price), BigInt(Math.min(...prices)), timed === 0 ? 0 : seconds / timed)];
      }),
    );
    return offered.toSorted((a, b) => scores.get(b)! - scores.get(a)!);
  }
  protected override learn(tried: Try, delivered: boolean, seconds: number | null): void {
    const score = this.of(tried.carrier, tried.place);
    score.outcomes.push({ delivered, seconds });
    count(score, { delivered, seconds }, 1);
    if (score.outcomes.length > this.newest) count(score, score.outcomes.shift()!, -1);
  }
  private of(id: string, { country, network }: Place): Score {
    const name = this.byPlace ? `${id}/${country}/${network ?? ''}` : id;
    let known = this.known.get(name);
    if (known === undefined) this.known.set(name, (known = { outcomes: [], delivered: 0, seconds: 0, timed: 0 }));
    return known;
  }
}

function count(score: Score, outcome: Score['outcomes'][number], sign: 1 | -1): void {
  if (!outcome.delivered) return;
  score.delivered += sign;
  if (outcome.seconds === null) return;
  score.seconds += sign * outcome.seconds;
  score.timed += sign;
}

type Kind = keyof Told;

interface Row {
  readonly carrier: string;
  readonly at: number;
  readonly country: string;
  readonly network: string;
  kind: Kind;
  seconds: number | null;
  overdue: boolean;
  excused: boolean;
}

function noSums(): Record<Kind, number> {
  return { delivered: 0, failed: 0, denied: 0, worked: 0 };
}

/** The newest outcomes of a group, fading: what the statements of src/db/carrier-evidence.ts read. */
class Newest {
  private readonly rows: Row[] = [];
  private head = 0;
  private version = 0;
  private readonly read = new Map<string, { version: number; at: number; sums: Told[] }>();
  private timesAt = -Infinity;
  private times: { median: number | null; p95: number | null; samples: number } = { median: null, p95: null, samples: 0 };
  private readonly newest: number;
  private readonly halfLife: number;

  constructor(newest = sum(CARRIER_EXPERIENCE.parts), halfLife = CARRIER_EXPERIENCE.halfLifeSeconds) {
    this.newest = newest;
    this.halfLife = halfLife;
  }

  add(row: Row): void {
    this.rows.push(row);
    // What was excused counts nothing, so more than is read is kept.
    if (this.rows.length - this.head > 4 * this.newest) this.head += 1;
    this.changed();
  }

  /** A row has changed. */
  changed(): void {
    this.version += 1;
  }

  /** Sums by parts, the newest first. */
  parts(now: number): Told[] {
    return this.faded('parts', now, () => {
      const parts: Record<Kind, number>[] = [];
      let part = noSums();
      let ends = 0;
      let size = 0;
      for (let index = this.rows.length - 1, rank = 0; index >= this.head && rank < this.newest; index -= 1) {
        const row = this.rows[index]!;
        if (row.excused) continue;
        if (rank++ >= ends) {
          parts.push((part = noSums()));
          ends += CARRIER_EXPERIENCE.parts[size++] ?? Infinity;
        }
        part[row.kind] += Math.exp((Math.LN2 * (row.at - now)) / this.halfLife);
      }
      return parts;
    });
  }

  /** The sum of those that a filter lets through, which `name` stands for. */
  sum(name: string, now: number, which: (row: Row) => boolean, newest = this.newest): Told {
    const [told] = this.faded(name, now, () => {
      const sums = noSums();
      for (let index = this.rows.length - 1, rank = 0; index >= this.head && rank < newest; index -= 1) {
        const row = this.rows[index]!;
        if (row.excused) continue;
        rank += 1;
        if (which(row)) sums[row.kind] += Math.exp((Math.LN2 * (row.at - now)) / this.halfLife);
      }
      return [sums];
    });
    return told!;
  }

  /** Times to the receipt, looked at again after a while. */
  receipts(now: number): { readonly median: number | null; readonly p95: number | null; readonly samples: number } {
    if (now - this.timesAt < 300) return this.times;
    this.timesAt = now;
    const seconds: number[] = [];
    for (let index = this.rows.length - 1; index >= this.head && seconds.length < CARRIER_EXPERIENCE.receipts; index -= 1) {
      const row = this.rows[index]!;
      if (row.seconds !== null && !row.excused) seconds.push(row.seconds);
    }
    seconds.sort((a, b) => a - b);
    const at = (share: number) => (seconds.length === 0 ? null : seconds[Math.floor(share * (seconds.length - 1))]!);
    this.times = { median: at(0.5), p95: at(0.95), samples: seconds.length };
    return this.times;
  }

  latest(count: number): Row[] {
    return this.rows.slice(Math.max(this.head, this.rows.length - count));
  }

  /** What was summed before only fades, until something is told. */
  private faded(name: string, now: number, sum: () => Told[]): Told[] {
    let known = this.read.get(name);
    if (known?.version !== this.version) this.read.set(name, (known = { version: this.version, at: now, sums: sum() }));
    if (known.at === now) return known.sums;
    const left = Math.exp((Math.LN2 * (known.at - now)) / this.halfLife);
    return known.sums.map(({ delivered, failed, denied, worked }) => ({
      delivered: delivered * left,
      failed: failed * left,
      denied: denied * left,
      worked: worked * left,
    }));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function reportsOf({ worked, denied }: Told): Reports {
  return { confirmed: worked, denied };
}

interface Known {
  readonly overall: Newest;
  readonly reports: Newest;
  readonly countries: Map<string, Newest>;
  readonly networks: Map<string, Newest>;
}

/** Production: the pure functions, and a store that reads as the database does. */
export class Production implements Router {
  readonly asksAgain = true;
  private readonly known = new Map<string, Known>();
  private readonly circuits = new Map<string, Circuit>();
  private readonly rows = new Map<Try, Row>();
  private readonly waits = new Map<Try, number>();
  /** When it was seen last that everybody is slow, by country. */
  private readonly slowAt = new Map<string, number>();

  private readonly world: RouterWorld;
  private readonly dice: Dice;
  constructor(world: RouterWorld, dice: Dice) {
    this.world = world;
    this.dice = dice;
    for (const id of Object.keys(world.carriers))
      this.known.set(id, {
        overall: new Newest(CARRIER_EXPERIENCE.broad),
        reports: new Newest(CARRIER_EXPERIENCE.reports.newest, CARRIER_EXPERIENCE.reports.halfLifeSeconds),
        countries: new Map(),
        networks: new Map(),
      });
  }

  choose(place: Place, offered: readonly string[], now: number): string[] {
    const ranked = rankCarriers(
      offered.map((id) => this.offer(id, place, now)),
      { segments: 1, markup: { basisPoints: 0, fixed: 0n }, ceiling: null, limit: 4, hope: this.hope() },
    );
    return ranked.map(({ carrier }) => carrier);
  }

  protected hope(): number {
    return hopeOf(this.dice.next());
  }

  protected offer(id: string, { country, network }: Place, now: number): RouteOffer {
    const { overall, reports } = this.known.get(id)!;
    const here = this.country(id, country);
    const exact = (network === null ? here : this.network(id, country, network)).parts(now);
    const own = reports.sum(country, now, (row) => row.country === country);
    const others = reports.sum(`not ${country}`, now, (row) => row.country !== country);
    const circuit = this.circuits.get(id);
    return {
      carrier: id,
      network,
      price: BigInt(this.world.carriers[id]!.price),
      rateMicros: 1_000_000n,
      evidence: {
        carrier: overall.sum(country, now, (row) => row.country !== country),
        country: network === null ? NOTHING_TOLD : here.sum(network, now, (row) => row.network !== network, CARRIER_EXPERIENCE.broad),
        network: exact,
      },
      claims: { here: reportsOf(own), elsewhere: reportsOf(others) },
      medianSeconds: here.receipts(now).median,
      queueSeconds: 0,
      rest: circuit !== undefined && circuit.openUntil !== null && circuit.openUntil > now * 1_000 ? 'circuit' : null,
    };
  }

  waitFor(carrier: string, { country }: Place, now: number): number {
    const { p95, samples } = this.country(carrier, country).receipts(now);
    return receiptWaitSeconds({ p95Seconds: p95, samples });
  }

  admits(carrier: string, key: string, now: number): boolean {
    const admitted = admit(this.circuits.get(carrier) ?? CLOSED, key, now * 1_000, 25_000);
    if (admitted !== null) this.circuits.set(carrier, admitted);
    return admitted !== null;
  }

  replied(tried: Try, key: string, reply: Reply, now: number): void {
    const { carrier, place } = tried;
    this.waits.set(tried, this.waitFor(carrier, place, now));
    const signal = signalOfSend(reply.kind === 'ambiguous' ? { kind: 'ambiguous', why: 'timeout' } : reply);
    const others = [...this.known.keys()].filter((id) => id !== carrier).map((id) => this.circuits.get(id) ?? CLOSED);
    const heard = others.map(({ faults, countedAt }) => ({ faults, heardAt: countedAt }));
    this.circuits.set(carrier, reactToSend(this.circuits.get(carrier) ?? CLOSED, key, signal, heard, now * 1_000).circuit);
  }

  received(tried: Try, delivered: boolean, now: number): void {
    const after = now - tried.at;
    const seconds = delivered ? after : null;
    const row = this.rows.get(tried);
    const overdue = after > (this.waits.get(tried) ?? Infinity);
    const excused = overdue && now - (this.slowAt.get(tried.place.country) ?? -Infinity) < GENERAL.rememberedSeconds;
    if (row === undefined) this.store(tried, { kind: delivered ? 'delivered' : 'failed', seconds, overdue, excused }, now);
    else if (delivered && row.kind === 'failed') this.change(row, { kind: 'delivered', seconds });
  }

  silent(tried: Try, now: number): boolean {
    if (!this.rows.has(tried)) this.store(tried, { kind: 'failed', seconds: null, overdue: true, excused: false }, now);
    const { country } = tried.place;
    const lately = [...this.known.keys()].map((carrier) => {
      const rows = this.country(carrier, country)
        .latest(GENERAL.newest)
        .filter(({ at }) => at > now - GENERAL.windowSeconds);
      const overdue = rows.filter((row) => row.overdue).length;
      return { carrier, timely: rows.length - overdue, overdue };
    });
    if (!isSilenceGeneral(lately)) return true;
    this.slowAt.set(country, now);
    for (const row of this.rows.values())
      if (row.overdue && !row.excused && row.country === country && row.at > now - GENERAL.windowSeconds)
        this.change(row, { excused: true });
    return false;
  }

  reported(tried: Try, worked: boolean): void {
    const row = this.rows.get(tried);
    if (row === undefined) return;
    this.change(row, { kind: worked ? 'worked' : 'denied' });
    this.known.get(tried.carrier)!.reports.add(row);
  }

  protected everything(id: string): Newest {
    return this.known.get(id)!.overall;
  }

  protected country(id: string, country: string): Newest {
    const { countries } = this.known.get(id)!;
    let found = countries.get(country);
    if (found === undefined) countries.set(country, (found = new Newest()));
    return found;
  }

  private network(id: string, country: string, network: string): Newest {
    const { networks } = this.known.get(id)!;
    const name = `${country}/${network}`;
    let found = networks.get(name);
    if (found === undefined) networks.set(name, (found = new Newest()));
    return found;
  }

  private store(tried: Try, what: Pick<Row, 'kind' | 'seconds' | 'overdue' | 'excused'>, at: number): void {
    const { country, network } = tried.place;
    const row: Row = { carrier: tried.carrier, at, country, network: network ?? '', ...what };
    this.rows.set(tried, row);
    this.known.get(tried.carrier)!.overall.add(row);
    this.country(tried.carrier, country).add(row);
    if (network !== null) this.network(tried.carrier, country, network).add(row);
    for (const kept of [this.rows, this.waits]) if (kept.size > 5_000) for (const old of [...kept.keys()].slice(0, 1_000)) kept.delete(old);
  }

  private change(row: Row, to: Partial<Row>): void {
    Object.assign(row, to);
    const { overall, reports, countries, networks } = this.known.get(row.carrier)!;
    for (const group of [overall, reports, countries.get(row.country), networks.get(`${row.country}/${row.network}`)]) group?.changed();
  }
}

class GlobalRate extends Production {
  protected override hope(): number {
    return 0;
  }
  protected override offer(id: string, place: Place, now: number): RouteOffer {
    const offer = super.offer(id, place, now);
    const nothing = { carrier: NOTHING_TOLD, country: NOTHING_TOLD };
    return { ...offer, evidence: { ...nothing, network: this.everything(id).parts(now) } };
  }
}

/** Every router. */
export const ROUTERS = {
  production: (world: RouterWorld, dice: Dice): Router => new Production(world, dice),
  greedy: (world: RouterWorld): Router => new Greedy(world, 100, false),
  'greedy, all time': (world: RouterWorld): Router => new Greedy(world, Infinity, false),
  'greedy by route': (world: RouterWorld): Router => new Greedy(world, 100, true),
  'global rate': (world: RouterWorld, dice: Dice): Router => new GlobalRate(world, dice),
  'round robin': (): Router => new RoundRobin(),
  oracle: (world: RouterWorld): Router => new Oracle(world),
} satisfies Record<string, (world: RouterWorld, dice: Dice) => Router>;

export type RouterName = keyof typeof ROUTERS;
