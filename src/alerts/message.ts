import type { AlertFacts } from '../db/alerts.js';
import { ALERT_CONDITIONS, type AlertName, type AlertSeverity, runbookOf } from '../domain/alert-conditions.js';
import type { Telling } from '../domain/alert-state.js';

/** Of many subjects so many are named. */
export const NAMED = 10;

/** What an operator is told of one subject. */
export interface ToldAlert {
  /** A provider, a pair (`provider/service/country`), an activation's id, a route, the hash of a phone or address; empty for the installation. */
  readonly subject: string;
  /** RFC 3339. */
  readonly since: string | null;
  readonly facts: AlertFacts;
}

/** The body of a message, as the receiver gets it. */
export interface AlertBody {
  readonly type: 'alert.started' | 'alert.repeated' | 'alert.ended';
  /** RFC 3339: when it was decided. */
  readonly timestamp: string;
  readonly data: {
    readonly condition: AlertName;
    readonly severity: AlertSeverity;
    /** One line for people. */
    readonly summary: string;
    readonly what: string;
    readonly press: string;
    readonly runbook: string;
    /** How many subjects this is about; {@link AlertBody.data.alerts} names the first of them. */
    readonly count: number;
    readonly alerts: readonly ToldAlert[];
  };
}

const WORD = { started: 'started', repeated: 'goes on', ended: 'is over' } as const;

/** Puts into words what one message tells. */
export function alertBody(condition: AlertName, telling: Telling, at: Date, toldOf: (subject: string) => ToldAlert): AlertBody {
  const { severity, what, press } = ALERT_CONDITIONS[condition];
  const count = telling.subjects.length;
  const alerts = telling.subjects.slice(0, NAMED).map(toldOf);
  const named = alerts.map(({ subject }) => subject).filter((subject) => subject !== '');
  const more = count > named.length && named.length > 0 ? ` and ${count - named.length} more` : '';
  const subjects = named.length === 0 ? '' : ` (${named.join(', ')}${more})`;
  return {
    type: `alert.${telling.kind}`,
    timestamp: at.toISOString(),
    data: {
      condition,
      severity,
      summary: `${condition} ${WORD[telling.kind]}${subjects}: ${what}`,
      what,
      press,
      runbook: runbookOf(condition),
      count,
      alerts,
    },
  };
}
