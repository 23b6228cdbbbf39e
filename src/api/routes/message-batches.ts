import { z } from 'zod';
import { isSandbox } from '../../db/buyers.js';
import { askBatchCancel } from '../../db/message-batches.js';
import { batchCounts, type BatchRecord, readBatch, refusedItems, scheduledOf } from '../../db/message-batch-views.js';
import { DomainError } from '../../domain/errors.js';
import { formatMoney, type Markup } from '../../domain/money.js';
import { priceRange } from '../estimate.js';
import { route, type AnyRoute } from '../route.js';
import { batchEstimate, type BatchRequest, batchRequest, messageBatch } from '../schemas/message.js';
import { id, timeText } from '../schemas/scalars.js';
import { idempotencyKey } from '../schemas/idempotency-key.js';
import { prepareBatch, startBatch, type StartBatchDeps } from '../start-batch.js';

export interface MessageBatchDeps extends StartBatchDeps {
  readonly currency: string;
  readonly markupOf: (country: string) => Markup;
}

const SHOWN_REFUSALS = 100;
/** Cancels under way at once. */
const CANCELS = 20;
/** A thousand messages, each with a text of its own. */
const MOST_BYTES = 8_388_608;

/** Many texts at once. */
export function messageBatchRoutes(deps: MessageBatchDeps): AnyRoute[] {
  const mustRead = async (accountId: string, batchId: string): Promise<BatchRecord> => {
    const batch = await deps.database.asClient(accountId, (sql) => readBatch(sql, batchId));
    if (batch === null) throw new DomainError('not_found', 'You have no such batch.');
    return batch;
  };
  const show = (accountId: string, batch: BatchRecord) =>
    deps.database.asClient(accountId, async (sql): Promise<z.input<typeof messageBatch>> => {
      const counts = await batchCounts(sql, batch.id);
      const refused = batch.refused === 0 ? [] : await refusedItems(sql, batch.id, SHOWN_REFUSALS);
      return {
        id: batch.id,
        status: batch.ended_at === null ? 'SENDING' : 'SENT',
        size: batch.size,
        waiting: batch.waiting,
        refused: batch.refused,
        messages: Object.fromEntries(counts.map(({ status, count }) => [status, count])),
        refusals: refused.map(({ seq, failure }) => ({ index: seq, code: failure })),
        cancel_asked_at: batch.cancel_asked_at === null ? null : timeText(batch.cancel_asked_at),
        created_at: timeText(batch.created_at),
        handed_over_at: batch.ended_at === null ? null : timeText(batch.ended_at),
      };
    });
  return [
    route({
      method: 'post',
      path: '/v1/messages/batches',
      door: 'client',
      limit: 'purchase',
      tag: 'Messages',
      summary: 'Send many texts',
      description:
        'Each becomes a message of its own, held, sent and settled like one that was sent alone; a few at a time, so that single messages ' +
        'are not behind them. A request with one message that cannot be sent sends none. The same Idempotency-Key never sends twice.',
      headers: z.object({ 'idempotency-key': idempotencyKey }),
      body: batchRequest,
      maxBodyBytes: MOST_BYTES,
      answers: {
        200: { description: 'With `dry_run`: what it would take; nothing was sent.', json: batchEstimate },
        202: { description: 'It is being handed over.', json: messageBatch, headers: { Location: 'Where the batch can be read.' } },
      },
      problems: ['idempotency_key_reused'],
      async handle({ caller, headers, body }) {
        if (body.dry_run) return { status: 200, json: await estimateOf(deps, caller.accountId, body) };
        const batch = await startBatch(deps, { accountId: caller.accountId, idempotencyKey: headers['idempotency-key'], body });
        return { status: 202, json: await show(caller.accountId, batch), headers: { Location: `/v1/messages/batches/${batch.id}` } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/messages/batches/:id',
      door: 'client',
      limit: 'read',
      tag: 'Messages',
      summary: 'Read how far a batch is',
      description: 'Its messages are listed by `GET /v1/messages?batch=…`.',
      params: z.object({ id }),
      answers: { 200: { description: 'The batch.', json: messageBatch } },
      problems: [],
      handle: async ({ caller, params }) => ({
        status: 200,
        json: await show(caller.accountId, await mustRead(caller.accountId, params.id)),
      }),
    }),
    route({
      method: 'post',
      path: '/v1/messages/batches/:id/cancel',
      door: 'client',
      limit: 'command',
      tag: 'Messages',
      summary: 'Take back what of a batch was not sent',
      description: 'Messages that wait to be handed over or for their time are not sent. What a carrier took stays sent.',
      params: z.object({ id }),
      answers: { 200: { description: 'Nothing more of it will be handed over.', json: messageBatch } },
      problems: [],
      async handle({ caller, params }) {
        await mustRead(caller.accountId, params.id);
        await askBatchCancel(deps.database, params.id);
        const scheduled = await deps.database.asClient(caller.accountId, (sql) => scheduledOf(sql, params.id));
        for (let start = 0; start < scheduled.length; start += CANCELS)
          await Promise.all(scheduled.slice(start, start + CANCELS).map((messageId) => deps.commands.cancel(messageId)));
        return { status: 200, json: await show(caller.accountId, await mustRead(caller.accountId, params.id)) };
      },
    }),
  ];
}

async function estimateOf(deps: MessageBatchDeps, accountId: string, body: BatchRequest): Promise<z.output<typeof batchEstimate>> {
  const buyer = { sandbox: await isSandbox(deps.database, accountId) };
  const sum = { segments: 0, unreachable: 0, from: 0n, to: 0n };
  const prepared = prepareBatch(deps, body);
  for (const one of prepared) {
    const range = await priceRange(deps, buyer, one);
    sum.segments += one.segments;
    sum.from += range?.from ?? 0n;
    sum.to += range?.to ?? 0n;
    if (range === null) sum.unreachable += 1;
  }
  return {
    size: prepared.length,
    segments: sum.segments,
    unreachable: sum.unreachable,
    price_from: formatMoney(sum.from),
    price_to: formatMoney(sum.to),
    currency: deps.currency,
  };
}
