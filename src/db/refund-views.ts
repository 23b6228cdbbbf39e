import type { Beneficiary, OrderStatus } from '../domain/order.js';
import type { Sql } from './database.js';
import { placeOf } from './page-place.js';

/** Where a refund stands, in an operator's words. `pending` and `paid_from_loss` are still expected back. */
export const REFUND_STATES = ['pending', 'paid_from_loss', 'refunded', 'written_off', 'taken_back'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

/** A posting about a refund, with what it was based on; `at` as RFC 3339. */
export interface RefundPosting {
  readonly kind: string;
  readonly at: string;
  readonly evidence: { readonly [name: string]: string } | null;
}

/** The refund of one order, for operators. */
export interface RefundView {
  readonly id: string;
  readonly provider: string;
  readonly provider_order_id: string;
  readonly activation_id: string | null;
  readonly state: RefundState;
  readonly status: OrderStatus;
  readonly beneficiary: Beneficiary;
  /** Micro units of `currency`. */
  readonly cost: bigint;
  readonly currency: string;
  readonly raw_status: string;
  readonly first_seen_at: Date;
  readonly ended_at: Date | null;
  readonly agreed_at: Date | null;
  readonly paid_from_loss_at: Date | null;
  readonly refunded_at: Date | null;
  readonly overdue: boolean;
  /** The provider has shown an SMS of this order. */
  readonly has_sms: boolean;
  readonly postings: readonly RefundPosting[];
  /** `first_seen_at` to the microsecond, as a page's place. */
  readonly place: string;
}

/** After so long a refund that is still expected is overdue: what comes, comes within minutes. */
export const OVERDUE_AFTER = "interval '20 minutes'";

const STATE = `CASE o.status WHEN 'REFUND_PENDING' THEN CASE WHEN o.paid_from_loss_at IS NULL THEN 'pending' ELSE 'paid_from_loss' END
  WHEN 'REFUNDED' THEN 'refunded' WHEN 'WRITTEN_OFF' THEN 'written_off' ELSE 'taken_back' END`;
const OVERDUE = `(o.status = 'REFUND_PENDING' AND coalesce(o.ended_at, o.first_seen_at) <= clock_timestamp() - ${OVERDUE_AFTER})`;
const COLUMNS = `o.id, o.provider, o.provider_order_id, o.activation_id, ${STATE} AS state, o.status, o.beneficiary, o.cost, o.currency,
  o.raw_status, o.first_seen_at, o.ended_at, o.agreed_at, o.paid_from_loss_at, o.refunded_at, ${OVERDUE} AS overdue,
  EXISTS (SELECT FROM inbox i WHERE i.order_id = o.id AND i.confirmed_at IS NOT NULL) AS has_sms,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'at', t.created_at, 'evidence', t.evidence) ORDER BY t.created_at), '[]')
    FROM transfers t WHERE t.order_id = o.id AND t.kind IN ('refund', 'written_off', 'returned', 'taken_back')) AS postings,
  ${placeOf('o.first_seen_at')}`;
const REFUNDS = `o.status IN ('REFUND_PENDING', 'REFUNDED', 'TAKEN_BACK', 'WRITTEN_OFF')`;

/** What a list of refunds is narrowed by. */
export interface RefundFilter {
  readonly provider: string | null;
  readonly state: RefundState | null;
  readonly overdue: boolean | null;
  /** Place and id of the last item of the page before. */
  readonly after: readonly [place: string, id: string] | null;
  readonly limit: number;
}

/** Refunds, those of the newest orders first. */
export function listRefunds(sql: Sql, filter: RefundFilter): Promise<RefundView[]> {
  return sql.rows<RefundView>(
    `SELECT ${COLUMNS} FROM orders o
     WHERE ${REFUNDS} AND ($1::text IS NULL OR o.provider = $1) AND ($2::text IS NULL OR ${STATE} = $2) AND ($3::boolean IS NULL OR ${OVERDUE} = $3)
       AND ($4::timestamptz IS NULL OR (o.first_seen_at, o.id) < ($4::timestamptz, $5::uuid))
     ORDER BY o.first_seen_at DESC, o.id DESC LIMIT $6`,
    [filter.provider, filter.state, filter.overdue, filter.after?.[0] ?? null, filter.after?.[1] ?? null, filter.limit],
  );
}

/** The refund of an order; null for an order that has none. */
export function readRefund(sql: Sql, orderId: string): Promise<RefundView | null> {
  return sql.row<RefundView>(`SELECT ${COLUMNS} FROM orders o WHERE ${REFUNDS} AND o.id = $1`, [orderId]);
}
