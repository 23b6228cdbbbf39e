import { z } from 'zod';
import { CHANNELS, type Channel } from '../domain/message.js';
import {
  DEFAULT_VERIFICATION_POLICY,
  TEST_OUTCOMES,
  type SpendCaps,
  type TestNumber,
  type VerificationPolicy,
} from '../domain/verification.js';
import type { RuleMode } from '../domain/fraud.js';
import { RULE_MODES } from '../domain/fraud.js';
import type { CodeTexts } from '../domain/code-texts.js';
import { brandProblem } from '../domain/code-variables.js';
import { amountText } from './amount.js';
import { checkCodeTemplates, codeTemplateFields, codeTextsOf } from './code-templates.js';

/** How phones are verified. */
export interface VerifyConfig {
  /** Name that texts carry where a request gives none. */
  readonly brand: string;
  /** Where a request names none. */
  readonly channels: readonly Channel[];
  readonly policy: VerificationPolicy;
  readonly spend: {
    readonly mode: RuleMode;
    /** Of all verifications together. */
    readonly all: SpendCaps;
    /** Of those of one account. */
    readonly account: SpendCaps;
  };
  readonly testNumbers: readonly TestNumber[];
  /** What codes are sent with: operators' own texts before the built-in ones. */
  readonly texts: CodeTexts;
  /** What `/api/v1/phone/verify-code/` answers when a phone is proven. */
  readonly phone: { readonly tierCompleted: number; readonly canBook: boolean };
}

const defaults = DEFAULT_VERIFICATION_POLICY;
const seconds = (least: number, most: number) => z.int(`expected whole seconds from ${least} to ${most}`).min(least).max(most);
const cap = amountText(0n, 'an amount of at least "0", or null for no cap').nullable();

/** The `verify` part of the configuration file. */
export const verifyEntry = z
  .strictObject({
    brand: z
      .string()
      .superRefine((brand, context) => {
        const problem = brandProblem(brand);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      })
      .default('watchword'),
    channels: z
      .array(z.enum(CHANNELS, `expected some of ${CHANNELS.join(', ')}`))
      .min(1)
      .refine((given) => new Set(given).size === given.length, 'expected each channel once')
      .default(['sms']),
    code_length: z.int('expected 4 to 10 digits').min(4).max(10).default(defaults.codeLength),
    max_checks: z.int('expected 1 to 10 checks').min(1).max(10).default(defaults.maxChecks),
    validity_seconds: seconds(30, 3_600).default(defaults.validitySeconds),
    resend_after_seconds: seconds(0, 3_600).default(defaults.resendAfterSeconds),
    channel_timeout_seconds: seconds(1, 3_600).default(defaults.channelTimeoutSeconds),
    queue_timeout_seconds: seconds(1, 3_600).default(defaults.queueTimeoutSeconds),
    spend: z
      .strictObject({
        mode: z.enum(RULE_MODES, `expected one of ${RULE_MODES.join(', ')}`).default('enforce'),
        day: cap.default(100_000_000n),
        month: cap.default(1_000_000_000n),
        account_day: cap.default(null),
        account_month: cap.default(null),
      })
      .prefault({}),
    test_numbers: z
      .array(
        z.strictObject({
          number: z.string().regex(/^\+[1-9][0-9]{6,14}$/, 'expected a number in E.164, such as +15005550006'),
          code: z.string().regex(/^[0-9]{4,10}$/, 'expected 4 to 10 digits'),
          outcome: z.enum(TEST_OUTCOMES, `expected one of ${TEST_OUTCOMES.join(', ')}`).default('delivered'),
        }),
      )
      .max(1_000)
      .refine((given) => new Set(given.map(({ number }) => number)).size === given.length, 'expected each number once')
      .default([]),
    ...codeTemplateFields,
    phone: z.strictObject({ tier_completed: z.int().min(0).max(100).default(2), can_book: z.boolean().default(true) }).prefault({}),
  })
  .superRefine(checkCodeTemplates);

/** What the file's part comes to. */
export function verifyConfigOf(given: z.output<typeof verifyEntry>): VerifyConfig {
  const { spend } = given;
  return Object.freeze({
    brand: given.brand,
    channels: Object.freeze(given.channels),
    policy: Object.freeze({
      codeLength: given.code_length,
      maxChecks: given.max_checks,
      validitySeconds: given.validity_seconds,
      resendAfterSeconds: given.resend_after_seconds,
      channelTimeoutSeconds: given.channel_timeout_seconds,
      queueTimeoutSeconds: given.queue_timeout_seconds,
    }),
    spend: Object.freeze({
      mode: spend.mode,
      all: Object.freeze({ day: spend.day, month: spend.month }),
      account: Object.freeze({ day: spend.account_day, month: spend.account_month }),
    }),
    testNumbers: Object.freeze(given.test_numbers.map((one) => Object.freeze(one))),
    texts: codeTextsOf(given),
    phone: Object.freeze({ tierCompleted: given.phone.tier_completed, canBook: given.phone.can_book }),
  });
}
