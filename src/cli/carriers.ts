import type { Command } from 'commander';
import { loadSpec } from '../carriers/spec/load.js';
import { replayExamples } from '../carriers/spec/replay.js';
import { SpecError } from '../carriers/spec/spec-error.js';
import { CliError, EXIT } from './exit.js';
import { leaf, type Shown } from './leaf.js';
import type { Session } from './session.js';

/** `watchword carrier test`: for authors of specs. Talks to nobody. */
export function carrierCommands(program: Command, session: Session): void {
  const carrier = program.command('carrier').description('carrier specs');
  leaf(carrier.command('test'), ['carrier test carriers/vonage-sms.json'])
    .description('check a carrier spec, replay its examples and show the requests that it makes')
    .argument('<file>', 'the spec')
    .action(async (file: string, options: Shown) => {
      const spec = load(file);
      const replayed = await replayExamples(spec);
      const failed = replayed.filter(({ differences }) => differences.length > 0);
      if (options.json === true) session.show(JSON.stringify({ id: spec.id, name: spec.name, examples: replayed }));
      else {
        for (const { name, operation, differences } of replayed)
          session.show(
            [
              `${differences.length === 0 ? 'ok    ' : 'failed'}  ${operation}: ${name}`,
              ...differences.map((one) => `          ${one}`),
            ].join('\n'),
          );
        for (const example of spec.examples.filter(({ operation }) => operation !== 'hook')) {
          if (example.request === null) continue;
          const { method, url, headers, body } = example.request;
          const lines = [
            `${method} ${url}`,
            ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
            ...(body === '' ? [] : ['', body]),
          ];
          session.show(`\n${example.operation}: ${example.name}\n  ${lines.join('\n  ')}`);
        }
        session.show(`\n${spec.name}: ${replayed.length - failed.length} of ${replayed.length} examples hold`);
      }
      if (failed.length > 0) throw new CliError(EXIT.failed, `${failed.length} examples of ${file} do not hold`);
      if (replayed.length === 0) throw new CliError(EXIT.failed, `${file} has no examples: nothing was proven`);
    });
}

function load(file: string): ReturnType<typeof loadSpec> {
  try {
    return loadSpec(file);
  } catch (error) {
    if (error instanceof SpecError) throw new CliError(EXIT.failed, error.message, { problems: error.problems });
    throw error;
  }
}
