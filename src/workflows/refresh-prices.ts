/** Started by a schedule: reads every provider's price list and replaces the blob that clients read. */
import { proxyActivities } from '@temporalio/workflow';
import type { PriceBlobActivities, PriceReadActivities } from '../activities/price-activities.js';
import { MAIN_QUEUE, PRIORITY, providerQueue } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import { movesWithVersions } from './singleton.js';

movesWithVersions(refreshPrices);

export async function refreshPrices(): Promise<{ readonly read: number; readonly cells: number }> {
  const stored = (summary: string) =>
    proxyActivities<PriceBlobActivities>({
      taskQueue: MAIN_QUEUE,
      startToCloseTimeout: '30s',
      retry: { maximumAttempts: 5 },
      summary: publicText(summary),
    });
  const providers = await stored('which providers').listProviders();
  // A provider that is down keeps its last figures with their age; the next run asks again.
  const results = await Promise.allSettled(
    providers.map((provider) =>
      proxyActivities<PriceReadActivities>({
        taskQueue: providerQueue(provider),
        startToCloseTimeout: '45s',
        scheduleToCloseTimeout: '60s',
        retry: { maximumAttempts: 2 },
        priority: { priorityKey: PRIORITY.background },
        summary: publicText(`prices of ${provider}`),
      }).refreshProviderPrices({ provider }),
    ),
  );
  const { cells } = await stored('build the price blob').buildPriceBlob();
  return { read: results.filter(({ status }) => status === 'fulfilled').length, cells };
}
