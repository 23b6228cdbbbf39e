import { type LocalActivityInterfaceFor, proxyLocalActivities } from '@temporalio/workflow';
import type { VerifyActivities } from '../activities/verify-activities.js';
import { publicText } from '../domain/public-text.js';

/** Steps on our own database: local, and repeated until Postgres answers. Made for one call: its summary is what an operator reads. */
export function verifyBooks(summary: string): LocalActivityInterfaceFor<VerifyActivities> {
  return proxyLocalActivities<VerifyActivities>({
    startToCloseTimeout: '5s',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
    summary: publicText(summary),
  });
}
