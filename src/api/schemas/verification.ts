import { z } from 'zod';
import { appHashProblem, webOtpDomainProblem } from '../../domain/code-autofill.js';
import { tongueOf } from '../../domain/code-locale.js';
import { brandProblem } from '../../domain/code-variables.js';
import { CHANNELS } from '../../domain/message.js';
import { VERIFICATION_STATUSES } from '../../domain/verification.js';
import { currency, keepable, metadata, money, time } from './scalars.js';

/** The verification as clients see it. */
export const shownVerification = z
  .object({
    id: z.uuid(),
    status: z.enum(VERIFICATION_STATUSES),
    reason: z.string().nullable().meta({ description: 'Why it ended so: `code_accepted`, `time_over`, `checks_used_up`, …' }),
    purpose: z.string(),
    to: z.string().nullable().meta({ description: 'E.164; null after the retention time.', example: '+14155552671' }),
    country: z.string(),
    channels: z.array(z.enum(CHANNELS)).meta({ description: 'In the order in which they are tried.' }),
    locale: z.string().nullable(),
    codes_sent: z.int(),
    checks_remaining: z.int().meta({ description: 'Checks of all its codes together that are left.' }),
    price: money.meta({ description: 'What its codes have cost you so far.' }),
    currency,
    test: z.boolean().meta({ description: 'A test number: nothing is sent and nothing is billed.' }),
    created_at: time,
    expires_at: time,
    next_code_at: time.meta({ description: 'Before this, another code is refused.' }),
    verified_at: time.nullable(),
    ended_at: time.nullable(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Verification', description: 'Codes sent to one phone for one purpose, and whether one was typed back.' });

export type ShownVerification = z.output<typeof shownVerification>;

const number = keepable(40).meta({ description: 'The phone, in international form.', example: '+14155552671' });

/** What is known of the person who asks; all of it optional, and none of it kept but as keyed hashes. */
export const person = {
  ip: z
    .union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address')
    .optional()
    .meta({ description: 'Address of the person who asks, as you see it.', example: '203.0.113.7' }),
  subject: keepable(200).min(1).optional().meta({ description: 'Your own name for who asks: a user, a device. It must not be guessable.' }),
  user_agent: keepable(500).optional().meta({ description: 'The person’s browser or app.' }),
  captcha_token: keepable(4_096).min(1).optional().meta({ description: 'What the CAPTCHA in your page gave.' }),
};

const startFields = z.strictObject({
  to: number,
  purpose: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'must be 1 to 64 characters of a-z 0-9 _ . -')
    .default('verification')
    .meta({ description: 'What the code is to prove: a code of one purpose is of no use for another.', example: 'login' }),
  channels: z
    .array(z.enum(CHANNELS))
    .min(1)
    .refine((given) => new Set(given).size === given.length, 'must name each channel once')
    .optional()
    .meta({ description: 'In the order in which they are tried; the installation’s order if left out.' }),
  locale: z
    .string()
    .max(35)
    .refine((tag) => tongueOf(tag) !== null, 'must be a BCP 47 language tag such as "pt-BR"')
    .optional()
    .meta({ description: 'Language of the text, BCP 47.', example: 'pt-BR' }),
  brand: spoken(brandProblem).optional().meta({ description: 'Who asks for the code, as people know you.' }),
  web_otp_domain: spoken(webOtpDomainProblem)
    .optional()
    .meta({ description: 'Domain of the page that fills the code in by itself (WebOTP).' }),
  app_hash: spoken(appHashProblem)
    .optional()
    .meta({ description: 'Hash of the Android app that reads the code by itself (SMS Retriever).' }),
  ...person,
  metadata: metadata.default({}),
});

/** What starts a verification. */
export const verificationRequest = startFields.meta({ id: 'VerificationRequest' });

export type VerificationRequest = z.output<typeof verificationRequest>;

/** What another code is asked for with. */
export const resendRequest = z.strictObject({
  channel: z.enum(CHANNELS).optional().meta({ description: 'As the code before, if left out.' }),
  ...person,
});

const MOST_TYPED = 40;

/** A code as it was typed. */
export const typedCode = keepable(MOST_TYPED).meta({
  description: 'What was typed; spaces and hyphens are left out, digits of any script are understood.',
  example: '123 456',
});

/** What became of a check. */
export const checked = z
  .object({
    success: z.boolean(),
    verified: z.boolean(),
    status: z.enum(VERIFICATION_STATUSES),
    checks_remaining: z.int(),
  })
  .meta({ id: 'CodeCheck' });

/** A string of which its rule says what is wrong, if anything is. */
function spoken(problemOf: (text: string) => string | null): z.ZodString {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });
}
