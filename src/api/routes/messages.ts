import { z } from 'zod';
import { isSandbox } from '../../db/buyers.js';
import type { Database } from '../../db/database.js';
import { reportMessage } from '../../db/message-feedback.js';
import { DomainError } from '../../domain/errors.js';
import { MESSAGE_STATUSES } from '../../domain/message.js';
import { formatMoney, type Markup } from '../../domain/money.js';
import { segmentsOf } from '../../send/segments.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery, timePlace } from '../cursor.js';
import { priceRange } from '../estimate.js';
import type { ReadMessage } from '../message-reader.js';
import { route, type AnyRoute } from '../route.js';
import { estimate, type MessageRequest, messageRequest, outgoingMessage } from '../schemas/message.js';
import { idempotencyKey } from '../schemas/idempotency-key.js';
import { id } from '../schemas/scalars.js';
import { prepareMessage, startMessage, type StartMessageDeps } from '../start-message.js';

export interface MessageRouteDeps extends StartMessageDeps {
  readonly database: Database;
  readonly currency: string;
  /** What clients pay above a carrier's price to a country. */
  readonly markupOf: (country: string) => Markup;
}

/** Sending a text, and what became of it. */
export function messageRoutes(deps: MessageRouteDeps): AnyRoute[] {
  return [
    route({
      method: 'post',
      path: '/v1/messages',
      door: 'client',
      limit: 'purchase',
      tag: 'Messages',
      summary: 'Send a text',
      description:
        'Sends by the carrier that is most likely to deliver there, holding the price from your credit. The same Idempotency-Key never ' +
        'sends twice. You pay once, when the first carrier takes it; `sent` is not `delivered`, which only a receipt says.',
      headers: z.object({
        'idempotency-key': idempotencyKey,
      }),
      body: messageRequest,
      answers: {
        200: { description: 'With `dry_run`: what it would take; nothing was sent.', json: estimate },
        202: { description: 'It is being sent.', json: outgoingMessage, headers: { Location: 'Where the message can be read.' } },
      },
      problems: ['insufficient_credit', 'idempotency_key_reused', 'not_for_sale', 'no_route'],
      async handle({ caller, headers, body }) {
        if (body.dry_run) return { status: 200, json: await estimateOf(deps, caller.accountId, body) };
        const shown = await startMessage(deps, { accountId: caller.accountId, idempotencyKey: headers['idempotency-key'], body });
        return { status: 202, json: shown, headers: { Location: `/v1/messages/${shown.id}` } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/messages',
      door: 'client',
      limit: 'read',
      tag: 'Messages',
      summary: 'List messages, newest first',
      query: z.object({ ...pageQuery, status: z.enum(MESSAGE_STATUSES).optional(), batch: z.uuid().optional() }),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(outgoingMessage), next_cursor: z.string().nullable() }) } },
      problems: [],
      async handle({ caller, query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const found = await deps.reader.list(caller.accountId, {
          status: query.status ?? null,
          batchId: query.batch ?? null,
          after: decodeCursor(query.cursor, z.tuple([timePlace, z.uuid()])),
          limit: limit + 1,
        });
        const page = cutPage(found, limit, ({ row }) => [row.place, row.id]);
        return { status: 200, json: { items: page.items.map(({ shown }) => shown), next_cursor: page.nextCursor } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/messages/:id',
      door: 'client',
      limit: 'read',
      tag: 'Messages',
      summary: 'Read a message',
      params: z.object({ id }),
      answers: { 200: { description: 'The message.', json: outgoingMessage } },
      problems: [],
      handle: async ({ caller, params }) => ({ status: 200, json: (await mustRead(deps, caller.accountId, params.id)).shown }),
    }),
    route({
      method: 'post',
      path: '/v1/messages/:id/feedback',
      door: 'client',
      limit: 'command',
      tag: 'Messages',
      summary: 'Say whether a message did its work',
      description:
        'For senders of their own codes: whether the code was typed back. It weighs more than what carriers claim, and finds those whose ' +
        'receipts are not true. The last word counts; it changes neither status nor price.',
      params: z.object({ id }),
      body: z.strictObject({ converted: z.boolean().meta({ description: 'Whether it was typed back (or clicked, or answered).' }) }),
      answers: { 200: { description: 'Taken.', json: outgoingMessage } },
      problems: ['wrong_state'],
      async handle({ caller, params, body }) {
        const { row } = await mustRead(deps, caller.accountId, params.id);
        if (!(await deps.database.transaction((sql) => reportMessage(sql, params.id, body.converted))))
          throw new DomainError('wrong_state', 'No carrier took this message: there is nothing to tell of it.', { state: row.status });
        return { status: 200, json: (await mustRead(deps, caller.accountId, params.id)).shown };
      },
    }),
    route({
      method: 'post',
      path: '/v1/messages/:id/cancel',
      door: 'client',
      limit: 'command',
      tag: 'Messages',
      summary: 'Take a scheduled message back',
      params: z.object({ id }),
      answers: { 200: { description: 'It will not be sent, and nothing is held for it any more.', json: outgoingMessage } },
      problems: ['wrong_state'],
      async handle({ caller, params }) {
        const { row } = await mustRead(deps, caller.accountId, params.id);
        if (row.status === 'SCHEDULED') await deps.commands.cancel(params.id);
        const { row: now, shown } = await untilCancelled(deps, caller.accountId, params.id);
        if (now.status !== 'CANCELLED')
          throw new DomainError('wrong_state', `A message that is ${now.status} cannot be taken back.`, { state: now.status });
        return { status: 200, json: shown };
      },
    }),
  ];
}

/** The workflow answers before its row is written. */
async function untilCancelled(deps: MessageRouteDeps, accountId: string, messageId: string): Promise<ReadMessage> {
  for (let tries = 0; ; tries += 1) {
    const found = await mustRead(deps, accountId, messageId);
    if (found.row.status !== 'SCHEDULED' || tries === 50) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function mustRead(deps: MessageRouteDeps, accountId: string, messageId: string): Promise<ReadMessage> {
  const found = await deps.reader.read(accountId, messageId);
  if (found === null) throw new DomainError('not_found', 'You have no such message.');
  return found;
}

async function estimateOf(deps: MessageRouteDeps, accountId: string, body: MessageRequest): Promise<z.output<typeof estimate>> {
  const prepared = prepareMessage(deps, body);
  const range = await priceRange(deps, { sandbox: await isSandbox(deps.database, accountId) }, prepared);
  return {
    channel: prepared.channel,
    country: prepared.country,
    encoding: prepared.encoding,
    segments: prepared.segments,
    not_gsm7: [...segmentsOf(body.text).notGsm7],
    price_from: range === null ? null : formatMoney(range.from),
    price_to: range === null ? null : formatMoney(range.to),
    currency: deps.currency,
  };
}
