import { z } from 'zod';
import type { StatementLine } from '../../db/statement.js';
import { formatMoney } from '../../domain/money.js';
import { currency, money, time, timeText } from './scalars.js';

/** A movement of money as timelines tell it. */
export const movement = z
  .object({
    type: z.literal('money'),
    at: time,
    kind: z.string(),
    available: money.meta({ description: 'Change of what you can spend.' }),
    held: money.meta({ description: 'Change of what is held for activations and messages.' }),
    currency,
  })
  .meta({ id: 'TimelineMoney', description: 'Your money moved.' });

/** A statement's line in that form. */
export function movementOf(line: StatementLine, inCurrency: string): z.input<typeof movement> {
  return {
    type: 'money',
    at: timeText(line.at),
    kind: line.kind,
    available: formatMoney(line.available),
    held: formatMoney(line.held),
    currency: inCurrency,
  };
}

/** What happened and what moved, oldest first. */
export function inOrder<Event extends { readonly at: string }>(events: readonly Event[]): Event[] {
  return events.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
