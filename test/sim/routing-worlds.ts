import { type Candidate, type Offer, rankOffers } from '../../src/domain/candidates.js';
import { EXPERIENCE } from '../../src/domain/experience.js';
import { hopeOf, type Outcomes } from '../../src/domain/scoring.js';
import { diceOf } from './dice.js';

/** How candidates are chosen. */
export type Chooser =
  /** As in production: a confidence bound whose width is drawn for each choice; numbers that wait long count as failed. */
  | 'production'
  /** The same, looking at the exact pair only. */
  | 'exact pair only'
  /** The same, counting numbers only once they ended. */
  | 'ended numbers only'
  /** Each provider's luck is drawn from its own posterior (normal approximation). */
  | 'thompson'
  /** One standard deviation above the mean, always. */
  | 'upper confidence bound'
  | 'mean'
  /** What a provider delivers overall, as the authors of the first seed began. */
  | 'global rate';

/** What providers really deliver, by hours since the beginning. */
export interface RoutingWorld {
  readonly hours: number;
  /** Seconds between requests of the pair that is judged. */
  readonly everySeconds: number;
  /** Chance of a code at the pair that is judged, by `provider` or `provider/operator`; null where it is not offered then. */
  readonly rates: Readonly<Record<string, (hour: number) => number | null>>;
  /** Chance of a code at all other pairs, on which the same providers earn their name. */
  readonly elsewhere: Readonly<Record<string, number>>;
  /** Client's price by provider, in cents; 20 unless told. */
  readonly prices?: Readonly<Record<string, number>>;
  /** Seconds until a number without a code is known as a failure; 300 unless told. */
  readonly failureAfterSeconds?: number;
  /** From this hour on choices are judged. */
  readonly judgedFrom?: number;
}

/** What choosing led to, from `judgedFrom` on. */
export interface Reckoned {
  /** Share of requests that got a code from their first number. */
  readonly got: number;
  /** The same, had the best provider been known at every moment. */
  readonly possible: number;
  /** How often each provider was chosen. */
  readonly chosen: Readonly<Record<string, number>>;
  /** The hour of each request and who was chosen. */
  readonly log: readonly { readonly hour: number; readonly provider: string; readonly succeeded: boolean }[];
}

const SUCCESS_AFTER_S = 30;
/** Most clients give up after five minutes. */
const FAILURE_AFTER_S = 300;
/** The other pairs: thirty of them, each seldom. */
const OTHERS = 30;
const OTHERS_EVERY_S = 600;
const STEP_S = 5;

/** The newest outcomes of a group, fading as in SQL. */
class Fading {
  private readonly outcomes: { readonly at: number; readonly succeeded: boolean }[] = [];
  private sum: Outcomes = { successes: 0, failures: 0 };
  private at = 0;

  add(succeeded: boolean, at: number): void {
    this.sum = this.read(at);
    this.at = at;
    this.outcomes.push({ at, succeeded });
    this.count(succeeded, 1);
    if (this.outcomes.length <= EXPERIENCE.newest) return;
    const forgotten = this.outcomes.shift()!;
    this.count(forgotten.succeeded, -faded(at - forgotten.at));
  }

  read(at: number): Outcomes {
    const kept = faded(at - this.at);
    return { successes: this.sum.successes * kept, failures: this.sum.failures * kept };
  }

  private count(succeeded: boolean, weight: number): void {
    const { successes, failures } = this.sum;
    this.sum = succeeded ? { successes: successes + weight, failures } : { successes, failures: failures + weight };
  }
}

function faded(seconds: number): number {
  return 0.5 ** (seconds / EXPERIENCE.halfLifeSeconds);
}

interface Known {
  readonly pair: Fading;
  readonly service: Fading;
  readonly country: Fading;
  readonly provider: Fading;
}

