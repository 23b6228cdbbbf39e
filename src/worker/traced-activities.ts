import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { traceIdOfUuid } from '../domain/trace.js';
import type { Traces } from '../observability/traces.js';
import { traceIdOfHeaders } from '../temporal/trace-headers.js';

/**
 * Runs each activity within its workflow's trace, so that its log lines name trace, workflow and activity. What no request set in
 * motion (watchers, schedules, activations from before) is traced by its run.
 */
export function tracedActivities(traces: Traces): ActivityInterceptorsFactory {
  return ({ info }) => {
    let traceId = '';
    return {
      inbound: {
        execute: (input, next) => {
          const { workflowId, runId } = info.workflowExecution ?? { workflowId: '', runId: '' };
          traceId = traceIdOfHeaders(input.headers) ?? traceIdOfUuid(runId);
          return traces.run({ traceId, workflowId, activity: info.activityType }, () => next(input));
        },
      },
      outbound: { getLogAttributes: (input, next) => next({ ...input, ...(traceId === '' ? {} : { traceId }) }) },
    };
  };
}
