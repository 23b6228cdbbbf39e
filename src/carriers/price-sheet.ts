import { CsvError, parse } from 'csv-parse/sync';
import { COUNTRIES } from '../domain/countries.js';
import { type Channel, CHANNELS } from '../domain/message.js';
import { parseMoney } from '../domain/money.js';
import { prefixesOf } from './country-prefixes.js';

/** A line of a price sheet; `price` is for one segment, micro units of the carrier's currency. */
export interface SheetPrice {
  readonly channel: Channel;
  /** Digits of E.164 without the plus. */
  readonly prefix: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly network: string | null;
  readonly price: bigint;
}

/** A price sheet that cannot be used, with every line that is wrong. */
export class PriceSheetError extends Error {
  override readonly name = 'PriceSheetError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const COLUMNS = ['country', 'prefix', 'network', 'channel', 'price'] as const;
const MOST_PROBLEMS = 50;
const KNOWN_COUNTRIES: ReadonlySet<string> = new Set(COUNTRIES.map(({ code }) => code));

/**
 * Reads a price sheet in CSV: a heading with `country`, `price` and perhaps `prefix`, `network`, `channel`, in any order. A line
 * without a prefix stands for all numbers of its country; the longest prefix of a number decides.
 *
 * @param file named in problems.
 * @throws PriceSheetError that names lines.
 */
export function parsePriceSheet(text: string, file: string): readonly SheetPrice[] {
  const problems: string[] = [];
  const say = (line: number, what: string): void => void problems.push(`${file}: line ${line}: ${what}`);
  let rows: readonly { readonly record: Readonly<Record<string, string>>; readonly info: { readonly lines: number } }[];
  let columns: readonly string[] = [];
  try {
    rows = parse(text, {
      bom: true,
      trim: true,
      info: true,
      skip_empty_lines: true,
      columns: (heading: string[]) => {
        columns = heading.map((name) => name.toLowerCase());
        return [...columns];
      },
    }) as unknown as typeof rows;
  } catch (error) {
    throw new PriceSheetError([
      `${file}: line ${error instanceof CsvError ? ((error['lines'] as number | undefined) ?? '?') : '?'}: ${(error as Error).message}`,
    ]);
  }
  for (const name of columns)
    if (!(COLUMNS as readonly string[]).includes(name)) say(1, `the column "${name}" is not known; expected ${COLUMNS.join(', ')}`);
  for (const name of ['country', 'price']) if (!columns.includes(name)) say(1, `the column "${name}" is missing`);
  if (problems.length > 0) throw new PriceSheetError(problems);

  const prices = new Map<string, SheetPrice & { readonly line: number; readonly whole: boolean }>();
  for (const { record, info } of rows) {
    const line = info.lines;
    const { country = '', prefix: given = '', network = '', channel = '', price: amount = '' } = record;
    const before = problems.length;
    if (!KNOWN_COUNTRIES.has(country)) say(line, `"${country}" is no ISO 3166-1 alpha-2 country in upper case`);
    const prefix = given.replace(/^\+/, '');
    if (prefix !== '' && !/^[1-9]\d{0,14}$/.test(prefix))
      say(line, `the prefix "${given}" is not 1 to 15 digits that begin with a calling code`);
    const sent = CHANNELS.find((one) => one === (channel === '' ? 'sms' : channel));
    if (sent === undefined) say(line, `"${channel}" is no channel; expected ${CHANNELS.join(', ')}`);
    let micros = 0n;
    try {
      micros = parseMoney(amount);
      if (micros < 0n) say(line, `the price "${amount}" is below 0`);
    } catch {
      say(line, `the price "${amount}" is no amount with at most six decimal places`);
    }
    if (problems.length > before || sent === undefined) continue;
    const prefixes = prefix === '' ? prefixesOf(country) : [prefix];
    if (prefixes === null) {
      say(line, `${country} has no calling code of its own: give the prefix`);
      continue;
    }
    for (const one of prefixes) {
      const key = `${sent} ${one}`;
      const known = prices.get(key);
      // A line with a prefix says more than one for the whole country.
      if (known !== undefined && known.whole === (prefix === '')) say(line, `the prefix ${one} already has a price, on line ${known.line}`);
      else if (known === undefined || known.whole)
        prices.set(key, {
          channel: sent,
          prefix: one,
          country,
          network: network === '' ? null : network,
          price: micros,
          line,
          whole: prefix === '',
        });
    }
  }
  if (prices.size === 0 && problems.length === 0) problems.push(`${file}: it holds no price`);
  if (problems.length > 0) throw new PriceSheetError(problems.slice(0, MOST_PROBLEMS));
  return [...prices.values()].map(({ channel, prefix, country, network, price }) => ({ channel, prefix, country, network, price }));
}
