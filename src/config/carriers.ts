import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseMoney } from '../domain/money.js';
import type { CarrierConfig, SimulatedCarrierConfig } from './config.js';
import type { Environment } from './environment.js';
import { Secret } from './secret.js';

const SHIPPED = fileURLToPath(new URL('../../carriers/', import.meta.url));
const secret = z.union(
  [
    z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable') }),
    z.strictObject({ file: z.string().min(1) }),
  ],
  'expected {"env": "NAME"} or {"file": "path"}; secrets stand in no configuration file',
);

/** A carrier account in the configuration file. */
export const carrierEntry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'expected 1 to 32 characters of a-z 0-9 _ -'),
  spec: z.string().min(1),
  secrets: z.record(z.string(), secret).default({}),
  settings: z.record(z.string(), z.string()).default({}),
  base_url: z.url({ protocol: /^(https?|smpps?)$/, error: 'expected an http(s) address, or an smpp(s) one' }).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 currency in upper case, such as USD')
    .default('USD'),
  /** Path of the price sheet, from the configuration file's folder. */
  prices: z.string().min(1),
  per_second: z.number().positive().max(10_000).optional(),
  sender: z.string().min(1).max(20).optional(),
  senders: z.array(z.string().min(1).max(20)).max(1_000).default([]),
});
export type CarrierEntry = z.output<typeof carrierEntry>;

/** The simulated carriers that `npm start` brings where none is configured. */
const SIMULATED: readonly SimulatedCarrierConfig[] = Object.freeze(
  (['json', 'xml', 'text'] as const).map((dialect) => Object.freeze({ id: `simulated-${dialect}`, dialect })),
);
const ONE = parseMoney('1');

const simulatedSchema = z.record(
  z.string(),
  z.strictObject({ dialect: z.enum(['json', 'xml', 'text']), url: z.string(), api_key: z.string(), receipt_secret: z.string() }),
);

/** The text of WATCHWORD_SIMULATED_CARRIERS, by which the platform tells its children where the simulated carriers listen. */
export function formatSimulatedCarriers(
  running: ReadonlyMap<string, { readonly dialect: string; readonly url: string; readonly apiKey: Secret; readonly receiptSecret: Secret }>,
): string {
  return JSON.stringify(
    Object.fromEntries(
      [...running].map(([id, { dialect, url, apiKey, receiptSecret }]) => [
        id,
        { dialect, url, api_key: apiKey.reveal(), receipt_secret: receiptSecret.reveal() },
      ]),
    ),
  );
}

/** The carrier accounts of an installation: those of the file, and the simulated ones that run or are to be started. */
export function joinCarriers(
  entries: readonly CarrierEntry[],
  given: {
    readonly configPath: string | undefined;
    readonly simulated: string | undefined;
    readonly currency: string;
    readonly rates: Readonly<Record<string, bigint>>;
    readonly environment: Environment;
  },
  problems: string[],
): { readonly usable: readonly CarrierConfig[]; readonly toSimulate: readonly SimulatedCarrierConfig[] } {
  const folder = given.configPath === undefined ? process.cwd() : dirname(resolve(given.configPath));
  const from = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  const rateOf = (currency: string, at: string): bigint => {
    const rate = currency === given.currency ? ONE : given.rates[currency];
    if (rate === undefined)
      problems.push(
        `WATCHWORD_CONFIG: rates.${currency}: ${at} is paid in ${currency} and the wallet is in ${given.currency}: expected what one ${currency} costs in ${given.currency}`,
      );
    return rate ?? ONE;
  };
  const seen = new Set<string>();
  const usable = entries.map((entry, index): CarrierConfig => {
    const at = `WATCHWORD_CONFIG: carriers[${index}]`;
    if (seen.has(entry.id)) problems.push(`${at}.id: "${entry.id}" is used twice`);
    seen.add(entry.id);
    return Object.freeze({
      id: entry.id,
      spec: /^[a-z0-9-]+$/.test(entry.spec) ? entry.spec : from(entry.spec),
      secrets: Object.fromEntries(
        Object.entries(entry.secrets).map(([name, source]) => [
          name,
          readSecret(source, `${at}.secrets.${name}`, from, given.environment, problems),
        ]),
      ),
      settings: entry.settings,
      baseUrl: entry.base_url ?? null,
      currency: entry.currency,
      rateMicros: rateOf(entry.currency, `the carrier "${entry.id}"`),
      prices: from(entry.prices),
      perSecond: entry.per_second ?? null,
      sender: entry.sender ?? null,
      senders: entry.senders,
      simulated: false,
    });
  });
  const running = readSimulated(given.simulated, problems);
  const simulated = Object.entries(running).map(([id, { dialect, url, api_key: apiKey, receipt_secret: receiptSecret }]): CarrierConfig =>
    Object.freeze({
      id,
      spec: `simulated-${dialect}`,
      secrets: { api_key: new Secret(apiKey), receipt_secret: new Secret(receiptSecret) },
      settings: {},
      baseUrl: url,
      currency: 'USD',
      rateMicros: rateOf('USD', `the simulated carrier "${id}"`),
      prices: `${SHIPPED}prices/simulated-${dialect}.csv`,
      perSecond: null,
      sender: null,
      senders: [],
      simulated: true,
    }),
  );
  return { usable: [...usable, ...simulated], toSimulate: entries.length === 0 ? SIMULATED : [] };
}

function readSecret(
  source: z.output<typeof secret>,
  at: string,
  from: (path: string) => string,
  environment: Environment,
  problems: string[],
): Secret {
  let value = '';
  if ('env' in source) {
    value = environment[source.env]?.trim() ?? '';
    if (value === '') problems.push(`${at}: the variable ${source.env} is not set`);
  } else {
    try {
      value = readFileSync(from(source.file), 'utf8').trim();
      if (value === '') problems.push(`${at}: the file ${source.file} is empty`);
    } catch (error) {
      problems.push(`${at}: the file ${source.file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    }
  }
  return new Secret(value);
}

function readSimulated(text: string | undefined, problems: string[]): z.output<typeof simulatedSchema> {
  if (text === undefined) return {};
  try {
    return simulatedSchema.parse(JSON.parse(text));
  } catch {
    problems.push('WATCHWORD_SIMULATED_CARRIERS is set by npm start for its own child processes and cannot be read: leave it unset');
    return {};
  }
}
