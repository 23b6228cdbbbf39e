/**
 * A trace: everything that one request set in motion, under one id of 32 hexadecimal digits, as W3C Trace Context has it. Logs,
 * problem documents and the activation's row name it; providers are never told.
 */

/** Name of the header in which Temporal carries it from client to workflow to activity. It costs no event. */
export const TRACE_HEADER = 'watchword-trace';
/** Name under which Temporal's Web UI shows it among a workflow's memo. */
export const TRACE_MEMO = 'trace';

const TRACE_ID = /^[0-9a-f]{32}$/;
const NO_TRACE = '0'.repeat(32);
const NO_PARENT = '0'.repeat(16);

/** Whether a text is a trace id. */
export function isTraceId(text: unknown): text is string {
  return typeof text === 'string' && TRACE_ID.test(text) && text !== NO_TRACE;
}

/** The trace that a `traceparent` header names; null where it is not one (W3C Trace Context, level 1). */
export function traceIdOfParent(header: string | undefined): string | null {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(header ?? '');
  if (match === null) return null;
  const [, version, traceId, parentId, more] = match;
  if (version === 'ff' || (version === '00' && more !== undefined) || parentId === NO_PARENT) return null;
  return isTraceId(traceId) ? traceId : null;
}

/** A trace id made of a UUID: a new one, or that of a workflow's run that nobody's request set in motion. */
export function traceIdOfUuid(uuid: string): string {
  return uuid.replaceAll('-', '').toLowerCase();
}
