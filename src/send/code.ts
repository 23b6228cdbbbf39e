import type { Sql } from '../db/database.js';
import { insertCode } from '../db/verification-codes.js';
import { holdVerification } from '../db/verifications.js';
import { putCode } from '../domain/code-template.js';
import type { Channel } from '../domain/message.js';
import type { SendDeps } from './deps.js';

/** Two codes of one verification are rarely the same; five times in a row they never are. */
const DRAWS = 5;

/**
 * Draws the code of one try of one carrier and keeps its keyed hash, in the transaction that opens the try: the code itself is in
 * this process only, until it is handed to the carrier.
 *
 * @param attempt the try; its id becomes the code's.
 * @returns null when the verification is over: nothing is to be sent any more.
 */
export async function drawCode(
  sql: Sql,
  deps: Pick<SendDeps, 'newCode' | 'hashes'>,
  verificationId: string,
  attempt: { readonly id: string; readonly messageId: string },
): Promise<string | null> {
  const verification = await holdVerification(sql, verificationId);
  if (verification === null || verification.status !== 'PENDING' || verification.overdue) return null;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const code = deps.newCode(verification.policy.codeLength);
    const hash = deps.hashes.code(verification, code);
    if (await insertCode(sql, { id: attempt.id, verificationId, sendId: attempt.messageId, hash })) return code;
  }
  throw new Error(`no new code could be drawn for verification ${verificationId}`);
}

/** Puts a code where its text has the mark; a voice says the digits one by one. */
export function withCode(text: string, code: string, channel: Channel): string {
  return putCode(text, channel === 'voice' ? Array.from(code).join(', ') : code);
}
