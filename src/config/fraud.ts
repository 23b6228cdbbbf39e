import { z } from 'zod';
import { RULE_MODES, type RuleMode } from '../domain/fraud.js';

const country = z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 country in upper case, such as US');
const modeOf = (standard: RuleMode) => z.enum(RULE_MODES, `expected one of ${RULE_MODES.join(', ')}`).default(standard);
const count = (standard: number, most = 1_000_000) => z.int().min(1).max(most).default(standard);
const url = z.url({ protocol: /^https?$/, error: 'expected an http(s) address' });
const whenDown = (standard: 'closed' | 'open') => z.enum(['closed', 'open'], 'expected closed or open').default(standard);

/** Where codes are sent unless the configuration says otherwise: the United States, Canada, the United Kingdom, Australia, the EU. */
export const DEFAULT_COUNTRIES: readonly string[] =
  'US CA GB AU AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

export const CAPTCHA_PROVIDERS = ['recaptcha', 'turnstile'] as const;

/** The section `fraud` of the configuration file: every rule with its mode and figures (docs/fraud.md). */
export const fraudSection = z.strictObject({
  country: z.strictObject({ mode: modeOf('enforce'), allowed: z.array(country).default([...DEFAULT_COUNTRIES]) }).prefault({}),
  denied_range: z
    .strictObject({
      mode: modeOf('enforce'),
      prefixes: z
        .array(z.string().regex(/^\+[1-9]\d{0,14}$/, 'expected the beginning of a number in international form, such as +99440'))
        .default([]),
    })
    .prefault({}),
  reserved_range: z.strictObject({ mode: modeOf('enforce') }).prefault({}),
  line_type: z.strictObject({ mode: modeOf('enforce') }).prefault({}),
  landline: z.strictObject({ mode: modeOf('enforce') }).prefault({}),
  voip: z.strictObject({ mode: modeOf('monitor') }).prefault({}),
  user_agent: z.strictObject({ mode: modeOf('monitor') }).prefault({}),
  ip_country: z.strictObject({ mode: modeOf('monitor'), database: z.string().min(1).optional() }).prefault({}),
  unverified_budget: z
    .strictObject({
      mode: modeOf('enforce'),
      window_minutes: count(120, 10_080),
      past_days: count(28, 90),
      settle_minutes: count(3, 60),
      // Fewer settled codes than this say nothing.
      least: count(20),
      // Of the share that its past typed back, what the window must at least reach.
      share: z.number().gt(0).lt(1).default(0.5),
      certainty: z.number().min(0.9).max(0.999_999).default(0.9999),
    })
    .prefault({}),
  captcha: z
    .strictObject({
      mode: modeOf('off'),
      provider: z.enum(CAPTCHA_PROVIDERS, `expected one of ${CAPTCHA_PROVIDERS.join(', ')}`).default('turnstile'),
      url: url.optional(),
      // Of reCAPTCHA v3: 0 is surely a bot, 1 surely none.
      min_score: z.number().min(0).max(1).default(0.5),
      action: z.string().min(1).max(100).optional(),
      hostnames: z.array(z.string().min(1).max(253)).default([]),
      // Whether another code of an open verification needs a token of its own.
      resends: z.boolean().default(false),
      timeout_ms: z.int().min(100).max(20_000).default(4_000),
      when_down: whenDown('closed'),
    })
    .prefault({}),
  cooldown: z.strictObject({ mode: modeOf('enforce'), seconds: count(30, 3_600) }).prefault({}),
  ip_sends: z.strictObject({ mode: modeOf('monitor'), codes: count(10), minutes: count(60, 1_440) }).prefault({}),
  prefix_velocity: z
    .strictObject({
      mode: modeOf('monitor'),
      // Codes an hour to one prefix, whatever its past.
      ceiling: count(1_000),
      // Up to so many an hour are never unusual.
      least: count(30),
      factor: z.number().min(1).max(1_000).default(5),
      past_days: count(14, 90),
    })
    .prefault({}),
  neighbours: z.strictObject({ mode: modeOf('monitor'), numbers: count(10, 1_000), minutes: count(60, 1_440) }).prefault({}),
  number_sends: z
    .strictObject({
      mode: modeOf('enforce'),
      codes: count(3, 20),
      hours: count(24, 720),
      // What who has proven the number before may ask for, beside what strangers may; and who solved a CAPTCHA.
      own_codes: count(3, 20),
      captcha_codes: count(3, 20),
      remember_days: count(90, 3_650),
    })
    .prefault({}),
  /** Not a rule: a paid source of what line a number is, for the rules that ask. */
  lookup: z
    .strictObject({
      provider: z.enum(['twilio'], 'expected twilio'),
      account: z.string().regex(/^(AC|SK)[0-9a-f]{32}$/, 'expected the SID of a Twilio account (AC…) or API key (SK…)'),
      url: url.default('https://lookups.twilio.com'),
      // `unsure`: only where the numbering plan does not tell mobile from fixed; `all`: every number.
      ask: z.enum(['unsure', 'all'], 'expected unsure or all').default('unsure'),
      keep_days: count(30, 365),
      timeout_ms: z.int().min(100).max(20_000).default(3_000),
      when_down: whenDown('open'),
    })
    .optional(),
});

/** What the fraud rules are told. */
export type FraudSettings = z.output<typeof fraudSection>;

/** What holds where the configuration says nothing. */
export const DEFAULT_FRAUD: FraudSettings = fraudSection.parse({});

/** Which secrets the section wants, as far as they are not there; for whoever reads the configuration. */
export function fraudProblems(settings: FraudSettings, given: { readonly captcha: boolean; readonly lookup: boolean }): string[] {
  const problems: string[] = [];
  if (settings.captcha.mode !== 'off' && !given.captcha)
    problems.push('WATCHWORD_CAPTCHA_SECRET is not set: expected the secret key of the CAPTCHA that fraud.captcha turns on');
  if (settings.lookup !== undefined && !given.lookup)
    problems.push('WATCHWORD_LOOKUP_SECRET is not set: expected the auth token, or API key secret, of fraud.lookup.account');
  return problems;
}
