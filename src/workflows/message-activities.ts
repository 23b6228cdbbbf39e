import { type ActivityInterfaceFor, type LocalActivityInterfaceFor, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CarrierActivities, MessageBookActivities } from '../activities/send-activities.js';
import { carrierQueue, PRIORITY } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';

/** Every proxy is made for one call, because its summary is what an operator reads in Temporal's UI. */

/** Steps on our own database: local, and repeated until Postgres answers, for nothing of money is ever given up. */
export function messageBooks(summary: string): LocalActivityInterfaceFor<MessageBookActivities> {
  return proxyLocalActivities<MessageBookActivities>({
    startToCloseTimeout: '5s',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
    summary: publicText(summary),
  });
}

/** The send: once only, ahead of everything else on the carrier's queue. @param queueMs milliseconds that it may wait there. */
export function sending(carrier: string, queueMs: number, summary: string): ActivityInterfaceFor<Pick<CarrierActivities, 'sendMessage'>> {
  return proxyActivities<Pick<CarrierActivities, 'sendMessage'>>({
    taskQueue: carrierQueue(carrier),
    // Only this timeout says surely not sent; a queue behind a throughput limit may be long.
    scheduleToStartTimeout: queueMs,
    startToCloseTimeout: '25s',
    retry: { maximumAttempts: 1 },
    priority: { priorityKey: PRIORITY.purchase },
    summary: publicText(summary),
  });
}

/** Asking a carrier what became of a send: repeatable, for a while. */
export function carrierQuestion(carrier: string, summary: string): ActivityInterfaceFor<Pick<CarrierActivities, 'askCarrier'>> {
  return proxyActivities<Pick<CarrierActivities, 'askCarrier'>>({
    taskQueue: carrierQueue(carrier),
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: '60s',
    retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '20s' },
    priority: { priorityKey: PRIORITY.finish },
    summary: publicText(summary),
  });
}
