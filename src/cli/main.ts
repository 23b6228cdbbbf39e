#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { readEnvironment } from '../config/environment.js';
import { activationCommands } from './activations.js';
import { carrierCommands } from './carriers.js';
import { doctorCommand } from './doctor.js';
import { CliError, EXIT } from './exit.js';
import { ledgerCommands } from './ledger.js';
import { markupCommands } from './markups.js';
import { messageCommands } from './messages.js';
import { moneyCommands } from './money.js';
import { operatorCommands } from './operators.js';
import { privacyCommands } from './privacy.js';
import { refundCommands } from './refunds.js';
import { startCommand } from './start.js';
import type { Session } from './session.js';
import { askTerminal } from './terminal.js';
import { verificationCommands } from './verifications.js';
import { verificationReportCommand } from './verification-report.js';

const HELP = `
Environment:
  WATCHWORD_URL           where the API is (http://127.0.0.1:3000)
  WATCHWORD_API_KEY       your key; else the one that \`npm start\` keeps in .watchword/secrets
  WATCHWORD_OPERATOR_KEY  an operator's key, for the commands of operators; kept likewise

Exit codes:
  0 done   1 failed   2 misused   3 not found, or in conflict   4 too little credit
  5 nothing available   6 key refused   7 ended without a code   8 not delivered
  9 not verified   130 stopped by Ctrl-C

Examples:
  $ watchword rent telegram ID
  $ watchword list --status WAITING
  $ watchword doctor`;

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
process.once('SIGTERM', () => interrupt.abort());
// Whoever reads us may have read enough.
process.stdout.on('error', () => process.exit(EXIT.done));

let shown = false;
const session: Session = {
  environment: readEnvironment(),
  interrupt: interrupt.signal,
  ids: randomUUID,
  clock: () => new Date(),
  sleep: (ms) => setTimeout(ms, undefined, { signal: interrupt.signal }),
  show(text) {
    shown = true;
    process.stdout.write(`${text}\n`);
  },
  async write(piece) {
    shown = true;
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  },
  ask:
    process.stdin.isTTY && process.stderr.isTTY
      ? (question) =>
          askTerminal({ input: process.stdin, output: process.stderr, interrupt: () => interrupt.abort() }, question, interrupt.signal)
      : null,
  tell: (text) => void process.stderr.write(`${text}\n`),
};

process.exitCode = await run(process.argv);

async function run(argv: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  const program = new Command('watchword')
    .description('Rents phone numbers, reads their codes, sends texts, verifies phones, and looks after a watchword installation.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('See: watchword --help')
    .addHelpText('after', HELP);
  // A command takes over the program's settings when it is made, so these come first.
  activationCommands(program, session);
  messageCommands(program, session);
  verificationCommands(program, session);
  moneyCommands(program, session);
  operatorCommands(program, session);
  refundCommands(program, session);
  markupCommands(program, session);
  ledgerCommands(program, session);
  privacyCommands(program, session);
  carrierCommands(program, session);
  verificationReportCommand(program, session);
  doctorCommand(program, session, version);
  startCommand(program);
  try {
    await program.parseAsync(argv);
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misused;
    if (error instanceof CliError) {
      session.tell(error.message);
      if (!shown && argv.includes('--json'))
        session.show(JSON.stringify({ error: { ...error.detail, message: error.message, exit: error.exit } }));
      return error.exit;
    }
    if (interrupt.signal.aborted) return EXIT.interrupted;
    session.tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT.failed;
  }
}
