import { sendByKey, sendsOf } from '../db/verification-codes.js';
import { lockVerification, noteVerification, verificationById, type VerificationRow } from '../db/verifications.js';
import type { Sql } from '../db/database.js';
import type { Channel } from '../domain/message.js';
import type { CodeMessage, ResendRequest, SendFailure } from '../domain/verification-request.js';
import type { VerificationStatus } from '../domain/verification.js';
import { places } from '../sealing/keyring.js';
import type { VerifyDeps } from './deps.js';
import { codeMessageOf, NotWritten, writeCode } from './write-code.js';

/** What another code came to. */
export type Resent =
  /** `message` is null for a test number. */
  | { readonly kind: 'sent'; readonly message: CodeMessage | null }
  | { readonly kind: 'over'; readonly status: VerificationStatus }
  | { readonly kind: 'failed'; readonly failure: SendFailure };

/**
 * Opens another code of a verification beside those that are there: none of them dies by it. Once for each key; asking again
 * answers with the same message.
 */
export async function resendCode(deps: VerifyDeps, request: ResendRequest & { readonly verificationId: string }): Promise<Resent> {
  try {
    return await deps.send.database.transaction(async (sql) => {
      const row = await lockVerification(sql, request.verificationId);
      if (row === null) return { kind: 'over', status: 'CANCELLED' };
      const before = await sendByKey(sql, row.id, request.sendKey);
      if (before !== null) return { kind: 'sent', message: row.test ? null : codeMessageOf(row, before) };
      if (row.status !== 'PENDING' || row.overdue) return { kind: 'over', status: row.status === 'PENDING' ? 'EXPIRED' : row.status };
      const channel = request.channel ?? (await nextChannel(sql, row));
      const written = await writeCode(sql, deps, row, { sendKey: request.sendKey, channel });
      if (written.kind === 'failed') throw new NotWritten(written.failure);
      return { kind: 'sent', message: written.message };
    });
  } catch (error) {
    if (error instanceof NotWritten) return { kind: 'failed', failure: error.failure };
    throw error;
  }
}

/** Who asks for another code without saying how gets it as before: what failed is the carrier's, and another is asked first. */
async function nextChannel(sql: Sql, row: VerificationRow): Promise<Channel> {
  return (await sendsOf(sql, row.id)).at(-1)?.channel ?? row.channels[0]!;
}

/**
 * Opens the next channel's code by itself, because the one before did not deliver. The rules that bound codes to a phone are
 * asked as for any other.
 *
 * @returns null where no code may be sent, or no channel is left.
 */
export async function sendByNextChannel(
  deps: VerifyDeps,
  request: { readonly verificationId: string; readonly after: Channel },
): Promise<{ readonly message: CodeMessage | null; readonly channel: Channel } | null> {
  const { database, keyring } = deps.send;
  const row = await verificationById(database, request.verificationId);
  if (row === null || row.status !== 'PENDING' || row.overdue || row.to_sealed === null) return null;
  for (const channel of row.channels.slice(row.channels.indexOf(request.after) + 1)) {
    const sendKey = `channel:${channel}`;
    const known = await sendByKey(database, row.id, sendKey);
    if (known === null) {
      const allowed = await deps.maySendUnasked({
        accountId: row.account_id,
        verificationId: row.id,
        purpose: row.purpose,
        number: keyring.open(row.to_sealed, places.verificationTo(row.id)),
        numberHash: row.number_hash.toString('hex'),
        country: row.country,
        channel,
      });
      if (!allowed) {
        await noteVerification(database, row, { from: 'PENDING', to: 'PENDING', reason: 'channel_not_allowed', detail: { channel } });
        return null;
      }
    }
    const sent = await resendCode(deps, { verificationId: row.id, sendKey, channel });
    if (sent.kind === 'sent') return { message: sent.message, channel };
    if (sent.kind === 'over' || sent.failure.code !== 'no_route') return null;
  }
  return null;
}
