import { spawnSync } from 'node:child_process';
import { misused, readArguments } from './arguments.mjs';

const SCENARIOS = ['storm', 'outage', 'silent', 'hooks-2', 'hooks-30', 'kept', 'kept-capped', 'throttled'];
const HELP = `Usage: npm run chaos -- [--scenario NAME] [--runs N] [--seed S]
       npm run chaos -- --directed [--paths TEXT] [--only TEXT] [--seed S]

Runs all of watchword as real processes, on a Postgres and a Temporal of its own, among simulated providers that lie; ends processes
by kill -9, lets it settle, and compares every book with every other. docs/chaos.md says what was found.

A storm kills worker, API, Postgres and Temporal by chance. A run that fails prints its seed; the same seed throws the same dice.
  --scenario NAME  ${SCENARIOS.join(', ')}; or all (storm)
  --runs N         how many runs of each (1), of about two minutes
  --seed S         seed of the first run (random); each next one adds 1

Directed, worker and API die at each boundary in turn: before and after every activity, provider request, transaction, message.
  --directed       learns the boundaries of every path first
  --paths TEXT     only paths whose name holds TEXT (or one of several: 'verify|restart'); the others are not even learned
  --only TEXT      only boundaries or paths whose name holds TEXT (or one of several: 'A|B'), one after the other in calm`;

const given = readArguments(HELP, {
  scenario: { type: 'string' },
  runs: { type: 'string' },
  seed: { type: 'string' },
  directed: { type: 'boolean' },
  only: { type: 'string' },
  paths: { type: 'string' },
});
for (const name of ['runs', 'seed']) {
  const text = given[name];
  if (text !== undefined && !/^\d{1,9}$/.test(String(text))) misused(HELP, `--${name} takes a whole number, not "${text}"`);
}
const directed = given['directed'] === true;
if (directed && (given['scenario'] !== undefined || given['runs'] !== undefined))
  misused(HELP, '--directed takes neither --scenario nor --runs');
for (const name of ['only', 'paths']) if (!directed && given[name] !== undefined) misused(HELP, `--${name} belongs to --directed`);
const scenario = String(given['scenario'] ?? 'storm');
if (scenario !== 'all' && !SCENARIOS.includes(scenario)) misused(HELP, `there is no scenario "${scenario}"`);

const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'vitest.chaos.config.ts', directed ? 'directed' : 'storm'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_RUNS: String(given['runs'] ?? 1),
    CHAOS_SEED: String(given['seed'] ?? Math.floor(Math.random() * 1_000_000)),
    CHAOS_SCENARIOS: scenario === 'all' ? SCENARIOS.join(',') : scenario,
    ...(given['only'] === undefined ? {} : { CHAOS_ONLY: String(given['only']) }),
    ...(given['paths'] === undefined ? {} : { CHAOS_PATHS: String(given['paths']) }),
  },
});
process.exit(status ?? 1);
