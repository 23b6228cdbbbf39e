/**
 * The watcher of one provider account: one long heartbeating activity after the other. About six events in ten minutes,
 * whatever the number of activations; continue-as-new keeps the history small.
 */
import { ActivityCancellationType, continueAsNew, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { WatchActivities } from '../activities/watch-activities.js';
import { WATCH_QUEUE } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { movesWithVersions } from './singleton.js';

/** How long one activity watches before it hands over. */
const TURN_MS = 540_000;
/** Turns of one run: about a day. */
const TURNS = 160;

movesWithVersions(watchProvider);

export async function watchProvider(input: { readonly provider: string }): Promise<void> {
  const { watchProvider: watch } = proxyActivities<WatchActivities>({
    taskQueue: WATCH_QUEUE,
    startToCloseTimeout: '11m',
    // A dead worker is noticed within this; until then nobody watches.
    heartbeatTimeout: '8s',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: publicText(`watch ${input.provider}`),
  });
  setCurrentDetails(publicText(`Watches **${input.provider}**: reads orders, stores SMS, proves refunds.`));
  for (let turn = 0; turn < TURNS && !workflowInfo().continueAsNewSuggested; turn += 1) {
    await watch({ provider: input.provider, forMs: TURN_MS });
  }
  await continueAsNew<typeof watchProvider>(input);
}
