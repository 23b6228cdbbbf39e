import type { Channel } from '../domain/message.js';
import type { Sql } from './database.js';

/** A code that was asked for; its id is the message's, where one is sent. */
export interface VerificationSendRow {
  readonly id: string;
  readonly verification_id: string;
  readonly seq: number;
  readonly channel: Channel;
}

const COLUMNS = 'id, verification_id, seq, channel';

/** The send that a key stands for; null if there is none. */
export function sendByKey(sql: Sql, verificationId: string, sendKey: string): Promise<VerificationSendRow | null> {
  return sql.row<VerificationSendRow>(`SELECT ${COLUMNS} FROM verification_sends WHERE verification_id = $1 AND send_key = $2`, [
    verificationId,
    sendKey,
  ]);
}

/** All sends of a verification, in their order. */
export function sendsOf(sql: Sql, verificationId: string): Promise<VerificationSendRow[]> {
  return sql.rows<VerificationSendRow>(`SELECT ${COLUMNS} FROM verification_sends WHERE verification_id = $1 ORDER BY seq`, [
    verificationId,
  ]);
}

/** Sends of a verification whose messages no workflow has taken over yet: they hold money and nobody sends them. */
export function unbegunSendsOf(sql: Sql, verificationId: string): Promise<VerificationSendRow[]> {
  return sql.rows<VerificationSendRow>(
    `SELECT s.id, s.verification_id, s.seq, s.channel FROM verification_sends s JOIN messages m ON m.id = s.id
     WHERE s.verification_id = $1 AND m.run_id = '' ORDER BY s.seq`,
    [verificationId],
  );
}

/** Writes a send and counts it; the next one may follow after `pauseSeconds`. The verification's row must be locked. */
export async function insertSend(
  sql: Sql,
  send: {
    readonly id: string;
    readonly verificationId: string;
    readonly accountId: string;
    readonly seq: number;
    readonly sendKey: string;
    readonly channel: Channel;
    readonly template: string;
    readonly variant: string;
    readonly locale: string;
  },
  pauseSeconds: number,
): Promise<void> {
  await sql.run(
    `WITH sent AS (
       INSERT INTO verification_sends (id, verification_id, account_id, seq, send_key, channel, template, variant, locale)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))
     UPDATE verifications SET sends = sends + 1, next_send_at = clock_timestamp() + $10::int * interval '1 second' WHERE id = $2`,
    [
      send.id,
      send.verificationId,
      send.accountId,
      send.seq,
      send.sendKey,
      send.channel,
      send.template,
      send.variant,
      send.locale,
      pauseSeconds,
    ],
  );
}

/** Keeps a code's hash. @returns false if the verification has that code already. */
export async function insertCode(
  sql: Sql,
  code: { readonly id: string; readonly verificationId: string; readonly sendId: string; readonly hash: Buffer },
): Promise<boolean> {
  const inserted = await sql.run(
    `INSERT INTO verification_codes (id, verification_id, send_id, code_hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT (verification_id, code_hash) DO NOTHING`,
    [code.id, code.verificationId, code.sendId, code.hash],
  );
  return inserted > 0;
}

/** A code's hash, and of which send it is. */
export interface CodeRow {
  readonly id: string;
  readonly send_id: string;
  readonly code_hash: Buffer;
  readonly channel: Channel;
  readonly seq: number;
  /** Who took it; null for a test number. */
  readonly carrier: string | null;
}

/** All codes of a verification. */
export function codesOf(sql: Sql, verificationId: string): Promise<CodeRow[]> {
  return sql.rows<CodeRow>(
    `SELECT c.id, c.send_id, c.code_hash, s.channel, s.seq, a.carrier
     FROM verification_codes c JOIN verification_sends s ON s.id = c.send_id LEFT JOIN message_attempts a ON a.id = c.id
     WHERE c.verification_id = $1 AND c.code_hash IS NOT NULL`,
    [verificationId],
  );
}

/** Marks the code that was typed back. */
export async function useCode(sql: Sql, id: string): Promise<void> {
  await sql.run('UPDATE verification_codes SET used_at = clock_timestamp() WHERE id = $1 AND used_at IS NULL', [id]);
}

/** Which code of a verification was typed back; null where none was. */
export async function usedCodeOf(sql: Sql, verificationId: string): Promise<{ readonly id: string; readonly send_id: string } | null> {
  return sql.row<{ id: string; send_id: string }>(
    'SELECT id, send_id FROM verification_codes WHERE verification_id = $1 AND used_at IS NOT NULL',
    [verificationId],
  );
}
