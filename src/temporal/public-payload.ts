import type { Payload } from '@temporalio/common';
import { PUBLIC_MARK } from '../domain/public-text.js';

/** The mark as it stands in JSON text. */
const MARK = Buffer.from(PUBLIC_MARK);
/** Of the SDK's answer to the query for a workflow's metadata, the field that holds the current details. */
const DETAILS = 'currentDetails';

/**
 * The payload without its public mark, to be sent in clear; null if it carries none. It does when it is marked text by
 * itself (a summary), or the SDK's own record of a workflow's metadata with marked current details.
 */
export function withoutPublicMark(payload: Payload): Payload | null {
  const { data } = payload;
  // A workflow that returns nothing has no bytes at all, not even an empty buffer.
  if (data === null || data === undefined || data.length === 0) return null;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (!bytes.includes(MARK) || Buffer.from(payload.metadata?.['encoding'] ?? []).toString() !== 'json/plain') return null;
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  if (isMarked(value)) return { ...payload, data: jsonOf(value.slice(PUBLIC_MARK.length)) };
  if (typeof value !== 'object' || value === null || !('definition' in value) || !(DETAILS in value)) return null;
  const details = value[DETAILS];
  return isMarked(details) ? { ...payload, data: jsonOf({ ...value, [DETAILS]: details.slice(PUBLIC_MARK.length) }) } : null;
}

function isMarked(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(PUBLIC_MARK);
}

function jsonOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
