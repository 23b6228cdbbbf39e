import { z } from 'zod';
import { RULE_MODES, type RuleMode } from '../domain/fraud.js';

const country = z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 country in upper case, such as US');
const modeOf = (standard: RuleMode) => z.enum(RULE_MODES, `expected one of ${RULE_MODES.join(', ')}`).default(standard);
const count = (standard: number, most = 1_000_000) => z.int().min(1).max(most).default(standard);

/** Where codes are sent unless the configuration says otherwise: the United States, Canada, the United Kingdom, Australia, the EU. */
export const DEFAULT_COUNTRIES: readonly string[] =
  'US CA GB AU AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

/** The section `fraud` of the configuration file: every rule with its mode and figures (docs/fraud.md). */
export const fraudSection = z.strictObject({
  country: z.strictObject({ mode: modeOf('enforce'), allowed: z.array(country).default([...DEFAULT_COUNTRIES]) }).prefault({}),
  cooldown: z.strictObject({ mode: modeOf('enforce'), seconds: count(30, 3_600) }).prefault({}),
  ip_sends: z.strictObject({ mode: modeOf('monitor'), codes: count(10), minutes: count(60, 1_440) }).prefault({}),
  number_sends: z
    .strictObject({
      mode: modeOf('enforce'),
      codes: count(3, 20),
      hours: count(24, 720),
      // What who has proven the number before may ask for, beside what strangers may.
      own_codes: count(3, 20),
      remember_days: count(90, 3_650),
    })
    .prefault({}),
});

/** What the fraud rules are told. */
export type FraudSettings = z.output<typeof fraudSection>;

/** What holds where the configuration says nothing. */
export const DEFAULT_FRAUD: FraudSettings = fraudSection.parse({});
