import { readFileSync } from 'node:fs';
import type { temporal } from '@temporalio/proto';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { installQuietRuntime } from '../stack/quiet-runtime.js';

installQuietRuntime();

type Timeout = keyof typeof TIMEOUTS;
/** Numbers of `temporal.api.enums.v1.TimeoutType`. */
const TIMEOUTS = { START_TO_CLOSE: 1, SCHEDULE_TO_START: 2, SCHEDULE_TO_CLOSE: 3, HEARTBEAT: 4 } as const;
/** Number of `EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT`. */
const TIMED_OUT = 14;

/** Replays a stored history in which the first purchase has timed out instead of having answered. */
async function replay(path: string, timeout: Timeout): Promise<void> {
  const text = readFileSync(new URL(`./histories/${path}.json`, import.meta.url), 'utf8');
  const history: temporal.api.history.v1.IHistory = historyFromJSON(JSON.parse(text));
  const answer = history.events!.find((event) => event.activityTaskCompletedEventAttributes)!;
  const { scheduledEventId, startedEventId } = answer.activityTaskCompletedEventAttributes!;
  answer.activityTaskCompletedEventAttributes = null;
  answer.eventType = TIMED_OUT;
  answer.activityTaskTimedOutEventAttributes = {
    scheduledEventId: scheduledEventId!,
    startedEventId: startedEventId!,
    failure: { message: 'activity timeout', timeoutFailureInfo: { timeoutType: TIMEOUTS[timeout] } },
  };
  await Worker.runReplayHistory(
    {
      workflowBundle: { codePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname },
      dataConverter: createDataConverter(TEST_KEYS),
    },
    history,
  );
}

describe('a purchase that timed out', () => {
  // `adopted` goes on with finding out what became of the purchase, `next-candidate` with buying elsewhere.
  it('while it may have been sent is looked up before anything else is bought', async () => {
    for (const timeout of ['START_TO_CLOSE', 'SCHEDULE_TO_CLOSE', 'HEARTBEAT'] as const) {
      await expect(replay('adopted', timeout)).resolves.toBeUndefined();
      await expect(replay('next-candidate', timeout)).rejects.toThrow(/[Nn]ondetermin/);
    }
  });

  it('before any worker took it was surely not sent: the next candidate is asked', async () => {
    await expect(replay('next-candidate', 'SCHEDULE_TO_START')).resolves.toBeUndefined();
    await expect(replay('adopted', 'SCHEDULE_TO_START')).rejects.toThrow(/[Nn]ondetermin/);
  });
});
