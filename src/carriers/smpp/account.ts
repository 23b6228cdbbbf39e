import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { REFUSALS } from '../../domain/message.js';
import { addressSchema } from '../coded-kind.js';
import type { SubmitMeaning } from './statuses.js';

const whole = (least: number, most: number, usual: number): z.ZodType<number> =>
  z
    .string()
    .default(String(usual))
    .transform((text) => Number(text))
    .pipe(
      z
        .int(`expected a whole number of ${least} to ${most}`)
        .min(least, `expected at least ${least}`)
        .max(most, `expected at most ${most}`),
    );

/** Type of number and numbering plan, `1/1`. */
const numbering = (usual: string): z.ZodType<{ readonly ton: number; readonly npi: number }> =>
  z
    .string()
    .default(usual)
    .transform((text, context) => {
      const [, ton, npi] = /^(\d{1,2})\/(\d{1,2})$/.exec(text) ?? [];
      if (ton === undefined || npi === undefined) {
        context.addIssue({ code: 'custom', message: 'expected type of number and numbering plan, such as 1/1' });
        return z.NEVER;
      }
      return { ton: Number(ton), npi: Number(npi) };
    });

const FATAL = ['fatal:bad_credentials', 'fatal:account_closed', 'fatal:misconfigured'] as const;
const MEANINGS: ReadonlySet<string> = new Set<SubmitMeaning>([...REFUSALS, ...FATAL, 'ambiguous']);

/** `0x400=opted_out, 1025=no_balance`: what the operator's own statuses mean. */
const ownStatuses = z
  .string()
  .default('')
  .transform((text, context): ReadonlyMap<number, SubmitMeaning> => {
    const known = new Map<number, SubmitMeaning>();
    for (const pair of text.split(',').map((one) => one.trim())) {
      if (pair === '') continue;
      const [, code, meaning] = /^(0x[0-9a-fA-F]{1,8}|\d{1,10})\s*=\s*([a-z_:]+)$/.exec(pair) ?? [];
      if (code === undefined || meaning === undefined || !MEANINGS.has(meaning)) {
        context.addIssue({
          code: 'custom',
          message: `"${pair}" is no pair such as 0x400=opted_out; expected one of ${[...MEANINGS].join(', ')}`,
        });
        return z.NEVER;
      }
      known.set(Number(code), meaning as SubmitMeaning);
    }
    return known;
  });

const certificate = z
  .string()
  .optional()
  .transform((path, context) => {
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: `the file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      });
      return z.NEVER;
    }
  });

/** What an account at an SMSC brings. */
export const smppAccountSchema = z.strictObject({
  secrets: z.strictObject({
    /** Eight octets by SMPP 3.4 (5.2.2); many an SMSC takes more. */
    password: z.string({ error: 'is missing: the password of the account' }).max(64, 'expected at most 64 characters'),
  }),
  settings: z.strictObject({
    system_id: z.string({ error: 'is missing: the name of the account' }).min(1).max(64, 'expected at most 64 characters'),
    system_type: z.string().max(12).default(''),
    service_type: z.string().max(5).default(''),
    /** Messages that may be on their way to the SMSC without an answer. */
    window: whole(1, 1_000, 10),
    enquire_link_seconds: whole(1, 3_600, 30),
    /** Longest pause between two tries to connect. */
    reconnect_seconds: whole(1, 3_600, 60),
    /** How texts are written that the GSM alphabet can hold; all others are UCS-2. */
    alphabet: z.enum(['gsm7', 'gsm7_packed', 'latin1', 'ucs2']).default('gsm7'),
    /** Of such texts; the SMSC's default alphabet is 0. */
    data_coding: z
      .string()
      .optional()
      .transform((text) => (text === undefined ? undefined : Number(text)))
      .pipe(z.int('expected 0 to 255').min(0, 'expected 0 to 255').max(255, 'expected 0 to 255').optional()),
    /** How texts of several segments are sent. */
    long_messages: z.enum(['udh', 'payload']).default('udh'),
    receipts: z.enum(['on', 'off']).default('on'),
    /** Many an SMSC answers with hexadecimal ids and writes decimal ones into its receipts. */
    receipt_ids: z.enum(['same', 'decimal', 'hexadecimal']).default('same'),
    validity: z.enum(['relative', 'none']).default('relative'),
    destination: numbering('1/1'),
    source_number: numbering('1/1'),
    source_short_code: numbering('3/0'),
    source_alphanumeric: numbering('5/0'),
    statuses: ownStatuses,
    /** Path of the certificate authority that signed the SMSC's certificate, where the system knows it not. */
    ca_file: certificate,
  }),
  base_url: addressSchema(['smpp:', 'smpps:'], null),
});
export type SmppAccount = z.output<typeof smppAccountSchema>;
