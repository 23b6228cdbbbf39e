/** Started by a schedule: erases numbers, codes and texts whose retention time is over, batch by batch; six events a batch. */
import { proxyActivities } from '@temporalio/workflow';
import type { EraseActivities } from '../activities/erase-activities.js';
import { MAIN_QUEUE } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { movesWithVersions } from './singleton.js';

/** What is left after so many batches waits for the schedule's next run. */
const BATCHES = 200;

movesWithVersions(eraseExpired);

export async function eraseExpired(): Promise<{
  readonly activations: number;
  readonly messages: number;
  readonly verifications: number;
  readonly orders: number;
  readonly strangers: number;
}> {
  const { eraseExpired: erase } = proxyActivities<EraseActivities>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '60s',
    retry: { maximumAttempts: 5 },
    summary: publicText('erase what is over for longer than the retention time'),
  });
  const sum = { activations: 0, messages: 0, verifications: 0, orders: 0, strangers: 0 };
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const erased = await erase();
    sum.activations += erased.activations;
    sum.messages += erased.messages;
    sum.orders += erased.orders;
    // A history of before there were verifications knows none.
    sum.verifications += erased.verifications ?? 0;
    sum.strangers += erased.strangers;
    if (!erased.more) break;
  }
  return sum;
}
