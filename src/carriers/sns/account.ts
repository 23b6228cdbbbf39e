import { z } from 'zod';
import { addressSchema } from '../coded-kind.js';

/** What an AWS account brings. */
export const snsAccountSchema = z.strictObject({
  secrets: z.strictObject({
    secret_access_key: z.string({ error: 'is missing: the secret of the access key' }).min(1),
    /** Of temporary credentials. */
    session_token: z.string().min(1).optional(),
  }),
  settings: z.strictObject({
    access_key_id: z.string({ error: 'is missing: the id of the access key' }).min(1),
    region: z
      .string({ error: 'is missing: the region, such as eu-west-1' })
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as eu-west-1'),
    sms_type: z.enum(['Transactional', 'Promotional']).default('Transactional'),
    /** Whether SNS is told the ceiling. It sends nothing above it, and says so in its logs only. */
    max_price: z.enum(['on', 'off']).default('on'),
    /** Whether opted-out numbers are asked for before each send. */
    check_opt_out: z.enum(['on', 'off']).default('on'),
    /** Of India's registry of templates. */
    entity_id: z.string().min(1).optional(),
    template_id: z.string().min(1).optional(),
  }),
  base_url: addressSchema(['https:', 'http:'], null).nullable(),
});
export type SnsAccount = z.output<typeof snsAccountSchema>;
