import type { Database } from '../db/database.js';
import { type CodeFigures, codesLately, openVerifications, verificationsEnteredLately } from '../db/verification-figures.js';
import { verificationsBegan, verificationSpend } from '../db/verification-health.js';
import { monthlySpendBound, type VerificationBounds } from '../domain/alert-verification.js';
import { CHANNELS } from '../domain/message.js';
import { VERIFICATION_STATUSES } from '../domain/verification.js';
import type { Figure } from '../observability/metrics.js';

/** Money is an integer of millionths; a metric is a number of units, exact up to nine thousand million. */
const units = (micros: bigint) => Number(micros) / 1_000_000;

/** What a scrape reads of verifications: five short statements, each by an index or over the last hour. */
export async function readVerificationFigures(database: Database, now: Date, bounds: VerificationBounds): Promise<readonly Figure[]> {
  const [open, entered, codes, spend, began] = await Promise.all([
    openVerifications(database),
    verificationsEnteredLately(database),
    codesLately(database),
    verificationSpend(database),
    verificationsBegan(database),
  ]);
  const enteredAs = (status: string) => entered.find((row) => row.status === status);
  const verified = enteredAs('VERIFIED');
  const over = entered.filter(({ status }) => status !== 'PENDING').reduce((sum, { count }) => sum + count, 0);
  const results = ['sent', 'delivered', 'undelivered', 'converted'] as const satisfies readonly (keyof CodeFigures)[];
  return [
    { name: 'watchword_verifications_open', help: 'Verifications that wait for their code.', samples: [{ labels: {}, value: open }] },
    {
      name: 'watchword_verifications_entered_hour',
      help: 'Verifications that entered this status within the last hour.',
      samples: VERIFICATION_STATUSES.map((status) => ({ labels: { status }, value: enteredAs(status)?.count ?? 0 })),
    },
    {
      name: 'watchword_verification_conversion_hour',
      help: 'Of the verifications that ended within the last hour, the share whose code was typed back.',
      samples: over === 0 ? [] : [{ labels: {}, value: (verified?.count ?? 0) / over }],
    },
    quantiles('watchword_verification_seconds_hour', 'Seconds from the begin of a verification to its right code, within the last hour', [
      { labels: {}, median: verified?.median ?? null, p99: verified?.p99 ?? null },
    ]),
    {
      name: 'watchword_codes_hour',
      help: 'Codes that were asked for within the last hour, by channel and what became of them.',
      samples: CHANNELS.flatMap((channel) => {
        const row = codes.find((one) => one.channel === channel);
        return results.map((result) => ({ labels: { channel, result }, value: row?.[result] ?? 0 }));
      }),
    },
    quantiles(
      'watchword_code_delivery_seconds_hour',
      'Seconds from the wish for a code to its receipt, within the last hour',
      codes.map(({ channel, median, p99 }) => ({ labels: { channel }, median, p99 })),
    ),
    byPeriod('watchword_verification_spend', 'What the codes of this UTC day and month cost', units(spend.day), units(spend.month)),
    byPeriod(
      'watchword_verification_spend_threshold',
      'Above which spend an operator is told',
      units(bounds.spendDay),
      units(monthlySpendBound(bounds.spendMonths, began, now)),
    ),
  ];
}

function quantiles(
  name: string,
  what: string,
  rows: readonly { readonly labels: Readonly<Record<string, string>>; readonly median: number | null; readonly p99: number | null }[],
): Figure {
  return {
    name,
    help: `${what}: the middle case, and 99 of a hundred.`,
    samples: rows.flatMap(({ labels, median, p99 }) => [
      ...(median === null ? [] : [{ labels: { ...labels, quantile: '0.5' }, value: median }]),
      ...(p99 === null ? [] : [{ labels: { ...labels, quantile: '0.99' }, value: p99 }]),
    ]),
  };
}

function byPeriod(name: string, what: string, day: number, month: number): Figure {
  return {
    name,
    help: `${what}, units of the wallet currency.`,
    samples: [
      { labels: { period: 'day' }, value: day },
      { labels: { period: 'month' }, value: month },
    ],
  };
}
