import { z } from 'zod';
import { addressSchema } from '../coded-kind.js';

const sid = (prefix: string): z.ZodString =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `expected ${prefix} and 32 hexadecimal digits`);
const number = z.string().regex(/^\+[1-9]\d{4,14}$/, 'expected a number in E.164, such as +14155550100');

/** What a Twilio account brings. */
export const twilioAccountSchema = z
  .strictObject({
    secrets: z.strictObject({
      /** Signs hooks; also the password where no API key is given. */
      auth_token: z.string({ error: 'is missing: the account’s auth token' }).min(1),
      api_key_secret: z.string().min(1).optional(),
    }),
    settings: z.strictObject({
      account_sid: z.string({ error: 'is missing: the account’s SID' }).pipe(sid('AC')),
      api_key_sid: sid('SK').optional(),
      /** Chooses the sender of messages that name none. */
      messaging_service_sid: sid('MG').optional(),
      whatsapp_from: number.optional(),
      /** The approved template that carries a code outside of a conversation. */
      whatsapp_content_sid: sid('HX').optional(),
      /** The template's variable that takes the code. */
      whatsapp_code_variable: z.string().min(1).max(16).default('1'),
      voice_from: number.optional(),
      /** BCP 47 tag in which calls are spoken. */
      voice_language: z
        .string()
        .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/, 'expected a language tag such as en-GB')
        .optional(),
      voice_name: z.string().min(1).max(64).optional(),
    }),
    base_url: addressSchema(['https:', 'http:'], 'https://api.twilio.com'),
  })
  .superRefine(({ secrets, settings }, context) => {
    if ((settings.api_key_sid === undefined) !== (secrets.api_key_secret === undefined))
      context.addIssue({ code: 'custom', path: ['settings', 'api_key_sid'], message: 'goes together with secrets.api_key_secret' });
  });
export type TwilioAccount = z.output<typeof twilioAccountSchema>;
