import { z } from 'zod';
import { parseMoney } from '../domain/money.js';
import { LOG_LEVELS } from './config.js';
import type { Environment } from './environment.js';

/** Lengths and characters of an API key: long enough that guessing is hopeless, plain enough for any header or shell. */
export const API_KEY_PATTERN = /^[A-Za-z0-9_-]{24,128}$/;

const expected = (what: string) => ({ error: `expected ${what}` });

const apiKey = z.string().regex(API_KEY_PATTERN, 'expected 24 to 128 characters of A-Z a-z 0-9 _ -');
const providerKey = z.string().regex(/^[\x21-\x7e]+$/, 'expected visible ASCII characters without spaces');
const httpUrl = (what: string, fits: (url: URL) => boolean = () => true) =>
  z.string().refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return (url.protocol === 'http:' || url.protocol === 'https:') && fits(url);
  }, `expected ${what}`);

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'expected a whole number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'expected a whole number from 0 to 65535');

/** The value must be readable as an address; a URL is the usual mistake. */
const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+)(:\d{1,5})?$/, 'expected host:port, such as 127.0.0.1:7233, without http://');

/** Every variable but those that only `@temporalio/envconfig` reads. An empty value counts as not set. */
const VARIABLES = {
  HOST: z
    .string()
    .regex(/^[^\s/]+$/, 'expected a host name or an IP address')
    .optional(),
  PORT: port.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, expected(`one of ${LOG_LEVELS.join(', ')}`)).optional(),
  WATCHWORD_DATA_DIR: z
    .string()
    .refine((path) => !path.includes('\0'), 'expected the path of a folder')
    .optional(),
  WATCHWORD_API_KEY: apiKey.optional(),
  WATCHWORD_OPERATOR_KEY: apiKey.optional(),
  WATCHWORD_API_CREDIT: z
    .string()
    .transform((text, context) => {
      try {
        const amount = parseMoney(text);
        if (amount >= 0n && amount <= 1_000_000_000_000n) return amount;
      } catch {
        // Reported below, like an amount out of bounds.
      }
      context.addIssue({
        code: 'custom',
        message: 'expected an amount from 0 to 1000000 with at most six decimal places, such as 10 or 2.50',
      });
      return z.NEVER;
    })
    .optional(),
  WATCHWORD_ENCRYPTION_KEYS: z.string().optional(),
  WATCHWORD_SIMULATORS: z.enum(['auto', 'off'], expected('auto (a provider without a key is simulated) or off')).optional(),
  WATCHWORD_SIMULATED_CARRIERS: z.string().optional(),
  WATCHWORD_SIMULATED: z.string().optional(),
  WATCHWORD_CONFIG: z.string().optional(),
  WATCHWORD_METRICS_PORT: port.optional(),
  WATCHWORD_TEMPORAL_UI_URL: httpUrl(
    'the http(s) origin of Temporal’s Web UI, such as http://temporal-ui:8080, without a path',
    (url) => url.pathname === '/' && url.search === '',
  ).optional(),
  WATCHWORD_CODEC_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .refine(
      (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
      'expected exact origins separated by commas, such as https://temporal.example.com, without a slash at the end',
    )
    .optional(),
  WATCHWORD_RETENTION_HOURS: z
    .string()
    .regex(/^\d{1,4}$/, 'expected whole hours from 1 to 8760')
    .transform(Number)
    .refine((hours) => hours >= 1 && hours <= 8_760, 'expected whole hours from 1 to 8760')
    .optional(),
  WATCHWORD_TEMPORAL_METRICS_PORT: port.optional(),
  WATCHWORD_ALERT_WEBHOOK_URL: httpUrl('the http(s) address of the receiver of alerts').optional(),
  WATCHWORD_ALERT_WEBHOOK_SECRET: z
    .string()
    .regex(
      /^whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      'expected whsec_ and the base64 of 24 bytes or more',
    )
    .optional(),
  WATCHWORD_BUILD_ID: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
      'expected a version such as 0.2.0 or a commit: letters, digits, dots, dashes and underscores',
    )
    .optional(),
  DATABASE_URL: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol),
      'expected postgres://user:password@host:port/database',
    )
    .optional(),
  WATCHWORD_CAPTCHA_SECRET: providerKey.optional(),
  WATCHWORD_LOOKUP_SECRET: providerKey.optional(),
  REDIS_URL: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '',
      'expected redis://user:password@host:port, or rediss://… for TLS',
    )
    .optional(),
  TEMPORAL_ADDRESS: hostAndPort.optional(),
  TEMPORAL_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/, 'expected the name of a namespace: letters, digits, - _ and .')
    .optional(),
  HEROSMS_API_KEY: providerKey.optional(),
  HEROSMS_HANDLER_URL: httpUrl('the full http(s) address of a handler_api.php').optional(),
  FIVESIM_API_KEY: providerKey.optional(),
  FIVESIM_BASE_URL: httpUrl('an http(s) address that ends in /v1', (url) => url.pathname.replace(/\/$/, '').endsWith('/v1')).optional(),
} as const;

const schema = z.object(VARIABLES);
export type Variables = z.output<typeof schema>;

/** Variables whose value is never shown, not even when it is wrong, and may stand in a file (`…_FILE`) instead. */
export const SECRET_VARIABLES: ReadonlySet<string> = new Set([
  'WATCHWORD_API_KEY',
  'WATCHWORD_OPERATOR_KEY',
  'WATCHWORD_ENCRYPTION_KEYS',
  'WATCHWORD_ALERT_WEBHOOK_URL',
  'WATCHWORD_ALERT_WEBHOOK_SECRET',
  'WATCHWORD_CAPTCHA_SECRET',
  'WATCHWORD_LOOKUP_SECRET',
  'WATCHWORD_SIMULATED',
  'DATABASE_URL',
  'REDIS_URL',
  'HEROSMS_API_KEY',
  'FIVESIM_API_KEY',
]);

/**
 * Reads the variables and reports every wrong one into `problems`; a wrong one counts as not set, so that the rest can
 * still be judged.
 */
export function readVariables(environment: Environment, problems: string[]): Variables {
  const given: Record<string, string> = {};
  for (const name of Object.keys(VARIABLES)) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== '') given[name] = value;
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const name = String(issue.path[0]);
    const value = given[name] ?? '';
    const shown = SECRET_VARIABLES.has(name) ? 'has an unusable value' : `is ${JSON.stringify(value.slice(0, 100))}`;
    problems.push(`${name} ${shown}: ${issue.message}`);
    delete given[name];
  }
  return schema.parse(given);
}
