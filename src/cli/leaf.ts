import type { Command } from 'commander';

/** What commands have in common. */
export interface Shown {
  readonly json?: boolean;
}

/** Adds `--json`, and examples to the help. */
export function leaf(command: Command, examples: readonly string[]): Command {
  return command
    .option('--json', 'one JSON value on the standard output, and nothing else there')
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ watchword ${line}`).join('\n')}`);
}

/** A whole number of an option, for lists. */
export function pageOptions(command: Command): Command {
  return command.option('--limit <n>', 'how many at most, 1 to 200 (50)').option('--cursor <cursor>', 'go on where the last page ended');
}
