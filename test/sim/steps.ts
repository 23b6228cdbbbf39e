import { unannounced } from './oracle.js';
import { mayTake, type OurStep, take } from './our-steps.js';
import { happen, mayHappen, type ProviderStep, showAll } from './provider-steps.js';
import type { Setting } from './setting.js';
import { passSteps, watch } from './watcher-steps.js';
import { beginning, idle, type World } from './world.js';

/** Something that may happen next, to the order, top-up or watcher of that index. */
export type Step = readonly [kind: StepKind, index: number];
type StepKind = ProviderStep | OurStep | 'show' | 'stranger' | 'declare' | 'arrive' | 'enter' | 'wait' | 'ripen' | 'watch' | 'die';

const AT_PROVIDER: readonly ProviderStep[] = ['buy', 'sms', 'late-sms', 'expire', 'drop', 'return', 'keep'];
const AT_OURS: readonly OurStep[] = ['claim', 'lose', 'age', 'tire', 'over', 'ask-cancel', 'cancel', 'read', 'store', 'deliver'];

/** Everything that may happen next. */
export function possible(world: World, setting: Setting): Step[] {
  const steps: Step[] = [];
  for (const [index, order] of world.orders.entries()) {
    for (const kind of AT_PROVIDER)
      if (mayHappen(kind, order, setting) && !(kind === 'buy' && isTwin(world, index))) steps.push([kind, index]);
    for (const kind of AT_OURS) if (mayTake(kind, order, setting)) steps.push([kind, index]);
  }
  for (const [index, { kind }] of setting.topUps.entries()) {
    const state = world.topUps[index];
    if (kind === 'declared' && state === 'no') steps.push(['declare', index]);
    if (state === (kind === 'declared' ? 'declared' : 'no')) steps.push(['arrive', index]);
    if (kind === 'undeclared' && state === 'arrived') steps.push(['enter', index]);
  }
  if (setting.lag && (world.shownBalance !== world.balance || world.orders.some((order) => order.at !== 'none' && !order.shown)))
    steps.push(['show', 0]);
  if (world.strangers < setting.strangers) steps.push(['stranger', 0]);
  if (world.suspectAge === 0) steps.push(['wait', 0]);
  if (world.unclaimed?.some(({ age }) => age === 0) === true) steps.push(['ripen', 0]);
  for (const [index, watcher] of world.watchers.entries()) {
    steps.push(['watch', index]);
    if (setting.crashes && watcher.step > 0) steps.push(['die', index]);
  }
  return steps;
}

/** The world in which a search begins. */
export function prelude(setting: Setting): World {
  const world = beginning(setting);
  for (let index = 0; index < setting.prices.length; index += 1) {
    if (index < Math.max(setting.openAtFirst, setting.pendingAtFirst))
      for (const kind of ['buy', 'claim'] as const) step(world, [kind, index], setting);
    if (index < setting.pendingAtFirst) for (const kind of ['expire', 'read', 'store'] as const) step(world, [kind, index], setting);
  }
  return world;
}

/** Orders of one price are alike: the second is bought after the first. */
function isTwin(world: World, index: number): boolean {
  const before = world.orders[index - 1];
  return before !== undefined && before.at === 'none' && before.price === world.orders[index]!.price;
}

/** Takes a step in place. @throws Violation if it breaks a promise. */
export function step(world: World, [kind, index]: Step, setting: Setting): void {
  switch (kind) {
    case 'buy':
    case 'sms':
    case 'late-sms':
    case 'expire':
    case 'drop':
    case 'return':
    case 'keep':
      return happen(kind, world, world.orders[index]!, setting);
    case 'show':
      return showAll(world);
    case 'stranger':
      world.strangers += 1;
      return;
    case 'declare':
      world.topUps[index] = 'declared';
      world.expected += setting.topUps[index]!.amount;
      world.epoch += 1;
      return;
    case 'arrive':
      world.topUps[index] = 'arrived';
      world.balance += setting.topUps[index]!.amount;
      if (!setting.lag) showAll(world);
      return;
    case 'enter':
      return enter(world, setting);
    case 'wait':
      world.suspectAge = 1;
      return;
    case 'ripen':
      return ripen(world, setting);
    case 'watch':
      return watch(world, index, setting, passSteps(setting));
    case 'die':
      world.watchers[index] = idle();
      return;
    default:
      take(kind, world, world.orders[index]!, setting);
      // A cancel moves money at the provider later; what is shown does not wait for us.
      if (!setting.lag) showAll(world);
  }
}

/** What lies unclaimed has lain long; never with a watcher that takes all of it for new at each pass. */
export function ripen(world: World, setting: Setting): void {
  if (setting.mutant === 'lots-stay-new') return;
  world.unclaimed = world.unclaimed?.map(({ amount }) => ({ amount, age: 1 as const })) ?? null;
}

/** The operator says what came in: the books follow, the proof goes on. */
function enter(world: World, setting: Setting): void {
  world.expected += unannounced(world, setting);
  for (const [index, { kind }] of setting.topUps.entries())
    if (kind === 'undeclared' && world.topUps[index] === 'arrived') world.topUps[index] = 'booked';
  world.frozen = false;
  world.suspectAge = null;
  world.epoch += 1;
}