/** Plays a world with a way to choose: production's own scoring and ranking, outcomes known only after their delay. */
export function playRouting(world: RoutingWorld, chooser: Chooser, seed: number): Reckoned {
  const dice = diceOf(seed);
  const arms = Object.keys(world.rates);
  const providers = Object.keys(world.elsewhere);
  const byOperator = new Map(arms.map((arm) => [arm, new Fading()]));
  const known = new Map(
    providers.map((id): [string, Known] => [
      id,
      { pair: new Fading(), service: new Fading(), country: new Fading(), provider: new Fading() },
    ]),
  );
  const pending: { readonly at: number; readonly tell: () => void }[] = [];
  const log: { hour: number; provider: string; succeeded: boolean }[] = [];
  let possible = 0;
  for (let second = 0; second < world.hours * 3_600; second += STEP_S) {
    while (pending.length > 0 && pending[0]!.at <= second) pending.shift()!.tell();
    if (second % (OTHERS_EVERY_S / OTHERS) === 0) otherRequest(second);
    if (second % world.everySeconds === 0) request(second);
  }
  const counted = log.filter(({ hour }) => hour >= (world.judgedFrom ?? 0));
  const chosen: Record<string, number> = {};
  for (const { provider } of counted) chosen[provider] = (chosen[provider] ?? 0) + 1;
  return { got: counted.filter(({ succeeded }) => succeeded).length / counted.length, possible: possible / counted.length, chosen, log };

  function learn(second: number, succeeded: boolean, counts: readonly Fading[]): void {
    const ended = world.failureAfterSeconds ?? FAILURE_AFTER_S;
    const failed = chooser === 'ended numbers only' ? ended : Math.min(ended, EXPERIENCE.waitingCountsAfterSeconds);
    const at = second + (succeeded ? SUCCESS_AFTER_S : failed);
    const later = pending.findLastIndex((one) => one.at <= at);
    pending.splice(later + 1, 0, { at, tell: () => counts.forEach((count) => count.add(succeeded, at)) });
  }

  /** Somebody rents another number of a provider: of the same service, the same country, or neither. */
  function otherRequest(second: number): void {
    const id = dice.pick(providers);
    const kind = dice.pick(['service', 'country', 'provider', 'provider', 'provider'] as const);
    learn(second, dice.chance(world.elsewhere[id]!), [known.get(id)![kind]]);
  }

  function request(second: number): void {
    const hour = second / 3_600;
    const offered = arms.flatMap((arm) => {
      const rate = world.rates[arm]!(hour);
      return rate === null ? [] : [{ arm, rate }];
    });
    const first = rank(offered.map(({ arm }) => offerOf(arm, second)));
    const arm = first.operator === null ? first.provider : `${first.provider}/${first.operator}`;
    const succeeded = dice.chance(offered.find((one) => one.arm === arm)!.rate);
    log.push({ hour, provider: first.provider, succeeded });
    learn(second, succeeded, [known.get(first.provider)!.pair, byOperator.get(arm)!]);
    if (hour >= (world.judgedFrom ?? 0)) possible += Math.max(...offered.map(({ rate }) => rate));
  }

  function rank(offers: readonly Offer[]): Candidate {
    const ranked = rankOffers(offers, { markupOf: () => ({ basisPoints: 0, fixed: 0n }), ceiling: null, limit: 6, hope: hopeFor() });
    if (chooser !== 'thompson') return ranked[0]!;
    const drawn = new Map<Candidate, number>(ranked.map((one) => [one, one.score.mean + normal() * one.score.deviation]));
    return ranked.toSorted((a, b) => drawn.get(b)! - drawn.get(a)!)[0]!;
  }

  function hopeFor(): number {
    if (chooser === 'mean' || chooser === 'global rate' || chooser === 'thompson') return 0;
    return chooser === 'upper confidence bound' ? 1 : hopeOf(dice.next());
  }

  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - dice.next())) * Math.cos(2 * Math.PI * dice.next());
  }

  function offerOf(arm: string, second: number): Offer {
    const [id = '', operator = null] = arm.split('/');
    const counts = known.get(id)!;
    const read = (kind: keyof Known) => counts[kind].read(second);
    const all = [read('pair'), read('service'), read('country'), read('provider')];
    const overall = {
      successes: all.reduce((sum, { successes }) => sum + successes, 0),
      failures: all.reduce((sum, { failures }) => sum + failures, 0),
    };
    return {
      provider: id,
      operator,
      cost: BigInt(world.prices?.[id] ?? 20) * 10_000n,
      rateMicros: 1_000_000n,
      stock: 100,
      evidence:
        chooser === 'global rate'
          ? { broader: [], pair: overall, operator: null }
          : {
              broader: chooser === 'exact pair only' ? [] : [[read('provider')], [read('service'), read('country')]],
              pair: read('pair'),
              operator: operator === null ? null : byOperator.get(arm)!.read(second),
            },
      medianSecondsToCode: null,
      rest: null,
    };
  }
}

