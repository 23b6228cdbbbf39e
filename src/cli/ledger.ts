import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CliError, EXIT } from './exit.js';
import { leaf, type Shown } from './leaf.js';
import type { Session } from './session.js';

/** `ledger check`: the program behind `npm run check:ledger`, against DATABASE_URL. */
export function ledgerCommands(program: Command, session: Session): void {
  const ledger = program.command('ledger').summary('for operators: the books themselves');
  leaf(ledger.command('check').summary('rebuild every balance from the entries of DATABASE_URL and report differences'), [
    'ledger check',
    'ledger check --json',
  ]).action(async ({ json }: Shown) => {
    const script = fileURLToPath(new URL('../main/check-ledger.js', import.meta.url));
    const child = spawn(process.execPath, ['--enable-source-maps', script], {
      env: session.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
      signal: session.interrupt,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === EXIT.misused) throw new CliError(EXIT.misused, 'The ledger was not read.');
    const lines = output.split('\n').filter((line) => line !== '');
    session.show(json === true ? JSON.stringify({ clean: code === 0, report: lines }) : lines.join('\n'));
    if (code !== 0) throw new CliError(EXIT.failed, 'The ledger is not shown to be clean.');
  });
}
