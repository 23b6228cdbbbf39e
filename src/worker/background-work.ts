import type { Client } from '@temporalio/client';
import { MAIN_QUEUE, SCHEDULES, watcherWorkflowId, WORKFLOWS } from '../domain/names.js';
import type { AlertPolicy } from '../domain/alert-policy.js';
import type { Policy } from '../domain/policy.js';
import { publicText } from '../domain/public-text.js';
import { ensureSchedule } from '../temporal/schedules.js';
import { searchAttributes } from '../temporal/search-attributes.js';

const REPAIR_EVERY_MS = 30_000;
/** For whoever waits for a worker, and for writing the verdict. */
const LEDGER_CHECK_MARGIN_MS = 120_000;

/** Sees to it that every provider is watched and the schedules exist; any number of workers may do this at once. */
export async function startBackgroundWork(
  client: Client,
  providers: readonly string[],
  policy: Policy,
  alerts: AlertPolicy,
): Promise<void> {
  for (const provider of providers) {
    await client.workflow.start(WORKFLOWS.watchProvider, {
      workflowId: watcherWorkflowId(provider),
      taskQueue: MAIN_QUEUE,
      args: [{ provider }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: searchAttributes({ provider }),
      staticSummary: publicText(`watch ${provider}`),
    });
  }
  await ensureSchedule(client, {
    scheduleId: SCHEDULES.prices,
    workflowType: WORKFLOWS.refreshPrices,
    taskQueue: MAIN_QUEUE,
    everyMs: policy.pricesMs,
    timeoutMs: 180_000,
    summary: publicText('read price lists, build the price blob'),
  });
  await ensureSchedule(client, {
    scheduleId: SCHEDULES.repair,
    workflowType: WORKFLOWS.repairSignals,
    taskQueue: MAIN_QUEUE,
    everyMs: REPAIR_EVERY_MS,
    timeoutMs: 120_000,
    summary: publicText('repair lost signals'),
  });
  await ensureSchedule(client, {
    scheduleId: SCHEDULES.erase,
    workflowType: WORKFLOWS.eraseExpired,
    taskQueue: MAIN_QUEUE,
    everyMs: policy.eraseMs,
    timeoutMs: 3_600_000,
    summary: publicText('erase numbers, codes and texts whose retention time is over'),
  });
  await ensureSchedule(client, {
    scheduleId: SCHEDULES.alerts,
    workflowType: WORKFLOWS.watchAlerts,
    taskQueue: MAIN_QUEUE,
    everyMs: alerts.everyMs,
    timeoutMs: 300_000,
    summary: publicText('look for what is wrong, tell operators'),
  });
  await ensureSchedule(client, {
    scheduleId: SCHEDULES.ledgerCheck,
    workflowType: WORKFLOWS.checkLedger,
    taskQueue: MAIN_QUEUE,
    everyMs: alerts.ledgerCheckMs,
    timeoutMs: alerts.ledgerCheckBoundMs + LEDGER_CHECK_MARGIN_MS,
    summary: publicText('check the ledger'),
  });
  // The first matrix must not wait for the schedule's first moment.
  await client.schedule.getHandle(SCHEDULES.prices).trigger('SKIP');
  // Nor may a new installation wait for hours until its books are looked at.
  await client.schedule.getHandle(SCHEDULES.ledgerCheck).trigger('SKIP');
}
