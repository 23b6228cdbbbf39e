import { z } from 'zod';
import { CHANNELS } from '../../domain/message.js';
import { checkVerification } from '../check-verification.js';
import { parseRecipient } from '../phone-number.js';
import { route, type AnyRoute } from '../route.js';
import { idempotencyKey } from '../schemas/idempotency-key.js';
import { person, typedCode, verificationRequest } from '../schemas/verification.js';
import { startVerification, type VerificationDeps } from '../start-verification.js';
import { checksLeft } from '../verification-reader.js';

const phoneNumber = z.string().max(40).meta({ description: 'In international form.', example: '+14155551234' });
const PURPOSE = 'phone';

/** Two calls that verify a phone: the simplest door to what `/v1/verifications` does. */
export function phoneCodeRoutes(deps: VerificationDeps): AnyRoute[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/phone/send-code/',
      aliases: ['/api/v1/phone/send-code'],
      door: 'client',
      limit: 'purchase',
      tag: 'Phone codes',
      summary: 'Send a code to a phone',
      description:
        'While a code of this phone is open, another one joins it as far as the limits allow; else this is 429 with Retry-After.',
      headers: z.object({ 'idempotency-key': idempotencyKey.optional() }),
      body: z.strictObject({
        phone_number: phoneNumber,
        channel: z.enum(CHANNELS).optional(),
        locale: verificationRequest.shape.locale,
        ...person,
      }),
      answers: {
        200: {
          description: 'A code is on its way.',
          json: z
            .object({
              success: z.literal(true),
              expires_in: z.int().meta({ description: 'Seconds.', example: 600 }),
              attempts_remaining: z.int().meta({ description: 'Checks that are left.', example: 3 }),
            })
            .meta({ id: 'PhoneCodeSent' }),
        },
      },
      problems: [
        'blocked',
        'insufficient_credit',
        'spend_cap_reached',
        'idempotency_key_reused',
        'no_route',
        'not_for_sale',
        'wrong_state',
      ],
      async handle({ caller, headers, body }) {
        const { phone_number: to, channel, ...rest } = body;
        // Named here, so that what is wrong with it names the field of this door.
        parseRecipient(to, 'phone_number');
        const { verification } = await startVerification(deps, {
          accountId: caller.accountId,
          idempotencyKey: headers['idempotency-key'] ?? deps.ids(),
          body: { to, purpose: PURPOSE, metadata: {}, ...rest, ...(channel === undefined ? {} : { channels: [channel] }) },
          limited: 'refused',
        });
        const { row } = verification;
        return { status: 200, json: { success: true, expires_in: Math.max(0, row.seconds_left), attempts_remaining: checksLeft(row) } };
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/phone/verify-code/',
      aliases: ['/api/v1/phone/verify-code'],
      door: 'client',
      limit: 'command',
      tag: 'Phone codes',
      summary: 'Check the code of a phone',
      headers: z.object({ 'idempotency-key': idempotencyKey.optional() }),
      body: z.strictObject({ phone_number: phoneNumber, code: typedCode }),
      answers: {
        200: {
          description: 'Whether it was right.',
          json: z
            .union([
              z.object({ success: z.literal(true), verified: z.literal(true), tier_completed: z.int(), can_book: z.boolean() }),
              z.object({ success: z.literal(false), verified: z.literal(false), attempts_remaining: z.int() }),
            ])
            .meta({ id: 'PhoneCodeChecked' }),
        },
      },
      problems: [],
      async handle({ caller, headers, body }) {
        const hash = deps.hashes.number(parseRecipient(body.phone_number, 'phone_number').number);
        const verification = await deps.reader.newestOf(caller.accountId, hash, PURPOSE);
        if (verification === null) return { status: 200, json: { success: false, verified: false, attempts_remaining: 0 } };
        const reply = await checkVerification(deps, {
          accountId: caller.accountId,
          id: verification.row.id,
          typed: body.code,
          key: headers['idempotency-key'] ?? null,
        });
        const { tierCompleted, canBook } = deps.settings.phone;
        return {
          status: 200,
          json:
            reply.kind === 'accepted'
              ? { success: true, verified: true, tier_completed: tierCompleted, can_book: canBook }
              : { success: false, verified: false, attempts_remaining: reply.checksRemaining },
        };
      },
    }),
  ];
}
