import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { CHANNELS } from '../../domain/message.js';
import { parseMoney } from '../../domain/money.js';
import { reportDay, reportDays, spanOf } from '../report-days.js';
import { type AnyRoute, route } from '../route.js';
import { currency, money } from '../schemas/scalars.js';
import { verificationReport } from '../verification-report.js';

const percent = z.number().nullable().meta({ description: 'With two places; null of nothing.' });
const seconds = z.number().nullable().meta({ description: 'From the wish for a code to its receipt; null where nothing was delivered.' });

const codes = {
  codes: z.int().meta({ description: 'Taken by a carrier.' }),
  delivered: z.int().meta({ description: 'Delivered by a receipt, or typed back.' }),
  undelivered: z.int().meta({ description: 'Refused, lost, or silent where the carrier gives receipts.' }),
  delivery_percent: percent,
  typed_back: z.int(),
  p50_seconds: seconds,
  p99_seconds: seconds,
  paid: money.meta({ description: 'What clients paid.' }),
};
const part = {
  verifications: z.int().meta({ description: 'Begun in these days, without those of test numbers.' }),
  pending: z.int(),
  verified: z.int(),
  expired: z.int(),
  failed: z.int().meta({ description: 'Their budget of checks was used up.' }),
  cancelled: z.int(),
  conversion_percent: percent.meta({ description: 'Verified of those that are over.' }),
  reached: z.int().meta({ description: 'Over, and a code was delivered.' }),
  dropped: z.int().meta({ description: 'The part of those that was never verified.' }),
  drop_off_percent: percent,
  ...codes,
  cost_each: money.nullable().meta({ description: 'For each verification; to the house what carriers charged, to a client what it paid.' }),
  currency,
};
const house = {
  cost: money.meta({ description: 'What carriers charged.' }),
  suspect: z.int().meta({ description: 'Over, never verified, and guessed at or noted by a fraud rule.' }),
  blocked: z.int().meta({ description: 'Phones that fraud rules refused for good, each once.' }),
};

const target = z
  .object({
    target: z.enum(['delivery', 'delivery_seconds', 'drop_off', 'fraud', 'cost_50000', 'cost_100000', 'cost_of_revenue']),
    unit: z.enum(['percent', 'seconds', 'money']),
    sense: z.enum(['at_least', 'below']),
    bound: z.string(),
    value: z.string().nullable(),
    sample: z.int().meta({ description: 'Codes, verifications or wishes that it was measured by.' }),
    verdict: z.enum(['met', 'missed', 'too_few']),
  })
  .meta({ id: 'VerificationTarget' });

const elsewhere = z
  .object({
    source: z.string(),
    as_of: reportDay,
    currency,
    months: z.int(),
    senders: z.array(z.object({ id: z.string(), name: z.string(), cost: money, month_of_50000: money, month_of_100000: money })),
    limiter_commands: z.int(),
    limiters: z.array(z.object({ id: z.string(), name: z.string(), cost: money })),
  })
  .meta({ id: 'VerificationsElsewhere', description: 'What the same codes would have cost at the price lists of ADR-002.' });

const reportOf = <More extends z.ZodRawShape, ChannelMore extends z.ZodRawShape>(id: string, more: More, channelMore: ChannelMore) =>
  z
    .object({
      from: reportDay,
      to: reportDay,
      currency,
      totals: z.object({ ...part, ...more }),
      targets: z.array(target),
      days: z.array(z.object({ day: reportDay, ...part, ...more })),
      countries: z.array(z.object({ country: z.string(), ...part, ...more })),
      channels: z.array(z.object({ channel: z.enum(CHANNELS), ...codes, ...channelMore })),
      elsewhere,
    })
    .meta({ id });

const query = reportDays.extend({
  revenue: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be a decimal string above 0')
    .refine((text) => /[1-9]/.test(text), 'must be a decimal string above 0')
    .optional()
    .meta({ description: 'What the same days brought in, in the wallet’s currency, to hold the cost against.', example: '12000' }),
});

interface ReportDeps {
  readonly database: Database;
  readonly currency: string;
  readonly clock: () => Date;
}

/** What verifications came to, held against the targets and what others charge. */
export function verificationReportRoutes(deps: ReportDeps): AnyRoute[] {
  const common = { method: 'get', limit: 'read', query, problems: [] } as const;
  const answer = async (asked: z.output<typeof query>, accountId: string | null) => ({
    status: 200,
    json: await verificationReport(deps.database, {
      span: spanOf(asked, deps.clock()),
      currency: deps.currency,
      revenue: asked.revenue === undefined ? null : parseMoney(asked.revenue),
      accountId,
    }),
  });
  return [
    route({
      ...common,
      path: '/v1/reports/verifications',
      door: 'client',
      tag: 'Verifications',
      summary:
        'Your verifications: conversion, delivery, drop-off and cost by day, country and channel, against targets and the prices of others',
      answers: { 200: { description: 'Newest day first.', json: reportOf('VerificationReport', {}, {}) } },
      handle: ({ caller, query: asked }) => answer(asked, caller.accountId),
    }),
    route({
      ...common,
      path: '/v1/operator/verifications/report',
      door: 'operator',
      tag: 'Operator',
      summary: 'All verifications against the targets: delivery, drop-off, fraud, what carriers charged, and what others would have',
      answers: {
        200: { description: 'Newest day first.', json: reportOf('OperatorVerificationReport', house, { cost: house.cost }) },
      },
      handle: ({ query: asked }) => answer(asked, null),
    }),
  ];
}
