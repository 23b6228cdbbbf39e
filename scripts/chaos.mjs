import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm run chaos -- [--runs N] [--seed S]

Runs all of watchword as real processes among simulated providers that lie, kills processes at random, lets it settle, and compares
every book with every other. A run that fails prints its seed; the same seed plays the same dice.

  --runs N   how many runs (1), each of about a minute and a half
  --seed S   seed of the first run (random); each next one adds 1`;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help === true) {
  console.log(HELP);
  process.exit(0);
}
/** @param {string} name @param {string} text */
const whole = (name, text) => {
  if (!/^\d{1,9}$/.test(text)) {
    console.error(`--${name} takes a whole number, not "${text}"\n\n${HELP}`);
    process.exit(2);
  }
  return Number(text);
};
const runs = whole('runs', values.runs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : whole('seed', values.seed);
const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'vitest.chaos.config.ts'], {
  stdio: 'inherit',
  env: { ...process.env, CHAOS_RUNS: String(runs), CHAOS_SEED: String(seed) },
});
process.exit(status ?? 1);
