import type { Database } from '../db/database.js';
import { eraseMessages } from '../db/message-erasure.js';
import { eraseVerifications } from '../db/verification-erasure.js';
import { forgetFraud } from '../db/fraud-erasure.js';
import { eraseActivations, eraseHouseOrders, type Erased, type ErasureScope, removeStrangers } from '../db/erasure.js';

/** Rows of one transaction: few enough that no reading waits long for them. */
export const ERASE_BATCH = 100;

/** What one round erased, and whether more waits. */
export interface ErasedRound extends Erased {
  readonly more: boolean;
}

/**
 * Erases one batch of what is over for longer than the retention time (docs/privacy.md): of activations, of messages,
 * of verifications, of the house's orders, of SMS that belong to nobody, and of what the fraud rules have no use for any more.
 * Repeatable; several may do it at once.
 */
export async function eraseExpired(database: Database, retentionMs: number): Promise<ErasedRound> {
  const scope: ErasureScope = { overForMs: retentionMs };
  const activations = await database.transaction((sql) => eraseActivations(sql, scope, ERASE_BATCH));
  const messages = await database.transaction((sql) => eraseMessages(sql, scope, ERASE_BATCH));
  const verifications = await database.transaction((sql) => eraseVerifications(sql, scope, ERASE_BATCH));
  const orders = await database.transaction((sql) => eraseHouseOrders(sql, scope, ERASE_BATCH));
  const strangers = await database.transaction((sql) => removeStrangers(sql, retentionMs, ERASE_BATCH));
  const fraud = await database.transaction(forgetFraud);
  const erased = { activations, messages, verifications, orders, strangers };
  return { ...erased, more: fraud || Object.values(erased).includes(ERASE_BATCH) };
}
