import type { Channel } from '../domain/message.js';
import type { Sql } from './database.js';
import { IS_DELIVERED, IS_UNTOLD } from './verification-health.js';

/** Verifications that wait for their code; test numbers included, because they are open as well. */
export async function openVerifications(sql: Sql): Promise<number> {
  return (await sql.row<{ count: number }>("SELECT count(*)::int AS count FROM verifications WHERE status = 'PENDING'"))!.count;
}

/** Verifications that entered a status within the last hour. */
export interface EnteredVerifications {
  readonly status: string;
  readonly count: number;
  /** Seconds since they were begun: the middle case, and 99 of a hundred. */
  readonly median: number;
  readonly p99: number;
}

/** How often verifications entered a status within the last hour, without those of test numbers. */
export function verificationsEnteredLately(sql: Sql): Promise<EnteredVerifications[]> {
  return sql.rows(
    `SELECT h.to_status AS status, count(*)::int AS count,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM h.at - v.created_at)::float8) AS median,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM h.at - v.created_at)::float8) AS p99
     FROM verification_history h JOIN verifications v ON v.id = h.verification_id
     WHERE h.at > now() - interval '1 hour' AND h.from_status IS DISTINCT FROM h.to_status AND NOT v.test GROUP BY 1`,
  );
}

/** What became of the codes of one channel that were asked for within the last hour. */
export interface CodeFigures {
  readonly channel: Channel;
  /** Taken by a carrier. */
  readonly sent: number;
  readonly delivered: number;
  readonly undelivered: number;
  /** Typed back. */
  readonly converted: number;
  /** Seconds from the wish to the receipt; null where nothing was delivered. */
  readonly median: number | null;
  readonly p99: number | null;
}

/** Codes of the last hour, by channel. */
export function codesLately(sql: Sql): Promise<CodeFigures[]> {
  return sql.rows(
    `SELECT m.channel, count(m.sent_at)::int AS sent, count(*) FILTER (WHERE ${IS_DELIVERED})::int AS delivered,
       count(*) FILTER (WHERE m.ended_at IS NOT NULL AND NOT ${IS_DELIVERED} AND NOT ${IS_UNTOLD})::int AS undelivered,
       count(*) FILTER (WHERE m.converted)::int AS converted,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM m.delivered_at - m.created_at)::float8) AS median,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM m.delivered_at - m.created_at)::float8) AS p99
     FROM messages m WHERE m.verification_id IS NOT NULL AND m.created_at > now() - interval '1 hour' GROUP BY 1 ORDER BY 1`,
  );
}
