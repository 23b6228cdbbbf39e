import { ApplicationFailure } from '@temporalio/common';
import type { AlertDeps } from '../alerts/deps.js';
import { type Evaluation, evaluateAlerts } from '../alerts/evaluate.js';
import { checkLedgerNow } from '../alerts/ledger-check.js';
import { deliverAlert } from '../alerts/webhook.js';
import { asFailure } from './failures.js';

/** Looking for trouble, and telling of it. */
export interface AlertActivities {
  evaluateAlerts(): Promise<Evaluation>;
  /** Offers a message to the receiver; fails, and is to be tried again, while it does not take it. */
  deliverAlert(request: { readonly messageId: string }): Promise<void>;
}

/** The ledger's own check. */
export interface LedgerCheckActivities {
  /** Null: it was left out, because the last one was long and recent. */
  checkLedger(): Promise<{ readonly verdict: 'clean' | 'differences' | 'incomplete' | null }>;
}

/** The activities of alerts. */
export function createAlertActivities(deps: AlertDeps): AlertActivities & LedgerCheckActivities {
  return {
    evaluateAlerts: () => asFailure(() => evaluateAlerts(deps)),
    deliverAlert: ({ messageId }) =>
      asFailure(async () => {
        const result = await deliverAlert(deps, messageId);
        if (result.kind === 'done') return;
        throw ApplicationFailure.create({
          message: result.why,
          type: 'not_delivered',
          ...(result.retryAfterMs === null ? {} : { nextRetryDelay: result.retryAfterMs }),
        });
      }),
    checkLedger: () => asFailure(async () => ({ verdict: await checkLedgerNow(deps) })),
  };
}
