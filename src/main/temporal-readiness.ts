import proto from '@temporalio/proto';
import type { ReadinessCheck } from '../api/deps.js';
import { MAIN_QUEUE } from '../domain/names.js';
import type { TemporalClient } from '../temporal/connection.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';

/** Workers ask for work at least once a minute, so one that was not seen for longer is gone. */
const SEEN_MS = 75_000;
const { TaskQueueType } = proto.temporal.api.enums.v1;

/** What of Temporal the API needs before traffic is welcome: the server, its search attributes, a worker. */
export function temporalReadiness(temporal: TemporalClient, clock: () => Date): readonly ReadinessCheck[] {
  const { client } = temporal;
  let ensured: Promise<void> | null = null;
  return [
    {
      name: 'temporal',
      check: async () => {
        if (!(await temporal.isReachable(2_000))) return 'does not answer';
        ensured ??= ensureSearchAttributes(client);
        try {
          await ensured;
          return null;
        } catch (error) {
          ensured = null;
          return (error as Error).message;
        }
      },
    },
    {
      name: 'worker',
      check: async () => {
        const { pollers } = await client.workflowService.describeTaskQueue({
          namespace: client.options.namespace,
          taskQueue: { name: MAIN_QUEUE },
          taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        });
        const since = clock().getTime() - SEEN_MS;
        const alive = pollers.some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 >= since);
        return alive ? null : 'no worker asks for work';
      },
    },
  ];
}
