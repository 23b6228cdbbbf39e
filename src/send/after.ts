import {
  answerAttempt,
  attemptsOfMessage,
  type MessageAttemptRow,
  messageAttemptBySeq,
  setAttemptReceipt,
} from '../db/message-attempts.js';
import { storeOutcome, storeSilence } from '../db/message-outcomes.js';
import { lockMessage, messageById, type MessageRow, moveMessage } from '../db/messages.js';
import { markHeard, type ReceiptRow, receiptsOfMessage, storeReceipt } from '../db/receipts.js';
import { settleSpend } from '../db/verification-spend.js';
import { isLastWord, mayFollow, type MessageStatus, type ReceiptStatus } from '../domain/message.js';
import { release } from '../ledger/credit.js';
import { places } from '../sealing/keyring.js';
import { takeAccepted } from './accepted.js';
import type { SendDeps } from './deps.js';
import { adapterOf, noteLostReply } from './send.js';

/** Where a message stands after its receipts were read. */
export interface Heard {
  readonly status: MessageStatus;
  /** The attempt that was sent last has its carrier's last word, and it is no delivery. */
  readonly failed: boolean;
}

const RANK: Readonly<Record<ReceiptStatus, number>> = { in_transit: 0, unknown: 1, expired: 2, rejected: 3, undelivered: 3, delivered: 4 };

/**
 * Reads all stored receipts of a message and moves it to what they say together: delivered by any attempt is delivered,
 * and a failure counts only for its own attempt. `lastTry`: no carrier will be asked any more, so that a failure of all is
 * the message's end. Repeatable; late and doubled receipts settle once.
 */
export async function hearReceipts(deps: SendDeps, request: { readonly messageId: string; readonly lastTry: boolean }): Promise<Heard> {
  return deps.database.transaction(async (sql) => {
    const message = (await lockMessage(sql, request.messageId))!;
    const attempts = await attemptsOfMessage(sql, message.id);
    const receipts = await receiptsOfMessage(sql, message.id);
    for (const attempt of attempts) {
      const best = wordOf(
        receipts.filter((receipt) => receipt.attempt_id === attempt.id),
        attempt.parts,
      );
      if (best === null || (attempt.receipt_status !== null && RANK[best.status] <= RANK[attempt.receipt_status])) continue;
      const code = best.error_code === '' ? null : best.error_code;
      await setAttemptReceipt(sql, attempt.id, { status: best.status, raw: best.raw_status, code, at: best.received_at });
      // A receipt is proof that a send whose reply was lost was taken.
      if (attempt.status === 'OPEN' || attempt.status === 'AMBIGUOUS') {
        await takeAccepted(sql, deps, attempt, { messageId: null, price: null, raw: best.raw_status });
      }
      if (isLastWord(best.status) && best.status !== 'unknown') await score(sql, message, attempt, best);
    }
    await markHeard(sql, message.id);
    const now = await attemptsOfMessage(sql, message.id);
    const to = conclusion(now, request.lastTry);
    const { status } = (await lockMessage(sql, message.id))!;
    const last = now.findLast(mayBeSent);
    const word = last?.receipt_status ?? null;
    const failed = word !== null && isLastWord(word) && word !== 'delivered';
    if (to === null || to.status === status || !mayFollow(status, to.status)) return { status, failed };
    await moveMessage(sql, message, { from: status, to: to.status, reason: to.reason, carrier: to.carrier });
    return { status: to.status, failed };
  });
}

/** What receipts say of one attempt: of several parts one that failed is enough, and all must be delivered. */
function wordOf(receipts: readonly ReceiptRow[], parts: number): ReceiptRow | null {
  if (parts < 2) return bestOf(receipts);
  const ids = [...new Set(receipts.map((receipt) => receipt.carrier_message_id))];
  const words = ids.map((id) => bestOf(receipts.filter((receipt) => receipt.carrier_message_id === id))!);
  const failed = words.find(({ status }) => isLastWord(status) && status !== 'delivered');
  if (failed !== undefined) return failed;
  const delivered = words.filter(({ status }) => status === 'delivered');
  if (delivered.length >= parts) return delivered.at(-1)!;
  return words.length === 0 ? null : { ...words[0]!, status: 'in_transit' };
}

function bestOf(receipts: readonly ReceiptRow[]): ReceiptRow | null {
  return receipts.reduce<ReceiptRow | null>((best, one) => (best === null || RANK[one.status] > RANK[best.status] ? one : best), null);
}

async function score(
  sql: Parameters<typeof storeOutcome>[0],
  message: MessageRow,
  attempt: MessageAttemptRow,
  receipt: ReceiptRow,
): Promise<void> {
  await storeOutcome(sql, {
    attemptId: attempt.id,
    carrier: attempt.carrier,
    channel: message.channel,
    country: message.country,
    network: message.network,
    delivered: receipt.status === 'delivered',
    secondsToReceipt: (receipt.received_at.getTime() - attempt.opened_at.getTime()) / 1_000,
  });
}

/** Whether a carrier took this attempt, or may have. */
function mayBeSent({ status }: MessageAttemptRow): boolean {
  return status === 'ACCEPTED' || status === 'AMBIGUOUS' || status === 'OPEN';
}

interface Conclusion {
  readonly status: MessageStatus;
  readonly reason: string;
  readonly carrier: string | null;
}

