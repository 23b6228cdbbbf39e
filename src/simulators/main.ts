import { z } from 'zod';
import { readArguments, USAGE } from './arguments.js';
import { createFiveSimSimulator } from './fivesim/simulator.js';
import { createHandlerApiSimulator } from './handler-api/simulator.js';
import type { Simulator } from './kernel.js';
import type { SettingsPatch } from './settings.js';
import { runUntilStopped } from './run-until-stopped.js';

async function start(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  if (given === null) {
    process.stdout.write(USAGE);
    return;
  }
  const options = {
    host: given.host,
    port: given.port,
    apiKey: given['api-key'],
    seed: given.seed,
    // Checked by the simulator itself, which names the setting that is wrong.
    settings: given.settings as SettingsPatch,
    ...(given.state === undefined ? {} : { state: given.state }),
  };
  const simulator: Simulator =
    given.kind === 'fivesim'
      ? await createFiveSimSimulator(options)
      : await createHandlerApiSimulator({ ...options, dialect: given.dialect });
  runUntilStopped(simulator, given.kind);
}

try {
  await start();
} catch (error) {
  const message =
    error instanceof z.ZodError ? `--settings:\n${z.prettifyError(error)}` : error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
