/**
 * Hands the trace that a workflow was started with on to its activities, in their headers: no event more, and nothing that a
 * replay compares. A signal's or update's own trace is not taken over: an activation is one trace.
 */
import type { Headers, WorkflowInterceptors } from '@temporalio/workflow';
import { TRACE_HEADER } from '../domain/trace.js';

/** Found by its name in the bundle (`workflowInterceptorModules`); one set for each workflow. */
export const interceptors = (): WorkflowInterceptors => {
  let carried: Headers = {};
  const withTrace = <Input extends { readonly headers: Headers }>(input: Input): Input => ({
    ...input,
    headers: { ...input.headers, ...carried },
  });
  return {
    inbound: [
      {
        execute: (input, next) => {
          const trace = input.headers[TRACE_HEADER];
          if (trace !== undefined) carried = { [TRACE_HEADER]: trace };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withTrace(input)),
        scheduleLocalActivity: (input, next) => next(withTrace(input)),
      },
    ],
  };
};
