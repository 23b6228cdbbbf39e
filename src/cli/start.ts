import type { Command } from 'commander';

/** `start`: all of watchword on this machine, as `npm start` does, in this very process. */
export function startCommand(program: Command): void {
  program
    .command('start')
    .summary('run all of watchword on this machine, until Ctrl-C')
    .description(
      'Runs Postgres, Temporal, simulators of the providers that you have no key for, the worker and the API, as `npm start` does (which builds first). ' +
        'It reads the variables of docs/configuration.md and keeps everything in WATCHWORD_DATA_DIR (.watchword).',
    )
    .action(async () => {
      // The program takes no arguments of its own.
      process.argv.length = 2;
      process.setSourceMapsEnabled(true);
      await import('../main/platform.js');
    });
}
