import { z } from 'zod';
import { parseMoney } from '../domain/money.js';

/** An amount of at least `least` micro units. Amounts are strings, because JSON numbers are floats. */
export const amountText = (least: bigint, what: string): z.ZodPipe<z.ZodString, z.ZodTransform<bigint, string>> =>
  z.string(`expected ${what}, as a string`).transform((text, context) => {
    try {
      const micros = parseMoney(text);
      if (micros >= least) return micros;
    } catch {
      // Reported below, like an amount out of bounds.
    }
    context.addIssue({ code: 'custom', message: `expected ${what} with at most six decimal places` });
    return z.NEVER;
  });
