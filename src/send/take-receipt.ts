import type { Receipt } from '../carriers/carrier.js';
import type { Database } from '../db/database.js';
import { type NewReceipt, storeReceipt } from '../db/receipts.js';
import type { Log } from '../domain/log.js';
import { isLastWord } from '../domain/message.js';

/** What taking a receipt needs. */
export interface TakeReceiptDeps {
  readonly database: Database;
  /** Tells a message's workflow that a receipt is stored; false when the workflow is over. */
  readonly tellMessage: (messageId: string) => Promise<boolean>;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Takes a receipt that a carrier brought by itself: it is a row before anybody is told, and its message is woken if it is the
 * carrier's last word. What cannot be told now, or came after the workflow's end, the repair schedule hears.
 *
 * @throws the database's error: the carrier must bring it again.
 */
export async function takeReceipt(
  deps: TakeReceiptDeps,
  carrier: string,
  receipt: Receipt,
  source: Extract<NewReceipt['source'], 'hook' | 'session'>,
): Promise<void> {
  const about = await storeReceipt(deps.database, { ...receipt, carrier, source });
  if (about === null || !isLastWord(receipt.status)) return;
  try {
    await deps.tellMessage(about.messageId);
  } catch {
    deps.log.warn({ carrier }, 'a receipt is stored, and its message will be told later: Temporal does not answer');
  }
}
