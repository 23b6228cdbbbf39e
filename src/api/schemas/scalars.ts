import { z } from 'zod';

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

/** Writes a time as the API shows it. */
export function timeText(date: Date): string {
  return date.toISOString();
}