const always = (rate: number) => () => rate;

/** The worlds of docs/routing.md. */
export const ROUTING_WORLDS = {
  stable: {
    hours: 72,
    everySeconds: 60,
    rates: { a: always(0.85), b: always(0.75), c: always(0.6) },
    elsewhere: { a: 0.8, b: 0.8, c: 0.7 },
  },
  'stable, one request an hour': {
    hours: 336,
    everySeconds: 3_600,
    rates: { a: always(0.85), b: always(0.7), c: always(0.5) },
    elsewhere: { a: 0.8, b: 0.8, c: 0.7 },
  },
  drifting: {
    hours: 96,
    everySeconds: 60,
    rates: {
      a: (hour: number) => 0.6 + 0.3 * Math.cos((hour * Math.PI) / 24),
      b: (hour: number) => 0.6 - 0.3 * Math.cos((hour * Math.PI) / 24),
    },
    elsewhere: { a: 0.7, b: 0.7 },
  },
  'one pair dies, and recovers a day later': {
    hours: 96,
    everySeconds: 60,
    judgedFrom: 24,
    rates: { a: (hour: number) => (hour >= 24 && hour < 48 ? 0 : 0.92), b: always(0.75) },
    elsewhere: { a: 0.9, b: 0.8 },
  },
  'best overall (95 %), bad for this pair (12 %)': {
    hours: 48,
    everySeconds: 300,
    rates: { a: always(0.12), b: always(0.8) },
    elsewhere: { a: 0.95, b: 0.8 },
  },
  'a better provider comes': {
    hours: 72,
    everySeconds: 300,
    judgedFrom: 24,
    rates: { a: always(0.7), b: (hour: number) => (hour < 24 ? null : 0.9) },
    elsewhere: { a: 0.8, b: 0.7 },
  },
  'busy, failures known after 20 minutes, a bad newcomer': {
    hours: 30,
    everySeconds: 5,
    failureAfterSeconds: 1_200,
    judgedFrom: 24,
    rates: { a: always(0.85), b: (hour: number) => (hour < 24 ? null : 0.1) },
    elsewhere: { a: 0.85, b: 0.85 },
  },
  'one known well, another with thirty operators at 50 %': {
    hours: 72,
    everySeconds: 300,
    rates: {
      a: always(0.85),
      ...Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`b/${index}`, always(0.5)])),
    },
    elsewhere: { a: 0.8, b: 0.8 },
  },
  'equally good, one dearer': {
    hours: 72,
    everySeconds: 300,
    rates: { a: always(0.85), b: always(0.85) },
    elsewhere: { a: 0.85, b: 0.85 },
    prices: { a: 20, b: 30 },
  },
} as const satisfies Record<string, RoutingWorld>;

/** Every way to choose. */
export const CHOOSERS: readonly Chooser[] = [
  'production',
  'exact pair only',
  'ended numbers only',
  'thompson',
  'upper confidence bound',
  'mean',
  'global rate',
];
