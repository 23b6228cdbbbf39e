/** Brings one message to the receiver of alerts. Eleven events, however long the receiver is away. */
import { ActivityFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { AlertActivities } from '../activities/alert-activities.js';
import { MAIN_QUEUE } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { movesWithVersions } from './singleton.js';

movesWithVersions(deliverAlert);

/** `deliverMs`: for how long the message is offered. */
export async function deliverAlert(input: {
  readonly messageId: string;
  readonly deliverMs: number;
}): Promise<{ readonly delivered: boolean }> {
  const { deliverAlert: deliver } = proxyActivities<Pick<AlertActivities, 'deliverAlert'>>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: input.deliverMs,
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '15m' },
    summary: publicText('offer a message to the receiver of alerts'),
  });
  try {
    await deliver({ messageId: input.messageId });
    return { delivered: true };
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    // Nobody took it in all that time; the log told it, and the row says so.
    return { delivered: false };
  }
}
