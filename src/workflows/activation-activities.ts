import {
  ActivityCancellationType,
  type ActivityInterfaceFor,
  type LocalActivityInterfaceFor,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { BookActivities, ProviderActivities, WaitActivities } from '../activities/rent-activities.js';
import { MAIN_QUEUE, PRIORITY, providerQueue } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';

/** Every proxy is made for one call, because its summary is what an operator reads in Temporal's UI. */

/** Steps on our own database: local, and repeated until Postgres answers, for nothing of money is ever given up. */
export function books(summary: string): LocalActivityInterfaceFor<BookActivities> {
  return proxyLocalActivities<BookActivities>({
    startToCloseTimeout: '5s',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
    summary: publicText(summary),
  });
}

/** The purchase: once only, ahead of everything else on the provider's queue (ORDERS.md, B). */
export function purchase(provider: string, summary: string): ActivityInterfaceFor<Pick<ProviderActivities, 'buyNumber'>> {
  return proxyActivities<Pick<ProviderActivities, 'buyNumber'>>({
    taskQueue: providerQueue(provider),
    // Only this timeout says surely not sent.
    scheduleToStartTimeout: '10s',
    startToCloseTimeout: '25s',
    retry: { maximumAttempts: 1 },
    priority: { priorityKey: PRIORITY.purchase },
    summary: publicText(summary),
  });
}

/** Ending, finishing, asking again: repeatable, and repeated until the provider answers. */
export function providerSteps(
  provider: string,
  urgency: 'urgent' | 'calm',
  summary: string,
): ActivityInterfaceFor<Omit<ProviderActivities, 'buyNumber'>> {
  return proxyActivities<Omit<ProviderActivities, 'buyNumber'>>({
    taskQueue: providerQueue(provider),
    startToCloseTimeout: '60s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
    priority: { priorityKey: urgency === 'urgent' ? PRIORITY.cancel : PRIORITY.finish },
    // A code that comes first must not wait until the provider answers.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: publicText(summary),
  });
}

/** Waits, without a single event, until a purchase whose reply was lost is resolved (ORDERS.md, rule 8). */
export function attemptLookUp(summary: string): ActivityInterfaceFor<WaitActivities> {
  return proxyActivities<WaitActivities>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '5s',
    retry: { initialInterval: '1s', backoffCoefficient: 1.2, maximumInterval: '15s' },
    summary: publicText(summary),
  });
}
