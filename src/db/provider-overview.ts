import type { Sql } from './database.js';
import { OVERDUE_AFTER } from './refund-views.js';

/** A provider account with its books, for operators. Amounts are micro units of its currency. */
export interface ProviderOverview {
  readonly id: string;
  readonly kind: string;
  readonly simulated: boolean;
  readonly currency: string;
  /** What the ledger expects the provider to hold now. */
  readonly expected: bigint;
  /** What the last pass of the proof read, and the ledger's figure of that pass. */
  readonly observed: bigint | null;
  readonly read_expected: bigint | null;
  readonly read_at: Date | null;
  /** Charges of ended orders that have not come back. */
  readonly pending: bigint;
  readonly oldest_refund_at: Date | null;
  /** The part of `pending` that is expected for more than 20 minutes. */
  readonly overdue: bigint;
  readonly oldest_overdue_at: Date | null;
  /** What the last pass left of the surplus; null before the first. */
  readonly surplus: bigint | null;
  readonly opened_at: Date | null;
  readonly armed_at: Date | null;
  readonly frozen_at: Date | null;
  readonly frozen_reason: string | null;
  readonly circuit_open_until: Date | null;
  readonly circuit_reason: string | null;
  readonly paused_at: Date | null;
  readonly paused_reason: string | null;
  readonly orphan_sweep: boolean;
  readonly last_page_at: Date | null;
  readonly last_error: string | null;
}

/** Every provider account that is not retired, by id. */
export async function providerOverviews(sql: Sql): Promise<ProviderOverview[]> {
  return sql.rows<ProviderOverview>(
    `SELECT p.id, p.kind, p.simulated, p.currency, f.observed, f.expected AS read_expected, f.read_at, f.opened_at, f.armed_at, f.frozen_at,
       f.frozen_reason, CASE WHEN p.circuit_open_until > clock_timestamp() THEN p.circuit_open_until END AS circuit_open_until,
       p.circuit_reason, p.paused_at, p.paused_reason, p.orphan_sweep, w.last_page_at, w.last_error,
       (SELECT coalesce(sum(b.amount), 0)::bigint FROM ledger_balances b WHERE b.account_id = 'provider:' || p.id || ':prepaid' AND b.currency = p.currency) AS expected,
       coalesce(o.pending, 0)::bigint AS pending, o.oldest AS oldest_refund_at,
       coalesce(o.overdue, 0)::bigint AS overdue, o.oldest_overdue AS oldest_overdue_at,
       CASE WHEN f.observed < f.expected OR f.unclaimed IS NULL OR f.frozen_at IS NOT NULL THEN f.observed - f.expected
         ELSE (SELECT coalesce(sum((lot ->> 'amount')::bigint), 0)::bigint FROM jsonb_array_elements(f.unclaimed -> 'lots') AS lot) END AS surplus
     FROM providers p
     JOIN provider_proofs f ON f.provider = p.id
     JOIN watcher_state w ON w.provider = p.id
     LEFT JOIN (SELECT provider, sum(cost) AS pending, min(ended_at) AS oldest,
         sum(cost) FILTER (WHERE ended_at <= clock_timestamp() - ${OVERDUE_AFTER}) AS overdue,
         min(ended_at) FILTER (WHERE ended_at <= clock_timestamp() - ${OVERDUE_AFTER}) AS oldest_overdue
         FROM orders WHERE status = 'REFUND_PENDING' AND money = 'expected' GROUP BY 1) o
       ON o.provider = p.id
     WHERE p.retired_at IS NULL ORDER BY p.id`,
  );
}
