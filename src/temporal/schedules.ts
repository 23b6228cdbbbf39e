import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { DomainError } from '../domain/errors.js';

const TRIGGER_MS = 5_000;

/** A workflow that is to run again and again. */
export interface RepeatingWorkflow {
  readonly scheduleId: string;
  /** Name of the workflow type; it is given no arguments. */
  readonly workflowType: string;
  readonly taskQueue: string;
  /** Milliseconds from one start to the next. */
  readonly everyMs: number;
  /** Milliseconds after which a run is ended by force. */
  readonly timeoutMs: number;
  /** Shown in Temporal's UI; nothing personal. */
  readonly summary: string;
}

/** Starts a schedule's workflow now; while one of it runs, nothing is started. @throws DomainError `unavailable` */
export async function triggerSchedule(client: Client, scheduleId: string): Promise<void> {
  try {
    await client.withDeadline(Date.now() + TRIGGER_MS, () => client.schedule.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.SKIP));
  } catch (cause) {
    throw new DomainError(
      'unavailable',
      'the workflow engine does not answer, or no worker has ever run: nothing was started',
      {},
      { cause },
    );
  }
}

/**
 * Creates a schedule, or brings the one that exists to this form and leaves its being paused alone. A run is skipped while the one before still
 * runs, and nothing missed is made up for: the next run sees everything.
 */
export async function ensureSchedule(client: Client, wanted: RepeatingWorkflow): Promise<void> {
  const form = {
    spec: { intervals: [{ every: wanted.everyMs }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: wanted.workflowType,
      taskQueue: wanted.taskQueue,
      workflowId: wanted.scheduleId,
      workflowExecutionTimeout: wanted.timeoutMs,
      staticSummary: wanted.summary,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 10_000 },
  };
  try {
    await client.schedule.create({ scheduleId: wanted.scheduleId, ...form });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(wanted.scheduleId).update((existing) => ({ ...form, state: existing.state }));
  }
}
