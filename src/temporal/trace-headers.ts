import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { publicText } from '../domain/public-text.js';
import { isTraceId, TRACE_HEADER, TRACE_MEMO } from '../domain/trace.js';

/** The trace that Temporal's headers carry; null where they carry none. Headers are not encrypted, and hold nothing else. */
export function traceIdOfHeaders(headers: Headers): string | null {
  const payload = headers[TRACE_HEADER];
  if (payload === undefined) return null;
  const value = defaultPayloadConverter.fromPayload<unknown>(payload);
  return isTraceId(value) ? value : null;
}

/**
 * Puts the current trace into the header of every start, signal and update, and into the memo of what is started, in clear, so
 * that an operator who looks at a workflow finds its lines in the logs. Neither costs an event.
 */
export function traceCarrier(currentTraceId: () => string | null): WorkflowClientInterceptor {
  const withTrace = (headers: Headers): Headers => {
    const traceId = currentTraceId();
    return traceId === null ? headers : { ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(traceId) };
  };
  const withMemo = <Options extends { readonly memo?: Record<string, unknown> }>(options: Options): Options => {
    const traceId = currentTraceId();
    return traceId === null ? options : { ...options, memo: { ...options.memo, [TRACE_MEMO]: publicText(traceId) } };
  };
  return {
    startWithDetails: (input, next) => next({ ...input, headers: withTrace(input.headers), options: withMemo(input.options) }),
    signal: (input, next) => next({ ...input, headers: withTrace(input.headers) }),
    signalWithStart: (input, next) => next({ ...input, headers: withTrace(input.headers), options: withMemo(input.options) }),
    startUpdate: (input, next) => next({ ...input, headers: withTrace(input.headers) }),
    startUpdateWithStart: (input, next) =>
      next({
        ...input,
        workflowStartHeaders: withTrace(input.workflowStartHeaders),
        updateHeaders: withTrace(input.updateHeaders),
        workflowStartOptions: withMemo(input.workflowStartOptions),
      }),
  };
}
