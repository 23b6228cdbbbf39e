import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Markup } from '../domain/money.js';
import { DEFAULT_ALERT_POLICY } from '../domain/alert-policy.js';
import { DEFAULT_KEY_BUDGETS } from '../domain/key-budgets.js';
import { DEFAULT_POLICY, type Policy } from '../domain/policy.js';
import { amountText } from './amount.js';
import { carrierEntry } from './carriers.js';
import { fraudSection } from './fraud.js';
import { HANDLER_DIALECTS, PROVIDER_KINDS } from './config.js';
import { verificationAlerts } from './verification-alerts.js';
import { verifyEntry } from './verify.js';

const service = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'expected a service slug in lower case, such as telegram');
const country = z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 country in upper case, such as ID');
const currency = z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 currency in upper case, such as USD');
const providerId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'expected 1 to 32 characters of a-z 0-9 _ -');
const milliseconds = z
  .int('expected whole milliseconds')
  .min(0, 'expected whole milliseconds')
  .max(10 * 365 * 86_400_000, 'expected less than ten years in milliseconds');

const aMinute = z.int('expected whole requests a minute').min(1, 'expected at least one request a minute').max(1_000_000);

const markup = {
  percent: z
    .number()
    .min(0)
    .max(10_000)
    .refine((percent) => Number.isInteger(Math.round(percent * 1e6) / 1e4), 'expected at most two decimal places')
    .default(0),
  fixed: amountText(0n, 'an amount of at least "0"').default(0n),
};

const budget = z.strictObject({
  per_second: z.number().positive().max(1_000),
  burst: z.int().min(1).max(10_000).optional(),
});

const provider = z.strictObject({
  id: providerId,
  kind: z.enum(PROVIDER_KINDS, `expected one of ${PROVIDER_KINDS.join(', ')}`),
  url: z.url({ protocol: /^https?$/, error: 'expected an http(s) address' }).optional(),
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable')
    .optional(),
  dialect: z.enum(HANDLER_DIALECTS, `expected one of ${HANDLER_DIALECTS.join(', ')}, or leave it out to have it recognised`).optional(),
  currency: currency.optional(),
  simulated: z.boolean().optional(),
});

/** `refundGraceMs` is written `refund_grace_ms` in the file, like every field. */
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const POLICY_FIELDS = new Map(Object.keys(DEFAULT_POLICY).map((name) => [snake(name), name as keyof Policy]));
/** Fields that count, and their least; the others are durations. */
const COUNTS = new Map([
  ['max_candidates', 1],
  ['max_replacements', 0],
]);
const policy = z
  .strictObject(
    Object.fromEntries(
      [...POLICY_FIELDS.keys()].map((name) => [
        name,
        (COUNTS.has(name) ? z.int().min(COUNTS.get(name)!).max(50) : milliseconds).optional(),
      ]),
    ),
  )
  .transform((given): Partial<Policy> =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [POLICY_FIELDS.get(name)!, value])),
  );

/** Alerts: how often is looked, and told. A schedule starts something each second at most; Prometheus misses looks after ten minutes. */
const alerts = z.strictObject({
  every_ms: z.int().min(1_000).max(300_000).default(DEFAULT_ALERT_POLICY.everyMs),
  repeat_ms: z
    .int()
    .min(1_000)
    .max(30 * 86_400_000)
    .default(DEFAULT_ALERT_POLICY.repeatMs),
  gather_ms: milliseconds.default(DEFAULT_ALERT_POLICY.gatherMs),
  deliver_ms: z
    .int()
    .min(60_000)
    .max(7 * 86_400_000)
    .default(DEFAULT_ALERT_POLICY.deliverMs),
  ledger_check_ms: z
    .int()
    .min(1_000)
    .max(7 * 86_400_000)
    .default(DEFAULT_ALERT_POLICY.ledgerCheckMs),
  ledger_check_bound_ms: z.int().min(1_000).max(3_000_000).default(DEFAULT_ALERT_POLICY.ledgerCheckBoundMs),
  low_balances: z.record(providerId, amountText(0n, 'an amount of at least "0"')).default({}),
  verification: verificationAlerts.prefault({}),
  probe_url: z.url({ protocol: /^https?$/, error: 'expected the http(s) address whose public routes are asked' }).optional(),
});

const schema = z.strictObject({
  currency: currency.default('USD'),
  providers: z.array(provider).max(200).default([]),
  carriers: z.array(carrierEntry).max(2_000).default([]),
  rates: z.record(currency, amountText(1n, 'what one unit costs in the wallet currency, above "0"')).default({}),
  request_budgets: z.record(providerId, budget).default({}),
  cancel_after_ms: z.record(providerId, milliseconds).default({}),
  balance_granularity: z.record(providerId, amountText(1n, 'an amount above "0"')).default({}),
  markup: z
    .strictObject({
      ...markup,
      overrides: z.array(z.strictObject({ service: service.optional(), country: country.optional(), ...markup })).default([]),
    })
    .prefault({}),
  denied: z.strictObject({ services: z.array(service).default([]), countries: z.array(country).default([]) }).prefault({}),
  policy: policy.prefault({}),
  alerts: alerts.prefault({}),
  verify: verifyEntry.prefault({}),
  key_limits: z
    .strictObject({
      read: aMinute.default(DEFAULT_KEY_BUDGETS.read),
      command: aMinute.default(DEFAULT_KEY_BUDGETS.command),
      purchase: aMinute.default(DEFAULT_KEY_BUDGETS.purchase),
    })
    .prefault({}),
  loss_daily_cap: amountText(0n, 'an amount of at least "0"').default(100_000_000n),
  fraud: fraudSection.prefault({}),
  public_url: z.url({ protocol: /^https?$/, error: 'expected the http(s) address at which providers reach this API' }).optional(),
});

export type ConfigFile = z.output<typeof schema>;
export type ProviderEntry = z.output<typeof provider>;

/** What holds where no file is named. */
export const EMPTY_CONFIG_FILE: ConfigFile = schema.parse({});

/** Reads and checks the file that WATCHWORD_CONFIG names; problems name file and field. Null if it cannot be used. */
export function readConfigFile(path: string, problems: string[]): ConfigFile | null {
  const at = `WATCHWORD_CONFIG: ${path}`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    problems.push(`${at} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}): expected a JSON file`);
    return null;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    problems.push(`${at} is not JSON: ${(error as Error).message}`);
    return null;
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    problems.push(`${at}: ${fieldOf(issue.path)}: ${issue.message}`);
  }
  return null;
}

/** A markup as the money rules want it. */
export function markupOf(given: { readonly percent: number; readonly fixed: bigint }): Markup {
  return Object.freeze({ basisPoints: Math.round(given.percent * 100), fixed: given.fixed });
}

function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}
