import type { Database } from '../db/database.js';
import { type CarrierFigures, carrierFigures, liveMessages, messagesEnteredLately } from '../db/message-figures.js';
import { isFinal, MESSAGE_STATUSES } from '../domain/message.js';
import type { Figure } from '../observability/metrics.js';

/** What a scrape reads of messages and carriers. */
export async function readMessageFigures(database: Database): Promise<readonly Figure[]> {
  const [live, entered, carriers] = await Promise.all([liveMessages(database), messagesEnteredLately(database), carrierFigures(database)]);
  const byCarrier = (name: string, help: string, valueOf: (row: CarrierFigures) => number): Figure => ({
    name,
    help,
    samples: carriers.map((row) => ({ labels: { carrier: row.carrier }, value: valueOf(row) })),
  });
  return [
    {
      name: 'watchword_messages_live',
      help: 'Messages that are not over, by status.',
      samples: MESSAGE_STATUSES.filter((status) => !isFinal(status)).map((status) => ({
        labels: { status },
        value: live.find((row) => row.status === status)?.count ?? 0,
      })),
    },
    {
      name: 'watchword_messages_entered_hour',
      help: 'Messages that entered this status within the last hour.',
      samples: MESSAGE_STATUSES.map((status) => ({
        labels: { status },
        value: entered.find((row) => row.status === status)?.count ?? 0,
      })),
    },
    {
      name: 'watchword_carrier_attempts_hour',
      help: 'Attempts to send by this carrier within the last hour, by what came of them.',
      samples: carriers.flatMap(({ carrier, ...row }) =>
        (['accepted', 'refused', 'ambiguous', 'delivered', 'failed'] as const).map((result) => ({
          labels: { carrier, result },
          value: row[result],
        })),
      ),
    },
    {
      name: 'watchword_carrier_receipt_seconds_hour',
      help: 'Seconds to the receipt of delivery within the last hour, in the middle case and in 95 of a hundred.',
      samples: carriers.flatMap(({ carrier, median, p95 }) => [
        ...(median === null ? [] : [{ labels: { carrier, quantile: '0.5' }, value: median }]),
        ...(p95 === null ? [] : [{ labels: { carrier, quantile: '0.95' }, value: p95 }]),
      ]),
    },
    byCarrier('watchword_carrier_circuit_open', '1 where nothing is sent because the carrier does not answer or refuses.', (row) =>
      row.circuit_open ? 1 : 0,
    ),
    byCarrier('watchword_carrier_paused', '1 where an operator stopped sending.', (row) => (row.paused ? 1 : 0)),
  ];
}
