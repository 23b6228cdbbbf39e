import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { type MessageHistoryView, readMessage, readMessageHistory } from '../../db/message-views.js';
import { readActivationMoney } from '../../db/statement.js';
import { DomainError } from '../../domain/errors.js';
import { MESSAGE_STATUSES } from '../../domain/message.js';
import { route, type AnyRoute } from '../route.js';
import { id, time, timeText } from '../schemas/scalars.js';
import { inOrder, movement, movementOf } from '../schemas/timeline-money.js';

const status = z.enum(MESSAGE_STATUSES);

const step = z
  .object({
    type: z.literal('status'),
    at: time,
    from: status.nullable(),
    to: status,
    reason: z.string().meta({ description: 'Why, as a stable word: `accepted`, `refused`, `reply_lost`, `receipt`, …' }),
    carrier: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'MessageTimelineStep', description: 'Something happened to the message; its status may have stayed.' });

const timeline = z
  .object({
    message_id: z.uuid(),
    status,
    events: z.array(z.discriminatedUnion('type', [step, movement])).meta({ description: 'Oldest first.' }),
  })
  .meta({ id: 'MessageTimeline' });

/** What happened to a message, by which carriers, why, and what it did to the client's money. Costs are not shown. */
export function messageTimelineRoutes(deps: { readonly database: Database; readonly currency: string }): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/messages/:id/timeline',
      door: 'client',
      limit: 'read',
      tag: 'Messages',
      summary: 'What happened, why, and the money',
      params: z.object({ id }),
      answers: { 200: { description: 'The timeline.', json: timeline } },
      problems: [],
      async handle({ caller, params }) {
        const found = await deps.database.asClient(caller.accountId, async (sql) => {
          const row = await readMessage(sql, params.id);
          return row === null
            ? null
            : { row, history: await readMessageHistory(sql, params.id), moved: await readActivationMoney(sql, params.id) };
        });
        if (found === null) throw new DomainError('not_found', 'You have no such message.');
        const events = inOrder([...found.history.map(stepOf), ...found.moved.map((line) => movementOf(line, deps.currency))]);
        return {
          status: 200,
          json: {
            message_id: params.id,
            status: found.row.status,
            events,
          },
        };
      },
    }),
  ];
}

function stepOf(row: MessageHistoryView): z.input<typeof step> {
  return {
    type: 'status',
    at: timeText(row.at),
    from: row.from_status,
    to: row.to_status,
    reason: row.reason,
    carrier: row.carrier,
    detail: row.detail,
  };
}
