import { z } from 'zod';

/** The header that names a request, so that the same one is never done twice. */
export const idempotencyKey = z
  .string({ error: 'is required: any text of your own that names this request' })
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
  .meta({ description: 'Names this request; the same key never does it twice.' });
