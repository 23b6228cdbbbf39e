import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { readActivationMoney } from '../../db/statement.js';
import {
  type CodeMessageView,
  readCodeMessages,
  readVerification,
  readVerificationHistory,
  type VerificationHistoryView,
} from '../../db/verification-views.js';
import { DomainError } from '../../domain/errors.js';
import { CHANNELS, MESSAGE_STATUSES } from '../../domain/message.js';
import { VERIFICATION_STATUSES } from '../../domain/verification.js';
import { route, type AnyRoute } from '../route.js';
import { id, time, timeText } from '../schemas/scalars.js';
import { inOrder, movement, movementOf } from '../schemas/timeline-money.js';

const status = z.enum(VERIFICATION_STATUSES);

const step = z
  .object({
    type: z.literal('status'),
    at: time,
    from: status.nullable(),
    to: status,
    reason: z.string().meta({ description: 'Why, as a stable word: `code_sent`, `wrong_code`, `code_accepted`, `time_over`, …' }),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'VerificationTimelineStep', description: 'Something happened to the verification; its status may have stayed.' });

const delivery = z
  .object({
    type: z.literal('message'),
    at: time,
    message_id: z.uuid(),
    channel: z.enum(CHANNELS),
    status: z.enum(MESSAGE_STATUSES),
    reason: z.string(),
    carrier: z.string().nullable(),
  })
  .meta({ id: 'VerificationTimelineMessage', description: 'What a code’s message went through.' });

const timeline = z
  .object({
    verification_id: z.uuid(),
    status,
    events: z.array(z.discriminatedUnion('type', [step, delivery, movement])).meta({ description: 'Oldest first.' }),
  })
  .meta({ id: 'VerificationTimeline' });

/** What happened to a verification, to the messages of its codes, and to the client's money. Costs are not shown. */
export function verificationTimelineRoutes(deps: { readonly database: Database; readonly currency: string }): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/verifications/:id/timeline',
      door: 'client',
      limit: 'read',
      tag: 'Verifications',
      summary: 'What happened, why, and the money',
      params: z.object({ id }),
      answers: { 200: { description: 'The timeline.', json: timeline } },
      problems: [],
      async handle({ caller, params }) {
        const found = await deps.database.asClient(caller.accountId, async (sql) => {
          const row = await readVerification(sql, params.id);
          if (row === null) return null;
          const messages = await readCodeMessages(sql, params.id);
          const moved = [];
          for (const messageId of new Set(messages.map(({ message_id }) => message_id)))
            moved.push(...(await readActivationMoney(sql, messageId)));
          return { row, history: await readVerificationHistory(sql, params.id), messages, moved };
        });
        if (found === null) throw new DomainError('not_found', 'You have no such verification.');
        const { row, history, messages, moved } = found;
        const events = inOrder([
          ...history.map(stepOf),
          ...messages.map(deliveryOf),
          ...moved.map((line) => movementOf(line, deps.currency)),
        ]);
        return { status: 200, json: { verification_id: row.id, status: row.status, events } };
      },
    }),
  ];
}

function stepOf(row: VerificationHistoryView): z.input<typeof step> {
  return { type: 'status', at: timeText(row.at), from: row.from_status, to: row.to_status, reason: row.reason, detail: row.detail };
}

function deliveryOf(row: CodeMessageView): z.input<typeof delivery> {
  return {
    type: 'message',
    at: timeText(row.at),
    message_id: row.message_id,
    channel: row.channel,
    status: row.to_status,
    reason: row.reason,
    carrier: row.carrier,
  };
}
