import { z } from 'zod';
import { readProvenPhone } from '../../db/verification-views.js';
import { DomainError } from '../../domain/errors.js';
import { VERIFICATION_STATUSES } from '../../domain/verification.js';
import { checkVerification } from '../check-verification.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery, timePlace } from '../cursor.js';
import { parseRecipient } from '../phone-number.js';
import { route, type AnyRoute } from '../route.js';
import { idempotencyKey } from '../schemas/idempotency-key.js';
import { id, time, timeText } from '../schemas/scalars.js';
import { checked, resendRequest, shownVerification, typedCode, verificationRequest } from '../schemas/verification.js';
import { personOf, sendAgain, startVerification, type VerificationDeps } from '../start-verification.js';
import { isOpen, mustRead } from '../verification-reader.js';

const keyed = z.object({ 'idempotency-key': idempotencyKey });
const perhapsKeyed = z.object({ 'idempotency-key': idempotencyKey.optional() });

/** Proving that a person holds a phone. */
export function verificationRoutes(deps: VerificationDeps): AnyRoute[] {
  return [
    route({
      method: 'post',
      path: '/v1/verifications',
      door: 'client',
      limit: 'purchase',
      tag: 'Verifications',
      summary: 'Send a one-time code',
      description:
        'Sends a code by the best carrier of the first channel, holding its price from your credit. The same Idempotency-Key never sends ' +
        'twice. While a verification of the same number and purpose is open it is joined (200): with another code if the rules allow one ' +
        'now, else with the one that is on its way.',
      headers: keyed,
      body: verificationRequest,
      answers: {
        200: { description: 'One of this number and purpose was open already.', json: shownVerification },
        201: {
          description: 'A code is on its way.',
          json: shownVerification,
          headers: { Location: 'Where the verification can be read.' },
        },
      },
      problems: ['blocked', 'insufficient_credit', 'spend_cap_reached', 'idempotency_key_reused', 'no_route', 'not_for_sale'],
      async handle({ caller, headers, body }) {
        const { verification, joined } = await startVerification(deps, {
          accountId: caller.accountId,
          idempotencyKey: headers['idempotency-key'],
          body,
          limited: 'joined',
        });
        const { shown } = verification;
        return joined ? { status: 200, json: shown } : { status: 201, json: shown, headers: { Location: `/v1/verifications/${shown.id}` } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/verifications',
      door: 'client',
      limit: 'read',
      tag: 'Verifications',
      summary: 'List verifications, newest first',
      query: z.object({ ...pageQuery, status: z.enum(VERIFICATION_STATUSES).optional(), purpose: z.string().max(64).optional() }),
      answers: {
        200: { description: 'A page.', json: z.object({ items: z.array(shownVerification), next_cursor: z.string().nullable() }) },
      },
      problems: [],
      async handle({ caller, query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const found = await deps.reader.list(caller.accountId, {
          status: query.status ?? null,
          purpose: query.purpose ?? null,
          after: decodeCursor(query.cursor, z.tuple([timePlace, z.uuid()])),
          limit: limit + 1,
        });
        const page = cutPage(found, limit, ({ row }) => [row.place, row.id]);
        return { status: 200, json: { items: page.items.map(({ shown }) => shown), next_cursor: page.nextCursor } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/verifications/lookup',
      door: 'client',
      limit: 'read',
      tag: 'Verifications',
      summary: 'Say when a phone was proven to you',
      body: z.strictObject({ to: z.string().max(40) }),
      answers: {
        200: {
          description: 'When it was, first and last; null for never.',
          json: z.object({ verified: z.boolean(), first_verified_at: time.nullable(), phone_verified_at: time.nullable() }),
        },
      },
      problems: [],
      async handle({ caller, body }) {
        const hash = deps.hashes.number(parseRecipient(body.to).number);
        const proven = await deps.database.asClient(caller.accountId, (sql) => readProvenPhone(sql, hash));
        return {
          status: 200,
          json: {
            verified: proven !== null,
            first_verified_at: proven === null ? null : timeText(proven.first_verified_at),
            phone_verified_at: proven === null ? null : timeText(proven.phone_verified_at),
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/v1/verifications/:id',
      door: 'client',
      limit: 'read',
      tag: 'Verifications',
      summary: 'Read a verification',
      params: z.object({ id }),
      answers: { 200: { description: 'The verification.', json: shownVerification } },
      problems: [],
      handle: async ({ caller, params }) => ({ status: 200, json: (await mustRead(deps.reader, caller.accountId, params.id)).shown }),
    }),
    route({
      method: 'post',
      path: '/v1/verifications/:id/check',
      door: 'client',
      limit: 'command',
      tag: 'Verifications',
      summary: 'Check a code that was typed',
      description:
        'Each check takes one from one budget of the verification; all its codes are right until one of them is typed, and none after. What ' +
        'can be no code at all is refused (422) and takes nothing. With an Idempotency-Key, sending the same check again answers the same.',
      params: z.object({ id }),
      headers: perhapsKeyed,
      body: z.strictObject({ code: typedCode }),
      answers: { 200: { description: 'Whether it was right.', json: checked } },
      problems: [],
      async handle({ caller, params, headers, body }) {
        const reply = await checkVerification(deps, {
          accountId: caller.accountId,
          id: params.id,
          typed: body.code,
          key: headers['idempotency-key'] ?? null,
        });
        const right = reply.kind === 'accepted';
        return { status: 200, json: { success: right, verified: right, status: reply.status, checks_remaining: reply.checksRemaining } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/verifications/:id/resend',
      door: 'client',
      limit: 'purchase',
      tag: 'Verifications',
      summary: 'Send another code',
      description: 'The codes that are there stay good. Carriers that have not been tried for this verification are asked first.',
      params: z.object({ id }),
      headers: keyed,
      body: resendRequest,
      answers: { 202: { description: 'Another code is on its way.', json: shownVerification } },
      problems: ['blocked', 'insufficient_credit', 'spend_cap_reached', 'no_route', 'wrong_state'],
      async handle({ caller, params, headers, body }) {
        const { row, shown } = await mustRead(deps.reader, caller.accountId, params.id);
        if (!isOpen(row) || shown.to === null)
          throw new DomainError('wrong_state', `A verification that is ${shown.status} sends no other code.`, { state: shown.status });
        const risk = {
          accountId: caller.accountId,
          verificationId: row.id,
          purpose: row.purpose,
          number: shown.to,
          country: row.country,
          numberHash: deps.hashes.number(shown.to).toString('hex'),
          channel: body.channel ?? row.channels[0]!,
          again: true,
          ...personOf(body),
        };
        await sendAgain(deps, risk, { sendKey: headers['idempotency-key'], channel: body.channel ?? null, isTest: row.test });
        return { status: 202, json: (await mustRead(deps.reader, caller.accountId, params.id)).shown };
      },
    }),
    route({
      method: 'post',
      path: '/v1/verifications/:id/cancel',
      door: 'client',
      limit: 'command',
      tag: 'Verifications',
      summary: 'Take a verification back',
      description: 'All its codes are dead. What was sent is paid for.',
      params: z.object({ id }),
      answers: { 200: { description: 'It is over.', json: shownVerification } },
      problems: ['wrong_state'],
      async handle({ caller, params }) {
        const { row } = await mustRead(deps.reader, caller.accountId, params.id);
        if (isOpen(row)) await deps.commands.cancel(row.id);
        const { shown } = await mustRead(deps.reader, caller.accountId, params.id);
        if (shown.status !== 'CANCELLED')
          throw new DomainError('wrong_state', `A verification that is ${shown.status} cannot be taken back.`, { state: shown.status });
        return { status: 200, json: shown };
      },
    }),
  ];
}
