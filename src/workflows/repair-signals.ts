/** Started by a schedule: sends again what workflows may not have heard, and delivers SMS and hears receipts that nobody took care of. */
import { proxyActivities } from '@temporalio/workflow';
import type { RepairActivities } from '../activities/watch-activities.js';
import { MAIN_QUEUE } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { movesWithVersions } from './singleton.js';

movesWithVersions(repairSignals);

export async function repairSignals(): Promise<{ readonly delivered: number; readonly receipts: number }> {
  const { repairSignals: repair } = proxyActivities<RepairActivities>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '30s',
    retry: { maximumAttempts: 3 },
    summary: publicText('repair lost signals'),
  });
  return repair();
}
