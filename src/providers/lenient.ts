import { z } from 'zod';
import { moneyFromProvider } from '../domain/money.js';

/** A text that some servers write as a number. */
export const looseText = z.union([z.string(), z.number()]).transform((value) => (typeof value === 'number' ? plain(value) : value.trim()));

/** An order's id: digits or a short word, never empty. */
export const looseId = looseText.refine((value) => /^[\w-]{1,64}$/u.test(value), 'is no order id');

/** An amount of money in micro units, from a JSON number or a decimal string; never negative. */
export const looseAmount = z.union([z.string(), z.number()]).transform((value, context) => {
  try {
    const amount = moneyFromProvider(value);
    if (amount >= 0n) return amount;
  } catch {
    // Reported below, together with negative amounts.
  }
  context.addIssue({ code: 'custom', message: 'is no amount' });
  return z.NEVER;
});

/** A count that may be written as a string; never below zero. */
export const looseCount = z
  .union([z.number(), z.string().regex(/^-?\d{1,15}$/u)])
  .transform((value) => Math.max(0, Math.trunc(Number(value))));

/** A yes or no in any of the forms in use: true, 1, "1", "true". */
export const looseFlag = z
  .union([z.boolean(), z.number(), z.string()])
  .transform((value) => value === true || value === 1 || value === '1' || value === 'true');

/** A field that may be absent, null or empty, all of which become null. */
export function absentAsNull<T extends z.ZodType>(schema: T): z.ZodType<z.output<T> | null> {
  return z.preprocess((value) => (value === undefined || value === '' ? null : value), schema.nullable());
}

/** A phone number with or without its plus, as E.164; E.164 allows fifteen digits, and no mobile number has fewer than seven. */
export function phoneNumberOf(value: string | null): string | null {
  const match = /^\+?(\d{7,15})$/u.exec((value ?? '').replaceAll(/[\s()-]/gu, ''));
  return match === null ? null : `+${match[1]}`;
}

function plain(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
