import { closeAccount, eraseAccount, lockAccount, openOf, type StillOpen } from '../db/account-erasure.js';
import type { Database } from '../db/database.js';
import { eraseActivations, eraseHouseOrders } from '../db/erasure.js';
import { eraseMessages } from '../db/message-erasure.js';
import { eraseVerifications, eraseVerifiedPhones } from '../db/verification-erasure.js';
import { ERASE_BATCH } from './erase-expired.js';

/** What became of the erasure of an account. */
export type AccountErasure =
  | { readonly kind: 'erased' | 'erased_before' | 'unknown' }
  | { readonly kind: 'open'; readonly open: StillOpen };

/**
 * Erases one account at once: refuses while anything is open or held, closes the account, erases its activations, messages and verifications batch
 * by batch, then what is written about it. The books stay, under its id. Where a process dies over it the account is closed,
 * and asking again goes on.
 */
export async function eraseWholeAccount(database: Database, accountId: string): Promise<AccountErasure> {
  const refusal = await database.transaction(async (sql): Promise<AccountErasure | null> => {
    const account = await lockAccount(sql, accountId);
    if (account === null) return { kind: 'unknown' };
    if (account.erased_at !== null) return { kind: 'erased_before' };
    const open = await openOf(sql, accountId);
    if (open.count > 0 || open.held > 0n) return { kind: 'open', open };
    await closeAccount(sql, accountId);
    return null;
  });
  if (refusal !== null) return refusal;
  for (const erase of [eraseActivations, eraseHouseOrders, eraseMessages, eraseVerifications]) {
    while ((await database.transaction((sql) => erase(sql, { accountId }, ERASE_BATCH))) === ERASE_BATCH);
  }
  return database.transaction(async (sql): Promise<AccountErasure> => {
    if ((await lockAccount(sql, accountId))?.erased_at !== null) return { kind: 'erased_before' };
    // A request that had come through the door before the account was closed.
    const open = await openOf(sql, accountId);
    if (open.count > 0 || open.held > 0n) return { kind: 'open', open };
    await eraseActivations(sql, { accountId }, ERASE_BATCH);
    await eraseMessages(sql, { accountId }, ERASE_BATCH);
    await eraseVerifications(sql, { accountId }, ERASE_BATCH);
    await eraseVerifiedPhones(sql, accountId);
    await eraseAccount(sql, accountId);
    return { kind: 'erased' };
  });
}
