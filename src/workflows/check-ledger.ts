/** Started by a schedule: rebuilds the ledger's balances from its entries and keeps the verdict. */
import { proxyActivities } from '@temporalio/workflow';
import type { LedgerCheckActivities } from '../activities/alert-activities.js';
import { MAIN_QUEUE } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { movesWithVersions } from './singleton.js';

movesWithVersions(checkLedger);

export async function checkLedger(): Promise<{ readonly verdict: 'clean' | 'differences' | 'incomplete' | null }> {
  const { checkLedger: check } = proxyActivities<LedgerCheckActivities>({
    taskQueue: MAIN_QUEUE,
    // The check ends by itself within its own bound.
    startToCloseTimeout: '1h',
    retry: { maximumAttempts: 1 },
    summary: publicText('check the ledger'),
  });
  return check();
}
