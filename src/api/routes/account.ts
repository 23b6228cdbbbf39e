import { z } from 'zod';
import { readAccount, readBalance } from '../../db/accounts.js';
import type { Database } from '../../db/database.js';
import { readStatement } from '../../db/statement.js';
import { DomainError } from '../../domain/errors.js';
import { formatMoney } from '../../domain/money.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery, timePlace } from '../cursor.js';
import { route, type AnyRoute } from '../route.js';
import { currency, money, time, timeText } from '../schemas/scalars.js';

const line = z
  .object({
    id: z.uuid(),
    at: time,
    kind: z.string().meta({ description: 'What moved the money: grant, hold, capture, release, refund, …' }),
    available: money.meta({ description: 'Change of what can be spent.' }),
    held: money.meta({ description: 'Change of what activations and messages hold.' }),
    currency,
    activation_id: z.uuid().nullable(),
    message_id: z.uuid().nullable(),
  })
  .meta({ id: 'StatementLine' });

/** The caller's account, balance and statement. */
export function accountRoutes(deps: { readonly database: Database; readonly currency: string }): AnyRoute[] {
  const common = { method: 'get', door: 'client', limit: 'read', tag: 'Account', problems: [] } as const;
  return [
    route({
      ...common,
      path: '/v1/me',
      summary: 'Whose key this is',
      answers: {
        200: {
          description: 'The account.',
          json: z.object({
            id: z.uuid(),
            name: z.string(),
            sandbox: z.boolean().meta({ description: 'Its credit is no money, and it buys from simulators only.' }),
            currency,
            created_at: time,
          }),
        },
      },
      async handle({ caller }) {
        const account = await deps.database.asClient(caller.accountId, readAccount);
        if (account === null) throw new DomainError('unauthenticated', 'This account does not exist any more.');
        return {
          status: 200,
          json: {
            id: account.id,
            name: account.name,
            sandbox: account.sandbox,
            currency: deps.currency,
            created_at: timeText(account.created_at),
          },
        };
      },
    }),
    route({
      ...common,
      path: '/v1/balance',
      summary: 'What can be spent, and what is held',
      answers: {
        200: { description: 'The balance.', json: z.object({ available: money, held: money, currency }).meta({ id: 'Balance' }) },
      },
      async handle({ caller }) {
        const balance = await deps.database.asClient(caller.accountId, (sql) => readBalance(sql, deps.currency));
        return {
          status: 200,
          json: { available: formatMoney(balance.available), held: formatMoney(balance.held), currency: deps.currency },
        };
      },
    }),
    route({
      ...common,
      path: '/v1/statement',
      summary: 'Every movement of your money, newest first',
      description: 'One line a transfer. A hold moves money from available to held; a capture takes it from held; a release gives it back.',
      query: z.object(pageQuery),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(line), next_cursor: z.string().nullable() }) } },
      async handle({ caller, query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const after = decodeCursor(query.cursor, z.tuple([timePlace, z.uuid()]));
        const lines = await deps.database.asClient(caller.accountId, (sql) =>
          readStatement(sql, { currency: deps.currency, after, limit: limit + 1 }),
        );
        const page = cutPage(lines, limit, (last) => [last.place, last.id]);
        const items = page.items.map((entry) => ({
          id: entry.id,
          at: timeText(entry.at),
          kind: entry.kind,
          available: formatMoney(entry.available),
          held: formatMoney(entry.held),
          currency: deps.currency,
          activation_id: entry.activation_id,
          message_id: entry.message_id,
        }));
        return { status: 200, json: { items, next_cursor: page.nextCursor } };
      },
    }),
  ];
}
