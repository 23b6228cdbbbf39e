import type { Sql } from './database.js';

/** A carrier account as operators see it; counts are of the last 24 hours. */
export interface CarrierOverview {
  readonly id: string;
  readonly kind: string;
  readonly channels: readonly string[];
  readonly simulated: boolean;
  readonly currency: string;
  readonly receipts: 'push' | 'poll' | 'both' | 'none';
  readonly prices: number;
  readonly countries: number;
  readonly circuit_open_until: Date | null;
  readonly circuit_reason: string | null;
  readonly paused_at: Date | null;
  readonly paused_reason: string | null;
  readonly attempts: number;
  readonly accepted: number;
  readonly refused: number;
  readonly ambiguous: number;
  readonly delivered: number;
  readonly undelivered: number;
  /** Micro units of the carrier's currency. */
  readonly cost: bigint;
  readonly last_receipt_at: Date | null;
}

/** Every carrier that is not retired, or only one. */
export function carrierOverviews(sql: Sql, id: string | null = null): Promise<CarrierOverview[]> {
  return sql.rows<CarrierOverview>(
    `SELECT c.id, c.kind, c.channels, c.simulated, c.currency, c.receipts, p.prices, p.countries, c.circuit_open_until, c.circuit_reason,
       c.paused_at, c.paused_reason, a.attempts, a.accepted, a.refused, a.ambiguous, a.delivered, a.undelivered, a.cost, r.last_receipt_at
     FROM carriers c
     CROSS JOIN LATERAL (SELECT count(*)::int AS prices, count(DISTINCT country)::int AS countries FROM carrier_prices WHERE carrier = c.id) p
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS attempts, count(*) FILTER (WHERE status = 'ACCEPTED')::int AS accepted,
         count(*) FILTER (WHERE status IN ('REFUSED', 'FATAL'))::int AS refused,
         count(*) FILTER (WHERE status IN ('OPEN', 'AMBIGUOUS'))::int AS ambiguous,
         count(*) FILTER (WHERE receipt_status = 'delivered')::int AS delivered,
         count(*) FILTER (WHERE receipt_status IN ('undelivered', 'rejected', 'expired'))::int AS undelivered,
         coalesce(sum(cost), 0)::bigint AS cost
       FROM message_attempts WHERE carrier = c.id AND opened_at > now() - interval '1 day') a
     CROSS JOIN LATERAL (SELECT max(received_at) AS last_receipt_at FROM receipts WHERE carrier = c.id AND received_at > now() - interval '7 days') r
     WHERE c.retired_at IS NULL AND ($1::text IS NULL OR c.id = $1) ORDER BY c.id`,
    [id],
  );
}

/** Stops messages from going to a carrier, or lets them; `reason` null lets them. */
export async function setCarrierPaused(sql: Sql, id: string, reason: string | null): Promise<void> {
  await sql.run(
    'UPDATE carriers SET paused_at = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(paused_at, now()) END, paused_reason = $2 WHERE id = $1',
    [id, reason],
  );
}

/** Carriers by which nothing is sent because they do not answer or refuse us. */
export function openCarrierCircuits(
  sql: Sql,
): Promise<{ readonly id: string; readonly circuit_reason: string | null; readonly circuit_open_until: Date }[]> {
  return sql.rows(
    'SELECT id, circuit_reason, circuit_open_until FROM carriers WHERE retired_at IS NULL AND circuit_open_until > clock_timestamp() ORDER BY id',
  );
}
