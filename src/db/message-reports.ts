import type { Sql } from './database.js';

/** A time span, from included, to not. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** What messages came to, of one client. Amounts are micro units of the wallet's currency. */
export interface MessageReportRow {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly country: string;
  readonly messages: number;
  readonly segments: number;
  readonly delivered: number;
  readonly undelivered: number;
  readonly expired: number;
  readonly unknown: number;
  readonly paid: bigint;
  /** Seconds from sending to the receipt of delivery; null where nothing was delivered. */
  readonly median_seconds: number | null;
  readonly p95_seconds: number | null;
}

/** The caller's messages by day and country, newest day first. For client transactions. */
export function messageReport(sql: Sql, span: Span, limit: number): Promise<MessageReportRow[]> {
  return sql.rows<MessageReportRow>(
    `SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, country, count(*)::int AS messages, sum(segments)::int AS segments,
       count(*) FILTER (WHERE status = 'DELIVERED')::int AS delivered, count(*) FILTER (WHERE status = 'UNDELIVERED')::int AS undelivered,
       count(*) FILTER (WHERE status = 'EXPIRED')::int AS expired, count(*) FILTER (WHERE status = 'UNKNOWN')::int AS unknown,
       coalesce(sum(price), 0)::bigint AS paid,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM delivered_at - sent_at)::float8) AS median_seconds,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM delivered_at - sent_at)::float8) AS p95_seconds
     FROM messages WHERE created_at >= $1 AND created_at < $2 GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT $3`,
    [span.from, span.to, limit],
  );
}

/** What carriers did, over all clients. Amounts are micro units of the wallet's currency, at the carrier's rate of today. */
export interface CarrierReportRow {
  readonly day: string;
  readonly country: string;
  readonly carrier: string;
  readonly attempts: number;
  readonly accepted: number;
  readonly refused: number;
  readonly ambiguous: number;
  readonly delivered: number;
  readonly undelivered: number;
  /** Accepted, and nobody has said what became of it. */
  readonly silent: number;
  readonly cost: bigint;
  /** What clients paid for messages that this carrier was the first to take. */
  readonly revenue: bigint;
  readonly median_seconds: number | null;
  readonly p95_seconds: number | null;
}

/** Attempts by day, country and carrier, newest day first. */
export function carrierReport(sql: Sql, span: Span, limit: number): Promise<CarrierReportRow[]> {
  return sql.rows<CarrierReportRow>(
    `WITH tried AS (
       SELECT a.*, m.country, m.price, c.rate_micros, a.status = 'ACCEPTED' AND a.seq = min(a.seq) FILTER (WHERE a.status = 'ACCEPTED')
         OVER (PARTITION BY a.message_id) AS first
       FROM message_attempts a JOIN messages m ON m.id = a.message_id JOIN carriers c ON c.id = a.carrier
       WHERE a.opened_at >= $1 AND a.opened_at < $2)
     SELECT to_char(opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, country, carrier, count(*)::int AS attempts,
       count(*) FILTER (WHERE status = 'ACCEPTED')::int AS accepted, count(*) FILTER (WHERE status IN ('REFUSED', 'FATAL'))::int AS refused,
       count(*) FILTER (WHERE status IN ('AMBIGUOUS', 'OPEN'))::int AS ambiguous,
       count(*) FILTER (WHERE receipt_status = 'delivered')::int AS delivered,
       count(*) FILTER (WHERE receipt_status IN ('undelivered', 'rejected', 'expired'))::int AS undelivered,
       count(*) FILTER (WHERE status = 'ACCEPTED' AND (receipt_status IS NULL OR receipt_status IN ('in_transit', 'unknown')))::int AS silent,
       coalesce(sum(cost * rate_micros / 1000000), 0)::bigint AS cost, coalesce(sum(price) FILTER (WHERE first), 0)::bigint AS revenue,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM receipt_at - opened_at)::float8)
         FILTER (WHERE receipt_status = 'delivered') AS median_seconds,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM receipt_at - opened_at)::float8)
         FILTER (WHERE receipt_status = 'delivered') AS p95_seconds
     FROM tried GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3 LIMIT $3`,
    [span.from, span.to, limit],
  );
}
