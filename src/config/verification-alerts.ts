import { z } from 'zod';
import { DEFAULT_VERIFICATION_BOUNDS as VERIFY } from '../domain/alert-verification.js';
import { amountText } from './amount.js';

const percent = z.number('expected a percentage').min(0, 'expected at least 0 %').max(100, 'expected at most 100 %');

/** From when on verifications are a matter for operators. */
export const verificationAlerts = z.strictObject({
  spend_day: amountText(0n, 'an amount of at least "0"').default(VERIFY.spendDay),
  spend_month: z
    .array(z.strictObject({ amount: amountText(0n, 'an amount of at least "0"'), months: z.int().min(1).max(120).optional() }))
    .min(1, 'expected at least one amount')
    .max(20)
    .refine(
      (steps) => steps.every(({ months }, at) => (months === undefined) === (at === steps.length - 1)),
      'expected months in each step but the last, which holds for good',
    )
    .transform((steps) => steps.map(({ amount: of, months }) => ({ amount: of, months: months ?? null })))
    .default([...VERIFY.spendMonths]),
  delivery_percent: percent.default(VERIFY.deliveryPercent),
  delivery_seconds: z.int().min(1).max(3_600).default(VERIFY.deliverySeconds),
  errors_percent: percent.default(VERIFY.errorsPercent),
  least_sample: z.int().min(1).max(1_000_000).default(VERIFY.leastSample),
  phone_wishes: z.int().min(1).max(10_000).default(VERIFY.phoneWishes),
  address_codes: z.int().min(1).max(1_000_000).default(VERIFY.addressCodes),
});
