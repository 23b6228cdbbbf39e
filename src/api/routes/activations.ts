import { z } from 'zod';
import { ACTIVATION_STATUSES } from '../../domain/activation.js';
import { DomainError } from '../../domain/errors.js';
import type { ActivationReader, ReadActivation } from '../activation-reader.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery, timePlace } from '../cursor.js';
import { parsePrefer } from '../prefer.js';
import { route, type AnyRoute } from '../route.js';
import { activation, activationRequest } from '../schemas/activation.js';
import { idempotencyKey } from '../schemas/idempotency-key.js';
import { country, service } from '../schemas/scalars.js';
import { startActivation, type StartDeps } from '../start-activation.js';

/** A start that may not take any time would be given up before the server has heard of it. */
const MIN_WAIT_SECONDS = 1;

/** The longest that a client may make us wait, in seconds. */
export const MAX_WAIT_SECONDS = 30;

/** Renting a number, and the list of what was rented. */
export function activationRoutes(deps: StartDeps & { readonly reader: ActivationReader; readonly startWaitMs: number }): AnyRoute[] {
  return [
    route({
      method: 'post',
      path: '/v1/activations',
      door: 'client',
      limit: 'purchase',
      tag: 'Activations',
      summary: 'Rent a number',
      description:
        'Buys a number from the provider that is most likely to deliver, holding the price from your credit. Repeating the request ' +
        'with the same Idempotency-Key never buys twice: it answers what the first one answered. A failure (402, 503) is final for its key. ' +
        'A 202 means that the purchase goes on: read its Location, or repeat the request.',
      headers: z.object({
        'idempotency-key': idempotencyKey,
        prefer: z
          .string()
          .max(1_000)
          .optional()
          .meta({ description: `\`wait=N\` (RFC 7240): seconds to wait for the number, ${MIN_WAIT_SECONDS} to ${MAX_WAIT_SECONDS}.` }),
      }),
      body: activationRequest,
      answers: {
        201: {
          description: 'The number is rented.',
          json: activation,
          headers: { Location: 'Address of the activation.', 'Preference-Applied': 'The wait that was granted.' },
        },
        202: {
          description: 'The purchase goes on; `phone_number` is null.',
          json: activation,
          headers: { Location: 'Where the activation can be read.', 'Retry-After': 'Seconds after which reading it makes sense.' },
        },
      },
      problems: ['insufficient_credit', 'idempotency_key_reused', 'not_for_sale', 'no_numbers'],
      async handle({ caller, headers, body }) {
        const { wait } = parsePrefer(headers.prefer);
        const seconds = wait === null ? null : Math.min(Math.max(wait, MIN_WAIT_SECONDS), MAX_WAIT_SECONDS);
        const started = await startActivation(deps, {
          accountId: caller.accountId,
          idempotencyKey: headers['idempotency-key'],
          body,
          waitMs: seconds === null ? deps.startWaitMs : seconds * 1_000,
        });
        const replyHeaders = {
          Location: `/v1/activations/${started.shown.id}`,
          ...(seconds === null ? {} : { 'Preference-Applied': `wait=${seconds}` }),
        };
        return started.bought
          ? { status: 201, json: started.shown, headers: replyHeaders }
          : { status: 202, json: started.shown, headers: { ...replyHeaders, 'Retry-After': '1' } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/activations',
      door: 'client',
      limit: 'read',
      tag: 'Activations',
      summary: 'List activations, newest first',
      query: z.object({
        ...pageQuery,
        status: z.enum(ACTIVATION_STATUSES).optional(),
        service: service.optional(),
        country: country.optional(),
      }),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(activation), next_cursor: z.string().nullable() }) } },
      problems: [],
      async handle({ caller, query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const found = await deps.reader.list(caller.accountId, {
          status: query.status ?? null,
          service: query.service ?? null,
          country: query.country ?? null,
          after: decodeCursor(query.cursor, z.tuple([timePlace, z.uuid()])),
          limit: limit + 1,
        });
        const page = cutPage(found, limit, ({ row }) => [row.place, row.id]);
        return { status: 200, json: { items: page.items.map(({ shown }) => shown), next_cursor: page.nextCursor } };
      },
    }),
  ];
}

/** The caller's activation. @throws DomainError `not_found` */
export async function mustRead(reader: ActivationReader, accountId: string, id: string): Promise<ReadActivation> {
  const found = await reader.read(accountId, id);
  if (found === null) throw new DomainError('not_found', 'You have no such activation.');
  return found;
}
