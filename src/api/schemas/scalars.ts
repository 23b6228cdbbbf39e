import { z } from 'zod';
import { formatMoney, parseMoney } from '../../domain/money.js';

/** Time as RFC 3339 in UTC with milliseconds. */
export const time = z.iso
  .datetime({ precision: 3 })
  .meta({ id: 'Time', description: 'RFC 3339, UTC, with milliseconds.', example: '2026-03-01T12:00:00.000Z' });

/** Money as a decimal string. */
export const money = z
  .string()
  .regex(/^-?\d{1,12}\.\d{2,6}$/)
  .meta({ id: 'Money', description: 'Decimal string with two to six places.', example: '0.15' });

/** ISO 4217. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .meta({ id: 'Currency', description: 'ISO 4217.', example: 'USD' });

/** A service's slug as a client may write it. */
export const service = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be a service slug such as "telegram"')
  .meta({ description: 'Service slug; see `GET /v1/services`.', example: 'telegram' });

/** A country as a client may write it; upper case afterwards. */
export const country = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'must be an ISO 3166-1 alpha-2 code such as "ID"')
  .transform((code) => code.toUpperCase())
  .meta({ type: 'string', description: 'ISO 3166-1 alpha-2, in either case.', example: 'ID' });

/** UUID in a path; anything else names nothing. */
export const id = z
  .uuid()
  .transform((text) => text.toLowerCase())
  .meta({ type: 'string', format: 'uuid' });

/** NUL and lone surrogates are what neither Postgres nor UTF-8 can keep. */
function isKeepable(text: string): boolean {
  return !text.includes('\0') && !/\p{Cs}/u.test(text);
}

/** A text that can be stored as it is. */
export function keepable(maximum: number): z.ZodString {
  return z
    .string()
    .max(maximum, `must have at most ${maximum} characters`)
    .refine(isKeepable, 'must not contain NUL characters or broken Unicode');
}

const MAX_PRICE = parseMoney('1000');

/** A ceiling that a client sets, in its wallet's currency. */
export const maxPrice = z
  .string()
  .max(20)
  .transform((text, context) => {
    try {
      const amount = parseMoney(text);
      if (amount > 0n && amount <= MAX_PRICE) return formatMoney(amount);
    } catch {
      // Said below.
    }
    context.addIssue({ code: 'custom', message: 'must be a decimal string above 0 and at most 1000, with at most six places' });
    return z.NEVER;
  })
  .meta({
    type: 'string',
    pattern: '^\\d{1,4}(\\.\\d{1,6})?$',
    description: 'The most that the client will pay, markup included.',
    example: '0.50',
  });

/** A client's own notes. */
export const metadata = z
  .record(z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/, 'names must be 1 to 40 characters of A-Z a-z 0-9 _ . -'), keepable(500))
  .refine((record) => Object.keys(record).length <= 20, 'must have at most 20 members')
  .meta({ description: 'Your own notes, kept and given back: at most 20 strings of at most 500 characters.' });

/** Writes a time as the API shows it. */
export function timeText(date: Date): string {
  return date.toISOString();
}
