import { z } from 'zod';
import { ACTIVATION_STATUSES } from '../../domain/activation.js';
import { ERRORS, type ErrorCode } from '../../domain/errors.js';
import { country, currency, maxPrice, metadata, money, service, time } from './scalars.js';

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
