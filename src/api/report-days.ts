import { z } from 'zod';
import type { Span } from '../db/message-reports.js';
import { invalidField } from './problem.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 92;

/** A day of a report. */
export const reportDay = z.iso.date().meta({ description: 'Day, UTC.', example: '2026-11-01' });

/** Query of a report: which days. */
export const reportDays = z.object({
  from: reportDay.optional().meta({ description: 'First day; seven days ago when missing.' }),
  to: reportDay.optional().meta({ description: 'Last day; today when missing. At most 92 days in all.' }),
});

/**
 * The span that was asked for, whole days of UTC.
 *
 * @throws DomainError `invalid_input` for days in the wrong order or too many
 */
export function spanOf(asked: z.output<typeof reportDays>, now: Date): Span {
  const today = Date.parse(now.toISOString().slice(0, 10));
  const last = asked.to === undefined ? today : Date.parse(asked.to);
  const first = asked.from === undefined ? last - 7 * DAY_MS : Date.parse(asked.from);
  if (first > last) throw invalidField('from', 'The first day is after the last.');
  if (last - first >= MOST_DAYS * DAY_MS) throw invalidField('from', `At most ${MOST_DAYS} days are reported at once.`);
  return { from: new Date(first), to: new Date(last + DAY_MS) };
}
