import type { Database } from '../db/database.js';
import { type ErasedRound, eraseExpired } from '../privacy/erase-expired.js';
import { asFailure } from './failures.js';

/** The erasure schedule's activity. */
export interface EraseActivities {
  /** One batch of what is over for longer than the retention time. Repeatable. */
  eraseExpired(): Promise<ErasedRound>;
}

/** The erasure schedule's activity; `retentionMs` is how long numbers, codes and texts are kept after an activation is over. */
export function createEraseActivities(deps: { readonly database: Database; readonly retentionMs: number }): EraseActivities {
  return { eraseExpired: () => asFailure(() => eraseExpired(deps.database, deps.retentionMs)) };
}
