import type { ReceiptStatus } from '../domain/message.js';
import type { Database, Sql } from './database.js';

/** A receipt as it is stored before anything is made of it. */
export interface NewReceipt {
  readonly carrier: string;
  readonly messageId: string | null;
  readonly reference: string | null;
  readonly status: ReceiptStatus;
  readonly rawStatus: string;
  readonly errorCode: string | null;
  /** Micro units of `currency`. */
  readonly price: bigint | null;
  readonly currency: string | null;
  readonly source: 'hook' | 'poll' | 'session';
}

/** A stored receipt, with the attempt that it was found to be about. */
export interface ReceiptRow {
  readonly id: string;
  readonly carrier: string;
  /** Empty where it named only our reference. */
  readonly carrier_message_id: string;
  readonly status: ReceiptStatus;
  readonly raw_status: string;
  readonly error_code: string;
  readonly price: bigint | null;
  readonly price_currency: string | null;
  readonly received_at: Date;
  readonly attempt_id: string | null;
}

const REFERENCE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Stores a receipt, equal ones once, and finds its attempt by our reference or the carrier's id. A receipt may outrun the
 * reply that names its message: then nothing is found, and whoever takes the reply asks {@link claimReceipts}. The two meet at
 * a lock, or each could look before the other has written.
 *
 * @returns the message that it is about, if it is known and this receipt is new.
 */
export async function storeReceipt(database: Database, receipt: NewReceipt): Promise<{ readonly messageId: string } | null> {
  const reference = receipt.reference !== null && REFERENCE.test(receipt.reference) ? receipt.reference : null;
  const row = await database.transaction(async (sql) => {
    if (receipt.messageId !== null) await lockCarrierMessage(sql, receipt.carrier, receipt.messageId);
    // A carrier's answer that came too late for its sender still tells the id by which receipts will name the message.
    if (receipt.messageId !== null && reference !== null) await nameAttempt(sql, receipt.carrier, reference, receipt.messageId);
    return sql.row<{ message_id: string | null }>(
      `WITH about AS (
       SELECT id, message_id FROM message_attempts
       WHERE carrier = $1 AND (carrier_message_id = $2::text OR id = $3::uuid
         OR id = (SELECT attempt_id FROM message_attempt_parts WHERE carrier = $1 AND carrier_message_id = $2::text)) ORDER BY (id = $3::uuid) DESC NULLS LAST LIMIT 1),
     stored AS (
       INSERT INTO receipts (carrier, carrier_message_id, reference, status, raw_status, error_code, price, price_currency, source, attempt_id)
       VALUES ($1, coalesce($2, ''), coalesce($3::text, ''), $4, $5, coalesce($6, ''), $7, $8, $9, (SELECT id FROM about))
       ON CONFLICT DO NOTHING RETURNING 1)
     SELECT (SELECT message_id FROM about) AS message_id FROM stored`,
      [
        receipt.carrier,
        receipt.messageId,
        reference,
        receipt.status,
        receipt.rawStatus.slice(0, 100),
        receipt.errorCode?.slice(0, 50) ?? null,
        receipt.price,
        receipt.currency,
        receipt.source,
      ],
    );
  });
  return row === null || row.message_id === null ? null : { messageId: row.message_id };
}

async function nameAttempt(sql: Sql, carrier: string, reference: string, carrierMessageId: string): Promise<void> {
  const named = await sql.run(
    `UPDATE message_attempts SET carrier_message_id = $3 WHERE id = $2::uuid AND carrier = $1 AND carrier_message_id IS NULL
       AND NOT EXISTS (SELECT FROM message_attempts WHERE carrier = $1 AND carrier_message_id = $3)`,
    [carrier, reference, carrierMessageId],
  );
  if (named > 0) await claimReceipts(sql, { id: reference, carrier, carrierMessageId });
}

/** Whoever writes or reads which attempt a carrier's id belongs to does so one after the other, until the transaction ends. */
function lockCarrierMessage(sql: Sql, carrier: string, carrierMessageId: string): Promise<unknown> {
  return sql.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`receipt ${carrier} ${carrierMessageId}`]);
}

/**
 * Gives an attempt the receipts that came before it was known by the carrier's id; in the transaction that makes it known, before
 * that. @returns how many.
 */
export async function claimReceipts(
  sql: Sql,
  attempt: { readonly id: string; readonly carrier: string; readonly carrierMessageId: string },
): Promise<number> {
  await lockCarrierMessage(sql, attempt.carrier, attempt.carrierMessageId);
  return sql.run('UPDATE receipts SET attempt_id = $1 WHERE carrier = $2 AND carrier_message_id = $3 AND attempt_id IS NULL', [
    attempt.id,
    attempt.carrier,
    attempt.carrierMessageId,
  ]);
}

/** All receipts of a message's attempts, oldest first. */
export function receiptsOfMessage(sql: Sql, messageId: string): Promise<ReceiptRow[]> {
  return sql.rows<ReceiptRow>(
    `SELECT r.id::text, r.carrier, r.carrier_message_id, r.status, r.raw_status, r.error_code, r.price, r.price_currency, r.received_at, r.attempt_id
     FROM receipts r JOIN message_attempts a ON a.id = r.attempt_id WHERE a.message_id = $1 ORDER BY r.id`,
    [messageId],
  );
}

/** Notes that a message's receipts were heard by its workflow, or that there is nobody to hear them. */
export async function markHeard(sql: Sql, messageId: string): Promise<void> {
  await sql.run(
    `UPDATE receipts SET signalled_at = now() WHERE signalled_at IS NULL
       AND attempt_id IN (SELECT id FROM message_attempts WHERE message_id = $1)`,
    [messageId],
  );
}

/** Messages with receipts that nobody took care of for a while. */
export async function unheardMessages(sql: Sql, olderThanMs: number, limit: number): Promise<string[]> {
  const rows = await sql.rows<{ message_id: string }>(
    `SELECT DISTINCT a.message_id FROM receipts r JOIN message_attempts a ON a.id = r.attempt_id
     WHERE r.signalled_at IS NULL AND r.received_at < now() - $1::int * interval '1 ms' LIMIT $2`,
    [olderThanMs, limit],
  );
  return rows.map((row) => row.message_id);
}
