import type { Schemas } from '../client/client.js';
import type { Cell } from './table.js';

interface Step {
  readonly type: 'status';
  readonly at: string;
  readonly to: string;
  readonly reason: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A timeline as rows: when, status, what, by whom, detail. */
export function timelineRows<Known extends Step>(
  events: readonly (Known | Schemas['TimelineMoney'])[],
  byWhom: (step: Known) => string | null,
): Cell[][] {
  return events.map((event) =>
    event.type === 'status'
      ? [
          event.at,
          event.to,
          event.reason,
          byWhom(event),
          Object.entries(event.detail)
            .map(([name, value]) => `${name} ${String(value)}`)
            .join(', ') || null,
        ]
      : [event.at, null, event.kind, null, `available ${event.available}, held ${event.held} ${event.currency}`],
  );
}
