import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { listActions } from '../../db/operator-actions.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery } from '../cursor.js';
import { type AnyRoute, route } from '../route.js';
import { time, timeText } from '../schemas/scalars.js';

const action = z
  .object({
    id: z.string(),
    at: time,
    account_id: z.uuid(),
    account_name: z.string(),
    key_prefix: z.string().nullable(),
    request_id: z.string(),
    action: z.string().meta({ example: 'POST /v1/operator/accounts/:id/suspend' }),
    params: z.record(z.string(), z.unknown()),
    body: z.unknown(),
    status: z.int().nullable().meta({ description: 'HTTP status of the answer; null where the process ended before it.' }),
    problem: z.string().nullable(),
  })
  .meta({ id: 'OperatorAction' });

/** Who among the operators did what. */
export function operatorActionRoutes(deps: { readonly database: Database }): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/actions',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'Every change that an operator asked for, newest first',
      query: z.object(pageQuery),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(action), next_cursor: z.string().nullable() }) } },
      problems: [],
      async handle({ query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const after = decodeCursor(query.cursor, z.tuple([z.string().regex(/^\d{1,18}$/)]));
        const rows = await listActions(deps.database, { after: after?.[0] ?? null, limit: limit + 1 });
        const page = cutPage(rows, limit, (last) => [last.id]);
        return { status: 200, json: { items: page.items.map((row) => ({ ...row, at: timeText(row.at) })), next_cursor: page.nextCursor } };
      },
    }),
  ];
}
