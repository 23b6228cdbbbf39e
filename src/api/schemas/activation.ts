import { z } from 'zod';
import { ACTIVATION_STATUSES } from '../../domain/activation.js';
import { ERRORS, type ErrorCode } from '../../domain/errors.js';
import { formatMoney, parseMoney } from '../../domain/money.js';
import { country, currency, keepable, money, service, time } from './scalars.js';

const message = z
  .object({
    id: z.uuid(),
    code: z.string().nullable().meta({ description: 'The code in it; null where none was recognised, and once erased.' }),
    text: z.string().nullable().meta({ description: 'The whole text; null where the provider shows the code only, and once erased.' }),
    received_at: time,
  })
  .meta({ id: 'Message', description: 'One SMS.' });

/** The activation as clients see it. */
export const activation = z
  .object({
    id: z.uuid(),
    status: z.enum(ACTIVATION_STATUSES),
    phone_number: z.string().nullable().meta({ description: 'E.164; null until bought, and once erased.', example: '+6281234567890' }),
    service: z.string(),
    country: z.string(),
    operator: z.string().nullable(),
    price: money.nullable().meta({ description: 'What the client pays, markup included; null until bought.' }),
    currency,
    expires_at: time.nullable().meta({ description: 'Until when an SMS can come; null until bought.' }),
    cancel_due_at: time
      .optional()
      .meta({ description: 'When a cancel that was accepted will be carried out, where the provider refuses it earlier.' }),
    failure_code: z
      .enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])
      .optional()
      .meta({ description: 'Why nothing was bought; only where the status is FAILED.' }),
    late_sms: z.object({ count: z.int(), price: money }).optional().meta({
      description: 'SMS that came after your money had been given back, or to a number that had been replaced, and what they cost.',
    }),
    erased_at: time.optional().meta({
      description: 'When number, codes and texts were erased: they are null from then on, and SMS that were not paid for are gone.',
    }),
    created_at: time,
    metadata: z.record(z.string(), z.string()),
    messages: z.array(message),
  })
  .meta({ id: 'Activation', description: 'A rented number and what became of it.' });

export type Activation = z.output<typeof activation>;

const MAX_PRICE = parseMoney('1000');

const maxPrice = z
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

const metadata = z
  .record(z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/, 'names must be 1 to 40 characters of A-Z a-z 0-9 _ . -'), keepable(500))
  .refine((record) => Object.keys(record).length <= 20, 'must have at most 20 members')
  .meta({ description: 'Your own notes, kept and given back: at most 20 strings of at most 500 characters.' });

/** What POST /v1/activations takes. */
export const activationRequest = z
  .strictObject({
    service,
    country,
    operator: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/, 'must be an operator’s word such as "telkomsel"')
      .transform((word) => word.toLowerCase())
      .nullish()
      .meta({ type: ['string', 'null'], description: 'Mobile operator; any when missing.' }),
    max_price: maxPrice.nullish(),
    on_no_code: z
      .enum(['refund', 'replace'])
      .default('refund')
      .meta({
        description:
          'What happens when no code comes: the price is refunded, or the number is given back after a while for another one, ' +
          'as long as one fits the ceiling; `phone_number` changes then.',
      }),
    metadata: metadata.default({}),
  })
  .meta({ id: 'ActivationRequest' });

export type ActivationRequest = z.output<typeof activationRequest>;
