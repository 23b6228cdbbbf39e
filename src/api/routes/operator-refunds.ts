import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { providerById } from '../../db/providers.js';
import { listRefunds, readRefund, REFUND_STATES, type RefundView } from '../../db/refund-views.js';
import { DomainError } from '../../domain/errors.js';
import { formatMoney } from '../../domain/money.js';
import { isOtherInputs } from '../../ledger/operator-entries.js';
import { enterRefund, type RefundEntryKind, type RefundRefusal } from '../../ledger/refund-entries.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery, timePlace } from '../cursor.js';
import { type AnyRoute, route } from '../route.js';
import { currency, id, keepable, money, time, timeText } from '../schemas/scalars.js';

const entry = z.strictObject({
  reference: keepable(100).min(1).meta({ description: 'Your own reference; the same one is booked once.', example: 'ticket-4711' }),
  reason: keepable(500).min(1).meta({ description: 'Kept with the entry.' }),
});

const refund = z
  .object({
    id: z.uuid().meta({ description: 'The order’s id.' }),
    provider: z.string(),
    provider_order_id: z.string(),
    activation_id: z.uuid().nullable(),
    state: z.enum(REFUND_STATES).meta({ description: '`pending` and `paid_from_loss` are still expected back.' }),
    beneficiary: z.enum(['activation', 'house']).meta({ description: 'Whose the money is when it comes.' }),
    amount: money,
    currency,
    provider_status: z.string().meta({ description: 'The provider’s own word.' }),
    first_seen_at: time,
    ended_at: time.nullable(),
    agreed_at: time.nullable().meta({ description: 'Since when the order’s own record agrees that it was refunded.' }),
    paid_from_loss_at: time.nullable(),
    refunded_at: time.nullable(),
    overdue: z.boolean().meta({ description: 'Expected for more than 20 minutes.' }),
    has_sms: z.boolean().meta({ description: 'The provider has shown an SMS of this order.' }),
    postings: z
      .array(z.object({ kind: z.string(), at: time, evidence: z.record(z.string(), z.string()).nullable() }))
      .meta({ description: 'What was posted about the refund, and on what evidence.' }),
  })
  .meta({ id: 'Refund' });

/** The refunds that providers owe or gave, with their evidence, and what an operator can say about one. */
export function operatorRefundRoutes(deps: { readonly database: Database; readonly walletCurrency: string }): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/refunds',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'Refunds with their evidence, those of the newest orders first',
      query: z.object({
        ...pageQuery,
        provider: z.string().max(64).optional(),
        state: z.enum(REFUND_STATES).optional(),
        overdue: z
          .enum(['true', 'false'])
          .optional()
          .meta({ description: 'Only those that are, or are not, expected for more than 20 minutes.' }),
      }),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(refund), next_cursor: z.string().nullable() }) } },
      problems: [],
      async handle({ query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const found = await listRefunds(deps.database, {
          provider: query.provider ?? null,
          state: query.state ?? null,
          overdue: query.overdue === undefined ? null : query.overdue === 'true',
          after: decodeCursor(query.cursor, z.tuple([timePlace, z.uuid()])),
          limit: limit + 1,
        });
        const page = cutPage(found, limit, (row) => [row.place, row.id]);
        return { status: 200, json: { items: page.items.map(shown), next_cursor: page.nextCursor } };
      },
    }),
    entryRoute(deps, 'write_off', 'write-off', 'Give a refund up: it will never come. A client who still waits is paid from loss'),
    entryRoute(deps, 'returned', 'returned', 'Say that a refund came after its client was paid from loss, or after it was written off'),
    entryRoute(deps, 'taken_back', 'taken-back', 'Say that the provider charged again what it had returned'),
  ];
}

function entryRoute(
  deps: { readonly database: Database; readonly walletCurrency: string },
  kind: RefundEntryKind,
  path: string,
  summary: string,
): AnyRoute {
  return route({
    method: 'post',
    path: `/v1/operator/refunds/:id/${path}`,
    door: 'operator',
    limit: 'command',
    tag: 'Operator',
    summary,
    params: z.object({ id }),
    body: entry,
    answers: {
      200: { description: 'Booked before under this reference.', json: refund },
      201: { description: 'Booked.', json: refund },
    },
    problems: ['invalid_input', 'not_found', 'wrong_state', 'idempotency_key_reused'],
    async handle({ caller, params, body }) {
      const before = await readRefund(deps.database, params.id);
      const account = before === null ? null : await providerById(deps.database, before.provider);
      if (before === null || account === null) throw new DomainError('not_found', `There is no refund of an order "${params.id}".`);
      const result = await deps.database
        .transaction((sql) =>
          enterRefund(sql, before.provider, {
            kind,
            orderId: params.id,
            idempotencyKey: body.reference,
            operatorAccountId: caller.accountId,
            reason: body.reason,
            rate: { walletCurrency: deps.walletCurrency, rateMicros: account.rate_micros },
          }),
        )
        .catch((error: unknown) => {
          if (isOtherInputs(error))
            throw new DomainError('idempotency_key_reused', `The reference "${body.reference}" was booked for another order.`);
          throw error;
        });
      if (result?.kind === 'refused') throw new DomainError('wrong_state', WHY[result.why], { reason: result.why, state: result.status });
      const found = await readRefund(deps.database, params.id);
      return { status: result?.kind === 'booked' ? 201 : 200, json: shown(found!) };
    },
  });
}

const WHY: Readonly<Record<RefundRefusal, string>> = {
  wrong_status: 'The refund is not in a state from which this leads on; read it again.',
  client_waits: 'A client still waits for this refund: the proof confirms by itself what came back.',
  has_sms: 'The order has an SMS: its delivery ends the refund.',
  no_price: 'No record has told what the order cost, so nothing of it is in the books.',
};

function shown(row: RefundView): z.output<typeof refund> {
  const at = (date: Date | null) => (date === null ? null : timeText(date));
  return {
    id: row.id,
    provider: row.provider,
    provider_order_id: row.provider_order_id,
    activation_id: row.activation_id,
    state: row.state,
    beneficiary: row.beneficiary,
    amount: formatMoney(row.cost),
    currency: row.currency,
    provider_status: row.raw_status,
    first_seen_at: timeText(row.first_seen_at),
    ended_at: at(row.ended_at),
    agreed_at: at(row.agreed_at),
    paid_from_loss_at: at(row.paid_from_loss_at),
    refunded_at: at(row.refunded_at),
    overdue: row.overdue,
    has_sms: row.has_sms,
    postings: row.postings.map((posting) => ({ ...posting, at: timeText(new Date(posting.at)) })),
  };
}
