import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { type ForeignOrder, listForeignOrders } from '../../db/foreign-orders.js';
import { formatMoney } from '../../domain/money.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery, timePlace } from '../cursor.js';
import { type AnyRoute, route } from '../route.js';
import { currency, money, time, timeText } from '../schemas/scalars.js';

const foreignOrder = z
  .object({
    id: z.uuid(),
    provider: z.string(),
    provider_order_id: z.string(),
    status: z.string(),
    money: z.string().meta({ description: 'What became of its charge: `expected` while nobody knows, `sold`, `refunded`, …' }),
    service: z.string().nullable(),
    country: z.string().nullable(),
    operator: z.string().nullable(),
    amount: money.meta({ description: 'What it costs; 0 while no record names a price.' }),
    currency,
    provider_status: z.string(),
    first_seen_at: time,
    expires_at: time.nullable(),
    ended_at: time.nullable(),
  })
  .meta({ id: 'ForeignOrder' });

/** Orders on our accounts that watchword did not buy: by hand on the provider's site, or by another installation. */
export function operatorForeignOrderRoutes(deps: { readonly database: Database }): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/foreign-orders',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'Orders that watchword did not buy, newest first',
      description: 'They are in the books, because they cost the account’s money, and are never touched.',
      query: z.object({ ...pageQuery, provider: z.string().max(64).optional(), open: z.enum(['true', 'false']).optional() }),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(foreignOrder), next_cursor: z.string().nullable() }) } },
      problems: [],
      async handle({ query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const rows = await listForeignOrders(deps.database, {
          provider: query.provider ?? null,
          open: query.open === undefined ? null : query.open === 'true',
          after: decodeCursor(query.cursor, z.tuple([timePlace, z.uuid()])),
          limit: limit + 1,
        });
        const page = cutPage(rows, limit, (last) => [last.place, last.id]);
        return { status: 200, json: { items: page.items.map(shown), next_cursor: page.nextCursor } };
      },
    }),
  ];
}

function shown(row: ForeignOrder): z.output<typeof foreignOrder> {
  const at = (date: Date | null) => (date === null ? null : timeText(date));
  return {
    id: row.id,
    provider: row.provider,
    provider_order_id: row.provider_order_id,
    status: row.status,
    money: row.money,
    service: row.service,
    country: row.country,
    operator: row.operator,
    amount: formatMoney(row.cost),
    currency: row.currency,
    provider_status: row.raw_status,
    first_seen_at: timeText(row.first_seen_at),
    expires_at: at(row.expires_at),
    ended_at: at(row.ended_at),
  };
}
