import { GENERAL, type Punctuality } from '../domain/delivery-wait.js';
import type { Channel } from '../domain/message.js';
import type { Sql } from './database.js';

/** Which attempt an outcome is of, and on which route. */
export interface OutcomeOf {
  readonly attemptId: string;
  readonly carrier: string;
  readonly channel: Channel;
  readonly country: string;
  readonly network: string | null;
}

/**
 * Tells the scorer what a carrier's receipt says, once for each attempt. It corrects a silence, and leaves the sender's own
 * word where it is. A receipt that took longer than its carrier was to be waited for is overdue, whether anybody waited or
 * not; while everybody is slow that is not held against it.
 *
 * @param outcome `secondsToReceipt` from the send to the receipt; null where that is not known.
 */
export async function storeOutcome(
  sql: Sql,
  outcome: OutcomeOf & { readonly delivered: boolean; readonly secondsToReceipt: number | null },
): Promise<void> {
  await sql.run(
    `WITH planned AS (
       SELECT max((c ->> 'receiptWaitMs')::float8) / 1000 AS seconds
       FROM message_attempts a JOIN messages m ON m.id = a.message_id CROSS JOIN LATERAL jsonb_array_elements(m.candidates) c
       WHERE a.id = $1 AND c ->> 'carrier' = a.carrier),
     late AS (SELECT coalesce($7::float8 > seconds, false) AS late FROM planned)
     INSERT INTO message_outcomes (attempt_id, carrier, channel, country, network, delivered, seconds_to_receipt, overdue, excused)
     SELECT $1, $2, $3, $4, $5, $6, CASE WHEN $6 THEN $7::real END, late, late AND EXISTS (
       SELECT FROM slow_countries WHERE channel = $3 AND country = $4 AND seen_at > clock_timestamp() - $8 * interval '1 second')
     FROM late
     ON CONFLICT (attempt_id) DO UPDATE SET delivered = excluded.delivered, seconds_to_receipt = excluded.seconds_to_receipt`,
    [
      outcome.attemptId,
      outcome.carrier,
      outcome.channel,
      outcome.country,
      outcome.network,
      outcome.delivered,
      outcome.secondsToReceipt,
      GENERAL.rememberedSeconds,
    ],
  );
}

/**
 * Counts an attempt as failed until a receipt says otherwise: its carrier was silent for longer than its receipts take. A
 * carrier that never gives receipts is not judged by their absence.
 *
 * @returns whether it is new.
 */
export async function storeSilence(sql: Sql, { attemptId, carrier, channel, country, network }: OutcomeOf): Promise<boolean> {
  const stored = await sql.run(
    `INSERT INTO message_outcomes (attempt_id, carrier, channel, country, network, delivered, overdue)
     SELECT $1, $2, $3, $4, $5, false, true FROM carriers WHERE id = $2 AND receipts <> 'none' ON CONFLICT (attempt_id) DO NOTHING`,
    [attemptId, carrier, channel, country, network],
  );
  return stored > 0;
}

/** How punctual each carrier's newest receipts in a country were of late; carriers of which nothing was heard are not there. */
export async function punctualityOf(sql: Sql, channel: Channel, country: string): Promise<Punctuality[]> {
  return sql.rows<Punctuality>(
    `SELECT c.id AS carrier, count(*) FILTER (WHERE NOT o.overdue)::int AS timely, count(*) FILTER (WHERE o.overdue)::int AS overdue
     FROM carriers c CROSS JOIN LATERAL (
       SELECT overdue FROM message_outcomes WHERE carrier = c.id AND channel = $1 AND country = $2
         AND at > now() - $3 * interval '1 second' ORDER BY at DESC LIMIT $4) o
     WHERE c.retired_at IS NULL GROUP BY c.id ORDER BY c.id`,
    [channel, country, GENERAL.windowSeconds, GENERAL.newest],
  );
}

/** Everybody is slow: notes it, and takes back what silences of late said of their carriers. @returns how many. */
export async function excuseSilences(sql: Sql, channel: Channel, country: string): Promise<number> {
  await sql.run(
    `INSERT INTO slow_countries (channel, country, seen_at) VALUES ($1, $2, clock_timestamp())
     ON CONFLICT (channel, country) DO UPDATE SET seen_at = excluded.seen_at`,
    [channel, country],
  );
  return sql.run(
    `UPDATE message_outcomes SET excused = true
     WHERE carrier IN (SELECT id FROM carriers) AND channel = $1 AND country = $2 AND at > now() - $3 * interval '1 second'
       AND overdue AND NOT excused`,
    [channel, country, GENERAL.windowSeconds],
  );
}
