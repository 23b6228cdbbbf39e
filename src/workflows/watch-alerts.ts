/** Started by a schedule: looks for what is wrong and decides what operators are told. Eleven events a run. */
import { proxyActivities } from '@temporalio/workflow';
import type { AlertActivities } from '../activities/alert-activities.js';
import { MAIN_QUEUE } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { movesWithVersions } from './singleton.js';

movesWithVersions(watchAlerts);

export async function watchAlerts(): Promise<{ readonly firing: number; readonly unknown: number; readonly pending: number }> {
  const { evaluateAlerts } = proxyActivities<Pick<AlertActivities, 'evaluateAlerts'>>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '90s',
    retry: { maximumAttempts: 3 },
    summary: publicText('look for what is wrong'),
  });
  return evaluateAlerts();
}
