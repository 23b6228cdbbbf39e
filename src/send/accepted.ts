import { carrierById } from '../db/carriers.js';
import type { Sql } from '../db/database.js';
import { answerAttempt, type MessageAttemptRow, namePart } from '../db/message-attempts.js';
import { lockMessage, moveMessage, noteMessage, setMessagePrice } from '../db/messages.js';
import { claimReceipts } from '../db/receipts.js';
import { settleSpend } from '../db/verification-spend.js';
import { postCarrierCost } from '../ledger/carrier-money.js';
import { capture } from '../ledger/credit.js';
import type { SendDeps } from './deps.js';

/** What is known of a message that a carrier took. */
export interface Accepted {
  /** The carrier's id of it; null where only a receipt told, by our reference. */
  readonly messageId: string | null;
  /** Ids of all parts, where it named each of a long message. */
  readonly partIds?: readonly string[];
  /** What the carrier says it costs, in its currency; null where it does not say. */
  readonly price: bigint | null;
  readonly raw: string;
}

/**
 * A carrier took the message: its cost is ours, the client pays the price of this try unless an earlier one was taken or the money had been given back, and
 * receipts that outran the reply become this attempt's. Once for each attempt, in the caller's transaction, whose message
 * it locks.
 *
 * @returns whether receipts were there before: nobody was told of them, for nobody knew whose they were.
 */
export async function takeAccepted(
  sql: Sql,
  deps: Pick<SendDeps, 'walletCurrency'>,
  attempt: MessageAttemptRow,
  accepted: Accepted,
): Promise<boolean> {
  const message = await lockMessage(sql, attempt.message_id);
  const account = await carrierById(sql, attempt.carrier);
  if (message === null || account === null) return false;
  const cost = accepted.price ?? attempt.max_cost;
  const partIds = accepted.partIds ?? [];
  let outran = false;
  // In one order, since each is locked until the end.
  for (const carrierMessageId of [...new Set([...(accepted.messageId === null ? [] : [accepted.messageId]), ...partIds])].toSorted()) {
    const named = { id: attempt.id, carrier: attempt.carrier, carrierMessageId };
    if ((await claimReceipts(sql, named)) > 0) outran = true;
    if (partIds.length > 1) await namePart(sql, named);
  }
  const answered = await answerAttempt(sql, attempt.id, {
    status: 'ACCEPTED',
    reason: accepted.messageId === null ? 'by_receipt' : null,
    raw: accepted.raw,
    carrierMessageId: accepted.messageId,
    cost,
    costSource: accepted.price === null ? 'sheet' : 'reply',
  });
  if (!answered) return false;
  if (message.price === null) {
    const price = attempt.client_price < message.ceiling ? attempt.client_price : message.ceiling;
    // What was held went back when nobody knew for too long: a proof that comes after that is at our own cost.
    if (price === 0n || (await capture(sql, message.id, price))) {
      await setMessagePrice(sql, message.id, price);
      if (message.verification_id !== null) await settleSpend(sql, message.id, price);
    }
  }
  // Last, because every message of this carrier waits for its row.
  await postCarrierCost(
    sql,
    { attemptId: attempt.id, messageId: message.id, carrier: attempt.carrier, currency: account.currency, cost },
    { walletCurrency: deps.walletCurrency, rateMicros: account.rate_micros },
  );
  const step = { reason: 'accepted', carrier: attempt.carrier, detail: { segments: message.segments } };
  if (message.status === 'QUEUED') await moveMessage(sql, message, { ...step, from: 'QUEUED', to: 'SENT' });
  else await noteMessage(sql, message, step);
  return outran;
}
