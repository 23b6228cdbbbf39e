import { z } from 'zod';
import { ACTIVATION_STATUSES } from '../../domain/activation.js';
import type { ActivationCommands } from '../../domain/activation-request.js';
import type { Database } from '../../db/database.js';
import { readActivation, readHistory, type HistoryView } from '../../db/activation-views.js';
import { readActivationMoney } from '../../db/statement.js';
import { DomainError } from '../../domain/errors.js';
import { route, type AnyRoute } from '../route.js';
import { id, time, timeText } from '../schemas/scalars.js';
import { inOrder, movement, movementOf } from '../schemas/timeline-money.js';

const status = z.enum(ACTIVATION_STATUSES);

const step = z
  .object({
    type: z.literal('status'),
    at: time,
    from: status.nullable(),
    to: status,
    reason: z.string().meta({ description: 'Why, as a stable word: `requested`, `no_offer`, `cancelled_by_client`, …' }),
    provider: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineStep', description: 'The activation went from one status to another.' });

const timeline = z
  .object({
    activation_id: z.uuid(),
    status,
    trace_id: z.string().nullable().meta({ description: 'Finds the activation in every log.' }),
    events: z.array(z.discriminatedUnion('type', [step, movement])).meta({ description: 'Oldest first.' }),
    now: z
      .object({
        phase: z.string(),
        waiting_for: z.string().nullable(),
        until: z.string().nullable(),
        provider: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'What the workflow says of itself while it runs; null when it does not, or does not answer in time.' }),
  })
  .meta({ id: 'Timeline' });

/** What the timeline needs. */
export interface TimelineDeps {
  readonly database: Database;
  readonly commands: ActivationCommands;
  readonly currency: string;
}

/** What happened to an activation, why, and what it did to the client's money. Provider names are shown, costs are not. */
export function timelineRoutes(deps: TimelineDeps): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/activations/:id/timeline',
      door: 'client',
      limit: 'read',
      tag: 'Activations',
      summary: 'What happened, why, and the money',
      params: z.object({ id }),
      answers: { 200: { description: 'The timeline.', json: timeline } },
      problems: [],
      async handle({ caller, params }) {
        const found = await deps.database.asClient(caller.accountId, async (sql) => {
          const row = await readActivation(sql, params.id);
          return row === null
            ? null
            : { row, history: await readHistory(sql, params.id), moved: await readActivationMoney(sql, params.id) };
        });
        if (found === null) throw new DomainError('not_found', 'You have no such activation.');
        const story = await deps.commands.story(params.id);
        const events = inOrder([...found.history.map(stepOf), ...found.moved.map((line) => movementOf(line, deps.currency))]);
        return {
          status: 200,
          json: {
            activation_id: params.id,
            status: found.row.status,
            trace_id: found.row.trace_id,
            events,
            now:
              story === null ? null : { phase: story.phase, waiting_for: story.waitingFor, until: story.until, provider: story.provider },
          },
        };
      },
    }),
  ];
}

function stepOf(row: HistoryView): z.input<typeof step> {
  return {
    type: 'status',
    at: timeText(row.at),
    from: row.from_status,
    to: row.to_status,
    reason: row.reason,
    provider: row.provider,
    detail: row.detail,
  };
}
