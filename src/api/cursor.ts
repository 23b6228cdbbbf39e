import { z } from 'zod';
import { invalidField } from './problem.js';

/** Most items of a page, and how many without `limit`. */
export const MAX_PAGE = 200;
export const DEFAULT_PAGE = 50;

/** Query parameters of every list. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_PAGE, `must be 1 to ${MAX_PAGE}`)
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE, description: 'Items of a page.' }),
  cursor: z.string().max(500).optional().meta({ description: '`next_cursor` of the page before.' }),
};

/** The place after an item, as the opaque text that a client hands back. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * Reads a cursor of a list whose places have the shape of `schema`; null without a cursor.
 *
 * @throws DomainError `invalid_input` for a text that this list never gave.
 */
export function decodeCursor<T>(text: string | undefined, schema: z.ZodType<T>): T | null {
  if (text === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64url')));
  } catch {
    value = undefined;
  }
  const place = schema.safeParse(value);
  if (!place.success) throw invalidField('cursor', 'is not a next_cursor of this list');
  return place.data;
}

/** Microseconds count, so a Date cannot carry the time; the text is what Postgres wrote. */
export const timePlace = z
  .string()
  .regex(/^[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/)
  .refine((text) => {
    const time = new Date(`${text.slice(0, 19)}Z`);
    return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === text.slice(0, 19);
  });

/** Cuts the look-ahead item off a page that was read with one more than `limit`. */
export function cutPage<T>(
  rows: readonly T[],
  limit: number,
  placeOf: (last: T) => readonly string[],
): { items: readonly T[]; nextCursor: string | null } {
  if (rows.length <= limit) return { items: rows, nextCursor: null };
  const items = rows.slice(0, limit);
  return { items, nextCursor: encodeCursor(placeOf(items[items.length - 1]!)) };
}
