/** Started by a schedule: sends again what workflows may not have heard, and delivers SMS that nobody took care of. */
import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import type { RepairActivities } from '../activities/watch-activities.js';
import { MAIN_QUEUE } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';

// A singleton moves to the current version of the workers at its next step.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, repairSignals);
export async function repairSignals(): Promise<{ readonly delivered: number }> {
  const { repairSignals: repair } = proxyActivities<RepairActivities>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '30s',
    retry: { maximumAttempts: 3 },
    summary: publicText('repair lost signals'),
  });
  return repair();
}
