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
 * word where it is.
 */
export async function storeOutcome(
  sql: Sql,
  outcome: OutcomeOf & { readonly delivered: boolean; readonly secondsToReceipt: number | null },
): Promise<void> {
  await sql.run(
    `INSERT INTO message_outcomes AS o (attempt_id, carrier, channel, country, network, delivered, seconds_to_receipt)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (attempt_id) DO UPDATE SET delivered = excluded.delivered, seconds_to_receipt = excluded.seconds_to_receipt`,
    [
      outcome.attemptId,
      outcome.carrier,
      outcome.channel,
      outcome.country,
      outcome.network,
      outcome.delivered,
      outcome.delivered ? outcome.secondsToReceipt : null,
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

/** Takes back what silences of late said of their carriers: everybody is slow. @returns how many. */
export function excuseSilences(sql: Sql, channel: Channel, country: string): Promise<number> {
  return sql.run(
    `UPDATE message_outcomes SET excused = true
     WHERE carrier IN (SELECT id FROM carriers) AND channel = $1 AND country = $2 AND at > now() - $3 * interval '1 second'
       AND overdue AND NOT excused`,
    [channel, country, GENERAL.windowSeconds],
  );
}
