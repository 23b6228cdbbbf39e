import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { carrierReport, messageReport } from '../../db/message-reports.js';
import { formatMoney } from '../../domain/money.js';
import { reportDay, reportDays, spanOf } from '../report-days.js';
import { route, type AnyRoute } from '../route.js';
import { currency, money } from '../schemas/scalars.js';

const MOST_ROWS = 5_000;

const seconds = z.number().nullable().meta({ description: 'From sending to the receipt; null where nothing was delivered.' });
const ownRow = z
  .object({
    day: reportDay,
    country: z.string(),
    messages: z.int(),
    segments: z.int(),
    delivered: z.int(),
    undelivered: z.int(),
    expired: z.int(),
    unknown: z.int(),
    paid: money,
    currency,
    median_seconds: seconds,
    p95_seconds: seconds,
  })
  .meta({ id: 'MessageReportRow' });

const carrierRow = z
  .object({
    day: reportDay,
    country: z.string(),
    carrier: z.string(),
    attempts: z.int(),
    accepted: z.int(),
    refused: z.int(),
    ambiguous: z.int().meta({ description: 'Sends whose reply was lost and that nothing has resolved.' }),
    delivered: z.int(),
    undelivered: z.int(),
    silent: z.int().meta({ description: 'Taken, and no receipt says what became of them.' }),
    cost: money.meta({ description: 'What the carrier charged, as its replies or price sheet say.' }),
    revenue: money.meta({ description: 'What clients paid for messages that this carrier was the first to take.' }),
    currency,
    median_seconds: seconds,
    p95_seconds: seconds,
  })
  .meta({ id: 'CarrierReportRow' });

interface ReportDeps {
  readonly database: Database;
  readonly currency: string;
  readonly clock: () => Date;
}

/** What messages and carriers came to, by day and country. */
export function messageReportRoutes(deps: ReportDeps): AnyRoute[] {
  const common = { method: 'get', limit: 'read', query: reportDays, problems: [] } as const;
  return [
    route({
      ...common,
      path: '/v1/reports/messages',
      door: 'client',
      tag: 'Messages',
      summary: 'Your messages by day and country: how many, what became of them, how fast, what they cost',
      answers: { 200: { description: 'Newest day first.', json: z.object({ items: z.array(ownRow) }) } },
      async handle({ caller, query: asked }) {
        const span = spanOf(asked, deps.clock());
        const rows = await deps.database.asClient(caller.accountId, (sql) => messageReport(sql, span, MOST_ROWS));
        return { status: 200, json: { items: rows.map((row) => ({ ...row, paid: formatMoney(row.paid), currency: deps.currency })) } };
      },
    }),
    route({
      ...common,
      path: '/v1/operator/reports/carriers',
      door: 'operator',
      tag: 'Operator',
      summary: 'Attempts by day, country and carrier: what was delivered, how fast, cost and revenue',
      answers: { 200: { description: 'Newest day first.', json: z.object({ items: z.array(carrierRow) }) } },
      async handle({ query: asked }) {
        const rows = await carrierReport(deps.database, spanOf(asked, deps.clock()), MOST_ROWS);
        const items = rows.map((row) => ({
          ...row,
          cost: formatMoney(row.cost),
          revenue: formatMoney(row.revenue),
          currency: deps.currency,
        }));
        return { status: 200, json: { items } };
      },
    }),
  ];
}
