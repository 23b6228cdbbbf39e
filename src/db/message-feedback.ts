import type { Sql } from './database.js';

/**
 * Takes a sender's word on whether a message did its work (a code was typed back), in the caller's transaction, which has
 * found the message to be the caller's own. The last word counts. The scorer hears it of the attempts that it speaks of:
 *
 * - it worked: of the one attempt that its carrier calls delivered, else of the only one that was taken. Of two that both
 *   claim it nobody knows which one worked.
 * - it did not: of every attempt that its carrier calls delivered, and of the only one where its carrier gives no receipts.
 *
 * @returns false if there is no such message or nothing of it was ever sent.
 */
export async function reportMessage(sql: Sql, messageId: string, worked: boolean): Promise<boolean> {
  const row = await sql.row<{ sent: boolean }>(
    `WITH taken AS (
       SELECT a.id, a.carrier, a.receipt_status = 'delivered' AS claimed, c.receipts = 'none' AS mute, m.channel, m.country, m.network
       FROM message_attempts a JOIN messages m ON m.id = a.message_id JOIN carriers c ON c.id = a.carrier
       WHERE a.message_id = $1 AND a.status IN ('ACCEPTED', 'AMBIGUOUS')),
     counted AS (SELECT *, count(*) FILTER (WHERE claimed) OVER () AS claims, count(*) OVER () AS all_taken FROM taken),
     meant AS (
       SELECT *, coalesce(claimed, false) OR mute AS delivered FROM counted
       WHERE CASE WHEN $2 THEN (claims = 1 AND claimed) OR (claims = 0 AND all_taken = 1)
         ELSE coalesce(claimed, false) OR (all_taken = 1 AND mute) END),
     said AS (
       UPDATE messages SET converted = $2, converted_at = clock_timestamp() WHERE id = $1 AND EXISTS (SELECT FROM taken) RETURNING 1),
     forgotten AS (
       UPDATE message_outcomes SET worked = NULL, reported_at = NULL
       WHERE attempt_id IN (SELECT id FROM taken EXCEPT SELECT id FROM meant) AND worked IS NOT NULL),
     scored AS (
       INSERT INTO message_outcomes (attempt_id, carrier, channel, country, network, delivered, worked, reported_at)
       SELECT id, carrier, channel, country, network, delivered, $2, clock_timestamp() FROM meant
       ON CONFLICT (attempt_id) DO UPDATE SET worked = excluded.worked, reported_at = excluded.reported_at)
     SELECT EXISTS (SELECT FROM said) AS sent`,
    [messageId, worked],
  );
  return row?.sent ?? false;
}

/**
 * Takes the proof that one attempt's own code was typed back, in the caller's transaction: exactly that attempt worked. Nothing is
 * said of others of the same message.
 */
export async function reportCodeUsed(sql: Sql, attemptId: string): Promise<void> {
  await sql.run(
    `WITH used AS (
       SELECT a.id, a.message_id, a.carrier, coalesce(a.receipt_status = 'delivered', false) OR c.receipts = 'none' AS delivered, m.channel, m.country, m.network
       FROM message_attempts a JOIN messages m ON m.id = a.message_id JOIN carriers c ON c.id = a.carrier WHERE a.id = $1),
     said AS (
       UPDATE messages SET converted = true, converted_at = clock_timestamp() WHERE id = (SELECT message_id FROM used)),
     scored AS (
       INSERT INTO message_outcomes (attempt_id, carrier, channel, country, network, delivered, worked, reported_at)
       SELECT id, carrier, channel, country, network, delivered, true, clock_timestamp() FROM used
       ON CONFLICT (attempt_id) DO UPDATE SET worked = true, reported_at = excluded.reported_at)
     SELECT 1`,
    [attemptId],
  );
}
