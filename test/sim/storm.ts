import { type Dice, diceOf } from './dice.js';
import { judgeWorld } from './oracle.js';
import { judged } from './search.js';
import { QUIET, type Mutant, type Setting, type TopUp } from './setting.js';
import { settle } from './settle.js';
import { possible, prelude, step, type Step } from './steps.js';

/** One random interleaving of a random world, and how it came out. */
export interface Storm {
  readonly seed: number;
  readonly steps: number;
  readonly setting: Setting;
  readonly violation: { readonly what: string; readonly trace: readonly Step[] } | null;
}

const PRICES = [3, 5, 7, 10, 10, 10, 24, 31];

/** A random world: a few orders, up to three watchers, and a random part of what can go wrong. */
export function randomSetting(dice: Dice, mutant: Mutant | null): Setting {
  const prices = Array.from({ length: 2 + dice.below(6) }, () => dice.pick(PRICES));
  const topUps: TopUp[] = Array.from({ length: dice.pick([0, 0, 1, 2]) }, () => ({
    amount: dice.pick([4, 10, 25, 60, 150]),
    kind: dice.pick(['declared', 'declared', 'listed', 'undeclared']),
  }));
  const lag = dice.chance(0.2);
  const armed = dice.chance(0.9);
  return {
    ...QUIET,
    prices,
    topUps,
    watchers: 1 + dice.below(3),
    opening: 200 + dice.below(100),
    armed,
    granularity: dice.chance(0.2) ? 10 : 1,
    lag,
    finalRecord: dice.chance(0.3),
    sms: dice.chance(0.5),
    drops: dice.chance(0.3),
    lostReplies: dice.chance(0.5),
    unknownPrices: dice.chance(0.2),
    keeps: dice.chance(0.6),
    crashes: dice.chance(0.5),
    strangers: !armed && dice.chance(0.3) ? 3 : 0,
    pendingAtFirst: dice.below(3),
    mutant,
  };
}

/** Plays one random interleaving to its end and brings it to rest. The seed says everything. */
export function storm(seed: number, mutant: Mutant | null = null): Storm {
  const dice = diceOf(seed);
  const setting = randomSetting(dice, mutant);
  const world = prelude(setting);
  const trace: Step[] = [];
  const length = 30 * setting.prices.length + dice.below(60);
  const haste = dice.next();
  const what = judged(() => {
    for (let taken = 0; taken < length; taken += 1) {
      const choice = choose(possible(world, setting), dice, haste);
      trace.push(choice);
      step(world, choice, setting);
      judgeWorld(world);
    }
    settle(world, setting);
    judgeWorld(world);
  });
  return { seed, steps: trace.length, setting, violation: what === null ? null : { what, trace } };
}

/** Watchers take their share of the steps; how large it is differs from storm to storm. */
function choose(choices: readonly Step[], dice: Dice, haste: number): Step {
  const ofWatchers = choices.filter(([kind]) => kind === 'watch');
  const others = choices.filter(([kind]) => kind !== 'watch' && (kind !== 'die' || dice.chance(0.1)));
  return others.length === 0 || dice.chance(0.2 + 0.6 * haste) ? dice.pick(ofWatchers) : dice.pick(others);
}