/** What attempts say together; null while something is still awaited. */
function conclusion(attempts: readonly MessageAttemptRow[], lastTry: boolean): Conclusion | null {
  const delivered = attempts.find(({ receipt_status }) => receipt_status === 'delivered');
  if (delivered !== undefined) return { status: 'DELIVERED', reason: 'receipt', carrier: delivered.carrier };
  const sent = attempts.filter(mayBeSent);
  if (!lastTry || sent.length === 0) return null;
  if (sent.some(({ receipt_status }) => receipt_status === null || !isLastWord(receipt_status))) return null;
  const last = sent.at(-1)!;
  const by = { carrier: last.carrier, reason: last.receipt_status! };
  if (sent.some(({ receipt_status }) => receipt_status === 'unknown')) return { ...by, status: 'UNKNOWN' };
  if (sent.every(({ receipt_status }) => receipt_status === 'expired')) return { ...by, status: 'EXPIRED' };
  return { ...by, status: 'UNDELIVERED' };
}

/**
 * A message's end where no receipt will say more: nothing was sent (everything that was held goes back), it was taken back in
 * time, or its validity is over.
 */
export async function endMessage(
  deps: SendDeps,
  request: { readonly messageId: string; readonly why: 'refused' | 'cancelled' | 'validity_over'; readonly reason: string },
): Promise<Heard> {
  return deps.database.transaction(async (sql) => {
    const message = (await lockMessage(sql, request.messageId))!;
    if (message.status !== 'SCHEDULED' && message.status !== 'QUEUED' && message.status !== 'SENT')
      return { status: message.status, failed: false };
    const attempts = await attemptsOfMessage(sql, message.id);
    const sent = attempts.some(mayBeSent);
    const to: MessageStatus =
      request.why === 'cancelled' && !sent ? 'CANCELLED' : sent ? 'UNKNOWN' : request.why === 'validity_over' ? 'EXPIRED' : 'UNDELIVERED';
    await moveMessage(sql, message, { from: message.status, to, reason: request.reason });
    if (message.price === null) {
      await release(sql, message.id, 'failed');
      if (message.verification_id !== null) await settleSpend(sql, message.id, 0n);
    }
    if (sent) await scoreSilence(sql, message, attempts);
    return { status: to, failed: false };
  });
}

/** Attempts of which no receipt ever came count against their carrier, where it promises receipts. */
async function scoreSilence(
  sql: Parameters<typeof storeOutcome>[0],
  message: MessageRow,
  attempts: readonly MessageAttemptRow[],
): Promise<void> {
  for (const attempt of attempts) {
    if (attempt.status !== 'ACCEPTED' || (attempt.receipt_status !== null && isLastWord(attempt.receipt_status))) continue;
    const { channel, country, network } = message;
    await storeSilence(sql, { attemptId: attempt.id, carrier: attempt.carrier, channel, country, network });
  }
}

/**
 * Asks a carrier what became of a try: by our reference where its reply was lost, by its own id where receipts are polled.
 * What it says is stored like a receipt that came by itself.
 *
 * @returns `sent`, `not_sent` (surely: another carrier may be asked) or `unknown`.
 */
export async function askCarrier(
  deps: SendDeps,
  request: { readonly messageId: string; readonly seq: number },
): Promise<'sent' | 'not_sent' | 'unknown'> {
  const { database } = deps;
  const attempt = await messageAttemptBySeq(database, request.messageId, request.seq);
  const message = await messageById(database, request.messageId);
  if (attempt === null || message === null) return 'not_sent';
  if (attempt.status === 'REFUSED' || attempt.status === 'FATAL') return 'not_sent';
  if (attempt.status === 'OPEN') await noteLostReply(deps, attempt, 'no_answer', '');
  const carrier = adapterOf(deps, attempt.carrier);
  const { receipts, lookUp } = carrier.capabilities;
  if (attempt.status === 'ACCEPTED') {
    if ((receipts === 'poll' || receipts === 'both') && attempt.carrier_message_id !== null) {
      const receipt = await carrier.receiptOf(attempt.carrier_message_id, { timeoutMs: deps.replyWaitMs });
      if (receipt !== null)
        await storeReceipt(database, { carrier: attempt.carrier, ...receipt, messageId: attempt.carrier_message_id, source: 'poll' });
    }
    return 'sent';
  }
  if (!lookUp || message.to_sealed === null) return 'unknown';
  const found = await carrier.lookUp(
    { reference: attempt.id, to: deps.keyring.open(message.to_sealed, places.messageTo(message.id)), channel: message.channel },
    { timeoutMs: deps.replyWaitMs },
  );
  if (found.kind === 'unknown') return 'unknown';
  if (found.kind === 'not_found') {
    await answerAttempt(database, attempt.id, { status: 'REFUSED', reason: 'never_sent', raw: found.raw });
    return 'not_sent';
  }
  const accepted = { messageId: found.messageId, price: found.receipt?.price ?? null, raw: found.raw };
  await database.transaction((sql) => takeAccepted(sql, deps, attempt, accepted));
  if (found.receipt !== null)
    await storeReceipt(database, { carrier: attempt.carrier, ...found.receipt, messageId: found.messageId, source: 'poll' });
  return 'sent';
}
