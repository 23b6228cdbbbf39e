import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('./histories/', import.meta.url);

interface StoredPayload {
  readonly metadata?: { readonly encoding?: string };
  readonly data?: string;
}
interface StoredEvent {
  readonly eventType: string;
  readonly markerRecordedEventAttributes?: { readonly markerName: string };
  readonly userMetadata?: { readonly summary?: StoredPayload };
}

const histories = readdirSync(FOLDER).map((name) => ({
  name,
  events: (JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as { events: StoredEvent[] }).events,
}));
const clear = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString('utf8');

function payloadsOf(value: unknown): StoredPayload[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('metadata' in value && 'data' in value) return [value as StoredPayload];
  return Object.values(value).flatMap(payloadsOf);
}

describe('what an operator reads in Temporal', () => {
  it.each(histories)('$name: every step and timer says what it does', ({ events }) => {
    const steps = events.filter(
      ({ eventType, markerRecordedEventAttributes: marker }) =>
        /ACTIVITY_TASK_SCHEDULED|TIMER_STARTED|MARKER_RECORDED|TYPE_WORKFLOW_EXECUTION_STARTED|CHILD_WORKFLOW_EXECUTION_INITIATED/.test(
          eventType,
        ) && marker?.markerName !== 'core_patch',
    );
    expect(steps.length).toBeGreaterThan(1);
    for (const step of steps)
      expect(`${step.eventType} ${clear(step.userMetadata?.summary?.data)}`).toMatch(/^\w+ "[a-zA-Z ,.():0-9-]{8,}"$/);
  });

  it.each(histories)('$name: nothing else is in clear', ({ events }) => {
    const payloads = events.flatMap((event) => payloadsOf({ ...event, userMetadata: undefined }));
    // Search attributes are never encrypted, they are our own words; neither are the SDK's notes of when a
    // local activity ran and of which patch a workflow took.
    const open = payloads.filter(({ metadata }) => clear(metadata?.encoding) !== 'binary/encrypted').map(({ data }) => clear(data));
    for (const text of open)
      expect(text).toMatch(/^("[\w -]{1,40}"|)$|^\{"seq":\d+,"attempt":|^\{"id":"[a-z-]+","deprecated":|^\["[a-z-]+"\]$/);
  });
});
