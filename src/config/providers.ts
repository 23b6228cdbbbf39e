import { z } from 'zod';
import { parseMoney } from '../domain/money.js';
import type { ProviderConfig, ProviderIdentity, RequestBudget, SimulatorConfig } from './config.js';
import type { ConfigFile, ProviderEntry } from './config-file.js';
import type { Environment } from './environment.js';
import { Secret } from './secret.js';
import { readSecret } from './secret-files.js';
import type { Variables } from './variables.js';

/** The provider accounts of an installation: those that can be used, and those that lack a key. */
export interface ProviderAccounts {
  readonly usable: readonly ProviderConfig[];
  readonly keyless: readonly SimulatorConfig[];
}

/** Both providers stop answering somewhere above five requests a second (PROVIDERS.md). */
const DEFAULT_BUDGET: RequestBudget = Object.freeze({ perSecond: 5, burst: 5 });
const HEROSMS_URL = 'https://hero-sms.com/stubs/handler_api.php';
const FIVESIM_URL = 'https://5sim.net/v1';
const ONE = parseMoney('1');

const simulatedSchema = z.record(z.string(), z.strictObject({ url: z.string(), api_key: z.string() }));
type Simulated = z.output<typeof simulatedSchema>;

/** The text of WATCHWORD_SIMULATED, by which the platform tells its children where the simulators listen. */
export function formatSimulated(running: ReadonlyMap<string, { readonly url: string; readonly apiKey: Secret }>): string {
  return JSON.stringify(Object.fromEntries([...running].map(([id, { url, apiKey }]) => [id, { url, api_key: apiKey.reveal() }])));
}

/** Joins the two providers that everyone has with those of the file; says into `problems` what does not fit together. */
export function joinProviders(variables: Variables, file: ConfigFile, environment: Environment, problems: string[]): ProviderAccounts {
  const entries: Candidate[] = [
    { entry: { id: 'herosms', kind: 'handler_api' }, url: variables.HEROSMS_HANDLER_URL ?? HEROSMS_URL, key: variables.HEROSMS_API_KEY },
    { entry: { id: 'fivesim', kind: 'fivesim' }, url: variables.FIVESIM_BASE_URL ?? FIVESIM_URL, key: variables.FIVESIM_API_KEY },
    ...file.providers.map((entry, index) => fromFile(entry, `WATCHWORD_CONFIG: providers[${index}]`, environment, problems)),
  ];
  const simulated = readSimulated(variables.WATCHWORD_SIMULATED, problems);
  const usable: ProviderConfig[] = [];
  const keyless: SimulatorConfig[] = [];
  const seen = new Set<string>();
  for (const { entry, url, key } of entries) {
    if (seen.has(entry.id))
      problems.push(`WATCHWORD_CONFIG: providers: the id "${entry.id}" is used twice; herosms and fivesim are always there`);
    seen.add(entry.id);
    const identity = identityOf(entry, file, problems);
    const running = simulated[entry.id];
    if (running !== undefined)
      usable.push(Object.freeze({ ...identity, url: running.url, apiKey: new Secret(running.api_key), simulated: true }));
    else if (key === undefined) keyless.push(Object.freeze(identity));
    else usable.push(Object.freeze({ ...identity, url: url.replace(/\/$/, ''), apiKey: new Secret(key), simulated: false }));
  }
  for (const section of ['request_budgets', 'cancel_after_ms', 'balance_granularity'] as const) {
    for (const id of Object.keys(file[section])) {
      if (!seen.has(id))
        problems.push(`WATCHWORD_CONFIG: ${section}.${id}: no provider has this id; expected one of ${[...seen].join(', ')}`);
    }
  }
  return { usable, keyless };
}

interface Candidate {
  readonly entry: ProviderEntry;
  readonly url: string;
  readonly key: string | undefined;
}

function fromFile(entry: ProviderEntry, at: string, environment: Environment, problems: string[]): Candidate {
  if (entry.dialect !== undefined && entry.kind !== 'handler_api') problems.push(`${at}.dialect: only handler_api has dialects`);
  if (entry.simulated === true) return { entry, url: '', key: undefined };
  if (entry.url === undefined) problems.push(`${at}.url: expected the provider's address (or "simulated": true)`);
  if (entry.api_key_env === undefined)
    problems.push(`${at}.api_key_env: expected the name of the variable that holds the key (or "simulated": true)`);
  const before = problems.length;
  const key = entry.api_key_env === undefined ? undefined : readSecret(environment, entry.api_key_env, problems);
  if (entry.api_key_env !== undefined && key === undefined && problems.length === before)
    problems.push(`${at}.api_key_env: the variable ${entry.api_key_env} is not set`);
  return { entry, url: entry.url ?? '', key };
}

function identityOf(entry: ProviderEntry, file: ConfigFile, problems: string[]): ProviderIdentity {
  const currency = entry.currency ?? 'USD';
  const rate = currency === file.currency ? ONE : file.rates[currency];
  if (rate === undefined) {
    problems.push(
      `WATCHWORD_CONFIG: rates.${currency}: the provider "${entry.id}" is paid in ${currency} and the wallet is in ${file.currency}: expected what one ${currency} costs in ${file.currency}`,
    );
  }
  const given = file.request_budgets[entry.id];
  const cancelAfterMs = file.cancel_after_ms[entry.id];
  const budget =
    given === undefined
      ? DEFAULT_BUDGET
      : Object.freeze({ perSecond: given.per_second, burst: given.burst ?? Math.max(1, Math.ceil(given.per_second)) });
  return {
    id: entry.id,
    kind: entry.kind,
    dialect: entry.dialect ?? null,
    currency,
    rateMicros: rate ?? ONE,
    budget,
    balanceGranularity: file.balance_granularity[entry.id] ?? 1n,
    ...(cancelAfterMs === undefined ? {} : { cancelAfterMs }),
  };
}

function readSimulated(text: string | undefined, problems: string[]): Simulated {
  if (text === undefined) return {};
  try {
    return simulatedSchema.parse(JSON.parse(text));
  } catch {
    problems.push('WATCHWORD_SIMULATED is set by npm start for its own child processes and cannot be read: leave it unset');
    return {};
  }
}
