import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { type Needle, needlesOf, UnusableValue } from '../privacy/needles.js';
import { scan, type ScanReport, type Source } from '../privacy/scan.js';
import { apiUrl, findKey } from './connection.js';
import { CliError, EXIT } from './exit.js';
import { leaf, type Shown } from './leaf.js';
import { problemError } from './problem.js';
import { connect, mustAnswer, type Session } from './session.js';
import { table } from './table.js';

/** An account of years is long. */
const EXPORT_MS = 3_600_000;

interface ScanOptions extends Shown {
  readonly value?: readonly string[];
  readonly values?: string;
  readonly leaveOut?: readonly string[];
}

/** What is known of people: all of one account, its erasure, and values where they should not be. */
export function privacyCommands(program: Command, session: Session): void {
  const privacy = program.command('privacy').summary('for operators: what is known of people, and where');
  accountCommands(privacy, session);
  leaf(privacy.command('scan'), [
    'privacy scan --values planted.txt',
    'psql … | watchword privacy scan --values - /var/lib/postgresql /var/log/watchword',
    'privacy scan --values planted.txt .watchword http://127.0.0.1:3000/metrics',
  ])
    .summary('search raw folders, logs and addresses for planted values')
    .description(
      'Reads every byte of files, folders and addresses, also of databases at work, and says where a value lies in clear, as UTF-16, base64 or hex, or ' +
        'escaped. Without a place it reads the data folder of `npm start`, but not its simulators, which stand for somebody else’s service. ' +
        'What could not be read is named; the verdict is then INCOMPLETE and never clean.',
    )
    .argument('[places...]', 'files, folders and http addresses (/metrics of the API gets the operator’s key)')
    .option('--value <text...>', 'a value to look for; whoever lists processes sees it, so rather:')
    .option('--values <file>', 'values, one a line; - for the standard input')
    .option('--leave-out <path...>', 'files and folders not to be read')
    .action(async (places: string[], options: ScanOptions) => {
      const values = [...(options.value ?? []), ...(await listed(options.values))];
      if (values.length === 0) throw new CliError(EXIT.misused, 'There is no value to look for: give --values or --value.');
      const data = resolve(session.environment['WATCHWORD_DATA_DIR']?.trim() || '.watchword');
      const given = (options.leaveOut ?? []).map((path) => resolve(path));
      const report = await scan(
        (places.length === 0 ? [data] : places).map((place) => sourceOf(session, place)),
        usable(values),
        (path) => given.includes(path) || isSimulators(path, data),
      );
      session.show(options.json === true ? JSON.stringify(shown(report, values)) : reportText(report, values));
      if (report.verdict === 'found') throw new CliError(EXIT.failed, 'Values were found.');
      if (report.verdict === 'incomplete') throw new CliError(EXIT.failed, 'INCOMPLETE: not everything could be read.');
    });
}

/** Everything that is known of one account, and its end. */
function accountCommands(privacy: Command, session: Session): void {
  leaf(privacy.command('export').summary('everything that is known of an account, as one JSON document'), [
    'privacy export 7b0f… --reason "asked for it" > account.json',
  ])
    .argument('<account>', 'its id')
    .requiredOption('--reason <text>', 'kept in the list of actions; name nobody in it')
    .action(async (id: string, { reason }: { readonly reason: string }) => {
      const request = { params: { path: { id } }, body: { reason } };
      const { response, error } = await connect(session, 'operator', EXPORT_MS).POST('/v1/operator/accounts/{id}/export', {
        ...request,
        parseAs: 'stream',
      });
      if (!response.ok || response.body === null) throw problemError(error, response.status, new URL(response.url).origin);
      for await (const piece of response.body) await session.write(piece);
      await session.write('\n');
    });
  leaf(privacy.command('erase').summary('erase an account at once: for good'), ['privacy erase 7b0f… --reason "asked for it" --yes'])
    .argument('<account>', 'its id')
    .requiredOption('--reason <text>', 'kept in the list of actions; name nobody in it')
    .option('--yes', 'you know that nothing of it comes back')
    .action(async (id: string, { json, reason, yes }: Shown & { readonly reason: string; readonly yes?: true }) => {
      if (yes !== true)
        throw new CliError(EXIT.misused, 'Nothing was erased: numbers, codes, texts and names would be gone for good. Say --yes.');
      const it = await mustAnswer(
        connect(session, 'operator').POST('/v1/operator/accounts/{id}/erase', { params: { path: { id } }, body: { reason } }),
      );
      session.show(json === true ? JSON.stringify(it) : `${it.id} was erased at ${it.erased_at ?? '?'}.`);
    });
}

async function listed(file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  try {
    const content = file === '-' ? await text(process.stdin) : readFileSync(file, 'utf8');
    return content.split(/\r?\n/).filter((line) => line !== '');
  } catch (error) {
    throw new CliError(EXIT.misused, `The values cannot be read from ${file}: ${(error as Error).message}`);
  }
}

function usable(values: readonly string[]): Needle[] {
  try {
    return needlesOf(values);
  } catch (error) {
    if (error instanceof UnusableValue) throw new CliError(EXIT.misused, error.message);
    throw error;
  }
}

function sourceOf(session: Session, place: string): Source {
  if (!/^https?:\/\//.test(place)) return { at: resolve(place) };
  const url = apiUrl(session.environment);
  if (new URL(place).origin !== new URL(url).origin) return { at: place };
  const { key } = findKey(session.environment, url, 'operator');
  return key === null ? { at: place } : { at: place, headers: { authorization: `Bearer ${key}` } };
}

/** Under `npm start`, simulated providers keep their books beside ours; in life they are somebody else's. */
function isSimulators(path: string, data: string): boolean {
  return path === join(data, 'simulators') || path.startsWith(join(data, 'logs', 'simulator-'));
}

/** Enough to tell values apart, and no more. */
function masked(values: readonly string[], index: number): string {
  const value = values[index]!;
  return `${index + 1}: ${value.slice(0, 2)}… (${value.length})`;
}

function shown(report: ScanReport, values: readonly string[]) {
  return {
    verdict: report.verdict,
    hits: report.hits.map(({ value, form, at, offset, count }) => ({
      value: value + 1,
      masked: masked(values, value),
      form,
      at,
      offset,
      count,
    })),
    unread: report.unread,
    left_out: report.leftOut,
    places: report.places,
    bytes: report.bytes,
  };
}

function reportText(report: ScanReport, values: readonly string[]): string {
  const parts = [
    ...(report.hits.length === 0
      ? []
      : [
          table(
            ['VALUE', 'FORM', 'TIMES', 'FIRST BYTE', 'WHERE'],
            report.hits.map(({ value, form, at, offset, count }) => [masked(values, value), form, count, offset, at]),
          ),
        ]),
    ...(report.unread.length === 0
      ? []
      : [
          table(
            ['NOT READ', 'WHY'],
            report.unread.map(({ at, why }) => [at, why]),
          ),
        ]),
    ...(report.leftOut.length === 0 ? [] : [`Left out: ${report.leftOut.join(', ')}`]),
    `Read ${report.places} places, ${report.bytes} bytes, for ${values.length} ${values.length === 1 ? 'value' : 'values'}: ${
      report.verdict === 'clean' ? 'none was found.' : report.verdict === 'found' ? 'FOUND.' : 'none was found, but this is INCOMPLETE.'
    }`,
  ];
  return parts.join('\n\n');
}
