import type { MessageStatus } from '../domain/message.js';
import type { Sql } from './database.js';

/** Messages that are not over, by status. */
export function liveMessages(sql: Sql): Promise<{ readonly status: MessageStatus; readonly count: number }[]> {
  return sql.rows('SELECT status, count(*)::int AS count FROM messages WHERE ended_at IS NULL GROUP BY 1');
}

/** How often messages entered a status within the last hour. */
export function messagesEnteredLately(sql: Sql): Promise<{ readonly status: MessageStatus; readonly count: number }[]> {
  return sql.rows(
    `SELECT to_status AS status, count(*)::int AS count FROM message_history
     WHERE at > now() - interval '1 hour' AND from_status IS DISTINCT FROM to_status GROUP BY 1`,
  );
}

/** What a carrier did within the last hour, and whether messages go there. */
export interface CarrierFigures {
  readonly carrier: string;
  readonly accepted: number;
  readonly refused: number;
  /** Sends whose reply was lost and that nothing has resolved. */
  readonly ambiguous: number;
  readonly delivered: number;
  readonly failed: number;
  /** Seconds to the receipt of delivery; null where nothing was delivered. */
  readonly median: number | null;
  readonly p95: number | null;
  readonly circuit_open: boolean;
  readonly paused: boolean;
}

/** Every carrier that is not retired. */
export function carrierFigures(sql: Sql): Promise<CarrierFigures[]> {
  return sql.rows<CarrierFigures>(
    `SELECT c.id AS carrier, count(a.id) FILTER (WHERE a.status = 'ACCEPTED')::int AS accepted,
       count(a.id) FILTER (WHERE a.status IN ('REFUSED', 'FATAL'))::int AS refused,
       count(a.id) FILTER (WHERE a.status IN ('OPEN', 'AMBIGUOUS'))::int AS ambiguous,
       count(a.id) FILTER (WHERE a.receipt_status = 'delivered')::int AS delivered,
       count(a.id) FILTER (WHERE a.receipt_status IN ('undelivered', 'rejected', 'expired'))::int AS failed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.receipt_at - a.opened_at)::float8)
         FILTER (WHERE a.receipt_status = 'delivered') AS median,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM a.receipt_at - a.opened_at)::float8)
         FILTER (WHERE a.receipt_status = 'delivered') AS p95,
       coalesce(c.circuit_open_until > now(), false) AS circuit_open, c.paused_at IS NOT NULL AS paused
     FROM carriers c LEFT JOIN message_attempts a ON a.carrier = c.id AND a.opened_at > now() - interval '1 hour'
     WHERE c.retired_at IS NULL GROUP BY c.id ORDER BY c.id`,
  );
}
