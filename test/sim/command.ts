import { parseArgs } from 'node:util';
import { fourDays } from './four-days.js';
import { searchAll } from './search.js';
import { SMALL_WORLDS } from './small-worlds.js';
import { storm } from './storm.js';

/**
 * `npm run sim:refunds -- --runs N --seed S [--states M]`: N random interleavings from seed S on, every interleaving of the
 * small worlds up to M states each, and four days. Exits with 1 on a violation; `--runs 1 --seed <that seed> --states 0`
 * plays a failing one again.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    states: { type: 'string', default: '200000' },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
const states = Number(values.states);
const say = (line: string) => process.stdout.write(`${line}\n`);
const show = (value: unknown) => JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
let violations = 0;

let steps = 0;
let began = Date.now();
for (let run = 0; run < runs && violations < 5; run += 1) {
  const played = storm(seed + run);
  steps += played.steps;
  if (played.violation !== null) {
    violations += 1;
    say(`VIOLATION in seed ${played.seed}: ${played.violation.what}`);
    say(show({ setting: played.setting, trace: played.violation.trace }));
  }
  if ((run + 1) % 20_000 === 0) say(`${run + 1} random interleavings, ${steps} steps, ${(Date.now() - began) / 1_000} s`);
}
say(`random: ${show({ runs, seed, steps, seconds: (Date.now() - began) / 1_000, violations })}`);

if (states > 0) {
  for (const [name, world] of Object.entries(SMALL_WORLDS)) {
    began = Date.now();
    const found = searchAll(world, { maxStates: states, settleEvery: 20 });
    const reach = found.whole ? 'every state' : 'the nearest states';
    say(`${name}: ${reach}, ${found.states} states, ${found.steps} steps, ${(Date.now() - began) / 1_000} s`);
    if (found.violation === null) continue;
    violations += 1;
    say(`VIOLATION in "${name}": ${found.violation.what}\n${show(found.violation.trace)}`);
  }
  say(show(fourDays({ seed, keeps: 0.03 })));
  say(show(fourDays({ seed, keeps: 0.03, rule: 'forgetful' })));
  say(show(fourDays({ seed, keeps: 0.03, rule: 'oldest first' })));
}
process.exitCode = violations > 0 ? 1 : 0;
