import type { Database } from '../db/database.js';
import { priceBlobAge, purchasesUnderWay } from '../db/alert-readings.js';
import { firingCounts, lastEvaluation } from '../db/alerts.js';
import { backlog, budgets, enteredLately, liveActivations, outcomesLately, sightAges } from '../db/figures.js';
import { lastLedgerCheck } from '../db/ledger-checks.js';
import { type ProviderOverview, providerOverviews } from '../db/provider-overview.js';
import { ACTIVATION_STATUSES, isFinal } from '../domain/activation.js';
import { ALERT_NAMES } from '../domain/alert-conditions.js';
import { unexplainedDrift } from '../domain/drift.js';
import type { Figure } from '../observability/metrics.js';

/** Money is an integer of millionths; a metric is a number of units, exact up to nine thousand million. */
const units = (micros: bigint) => Number(micros) / 1_000_000;

/** How the last check of the ledger ended, as a figure. */
const VERDICTS = { clean: 0, differences: 1, incomplete: 2 } as const;

/**
 * What a scrape reads from Postgres: the state of the installation, the same at every process. Fifteen short statements, each by an
 * index or over the last hour. `lowBalances`: below which an account is low, micro units of its currency.
 */
export async function readFigures(database: Database, now: Date, lowBalances: ReadonlyMap<string, bigint>): Promise<readonly Figure[]> {
  const [activations, waiting, ages, providers, entered, outcomes, allowed, underWay] = await Promise.all([
    liveActivations(database),
    backlog(database),
    sightAges(database),
    providerOverviews(database),
    enteredLately(database),
    outcomesLately(database),
    budgets(database),
    purchasesUnderWay(database),
  ]);
  const [firing, evaluation, blobAge, check] = await Promise.all([
    firingCounts(database),
    lastEvaluation(database),
    priceBlobAge(database),
    lastLedgerCheck(database),
  ]);
  const one = (name: string, help: string, value: number): Figure => ({ name, help, samples: [{ labels: {}, value }] });
  const byProvider = (name: string, help: string, valueOf: (row: ProviderOverview) => number | null): Figure => ({
    name,
    help,
    samples: providers.flatMap((row) => {
      const value = valueOf(row);
      return value === null ? [] : [{ labels: { provider: row.id, currency: row.currency }, value }];
    }),
  });
  const known = (name: string, help: string, value: number | null): Figure => ({
    name,
    help,
    samples: value === null ? [] : [{ labels: {}, value }],
  });
  const ageOf = (date: Date | null) => (date === null ? 0 : Math.max(0, (now.getTime() - date.getTime()) / 1_000));
  const sights = (name: string, help: string, part: 'watcher' | 'prices'): Figure => ({
    name,
    help,
    samples: ages.flatMap(({ provider, [part]: age }) => (age === null ? [] : [{ labels: { provider }, value: age }])),
  });
  return [
    {
      name: 'watchword_activations_live',
      help: 'Activations that are not over, by status.',
      samples: ACTIVATION_STATUSES.filter((status) => !isFinal(status)).map((status) => ({
        labels: { status },
        value: activations.find((row) => row.status === status)?.count ?? 0,
      })),
    },
    {
      name: 'watchword_activations_entered_hour',
      help: 'Activations that entered this status within the last hour.',
      samples: ACTIVATION_STATUSES.map((status) => ({
        labels: { status },
        value: entered.find((row) => row.status === status)?.count ?? 0,
      })),
    },
    {
      name: 'watchword_outcomes_hour',
      help: 'Numbers of this provider that brought a code, or none, within the last hour.',
      samples: outcomes.flatMap(({ provider, with_code, without_code }) => [
        { labels: { provider, result: 'code' }, value: with_code },
        { labels: { provider, result: 'none' }, value: without_code },
      ]),
    },
    {
      name: 'watchword_code_seconds_hour',
      help: 'Seconds from the purchase to the code within the last hour, in the middle case and in nine of ten.',
      samples: outcomes.flatMap(({ provider, median, p90 }) => [
        ...(median === null ? [] : [{ labels: { provider, quantile: '0.5' }, value: median }]),
        ...(p90 === null ? [] : [{ labels: { provider, quantile: '0.9' }, value: p90 }]),
      ]),
    },
    {
      name: 'watchword_provider_budget_per_second',
      help: 'Requests a second that this account may be asked, over all processes.',
      samples: allowed.map(({ provider, per_second: value }) => ({ labels: { provider }, value })),
    },
    {
      name: 'watchword_alerts_firing',
      help: 'Alerts of this condition that fire.',
      samples: ALERT_NAMES.map((condition) => ({
        labels: { condition },
        value: firing.find((row) => row.condition === condition)?.count ?? 0,
      })),
    },
    known('watchword_alerts_age_seconds', 'Since when the conditions of alerts have not been looked at.', evaluation?.age ?? null),
    known('watchword_alerts_unknown', 'Conditions that could not be looked for.', evaluation?.unknown.length ?? null),
    known(
      'watchword_ledger_check_verdict',
      'The last check of the ledger: 0 clean, 1 differences, 2 incomplete.',
      check && VERDICTS[check.verdict],
    ),
    known('watchword_ledger_check_age_seconds', 'Since when the ledger has not been checked.', check && check.age),
    known('watchword_price_blob_age_seconds', 'Age of the price matrix that clients read.', blobAge),
    one('watchword_sms_undelivered', 'Confirmed SMS older than ten seconds that no client can read yet.', waiting.undelivered_sms),
    one('watchword_attempts_unresolved', 'Purchases that nobody knows the end of.', waiting.unresolved_attempts),
    one('watchword_orders_foreign', 'Open orders on our accounts that watchword did not buy.', waiting.foreign_orders),
    one(
      'watchword_paid_from_loss',
      'Paid to clients without proof in the last 24 hours, units of the wallet currency.',
      units(waiting.paid_from_loss),
    ),
    sights('watchword_watcher_age_seconds', 'Since when the watcher has not read the orders of this account.', 'watcher'),
    {
      name: 'watchword_orders_open',
      help: 'Our orders at this provider that are not over.',
      samples: ages.map(({ provider, open_orders: value }) => ({ labels: { provider }, value })),
    },
    sights('watchword_prices_age_seconds', 'Age of the stored price list.', 'prices'),
    byProvider('watchword_provider_balance_expected', 'What the ledger expects the account to hold.', (row) => units(row.expected)),
    byProvider('watchword_provider_balance_observed', 'What the last pass of the proof read.', (row) =>
      row.observed === null ? null : units(row.observed),
    ),
    byProvider('watchword_provider_surplus', 'What the last pass of the proof left unexplained.', (row) =>
      row.surplus === null ? null : units(row.surplus),
    ),
    byProvider('watchword_provider_drift', 'What neither refunds nor purchases under way explain of the balance.', (row) =>
      units(unexplainedDrift({ surplus: row.surplus, pending: row.pending, underWay: underWay.get(row.id) ?? 0n })),
    ),
    byProvider('watchword_provider_balance_low_threshold', 'Below this balance the account is low.', (row) => {
      const threshold = lowBalances.get(row.id);
      return threshold === undefined ? null : units(threshold);
    }),
    byProvider('watchword_provider_refunds_pending', 'Charges of ended orders that have not come back.', (row) => units(row.pending)),
    byProvider('watchword_provider_refunds_overdue', 'The part of them that is expected for more than 20 minutes.', (row) =>
      units(row.overdue),
    ),
    byProvider('watchword_provider_refund_overdue_seconds', 'How long the oldest of them has been expected.', (row) =>
      ageOf(row.oldest_overdue_at),
    ),
    byProvider('watchword_provider_proof_armed', '1 where a balance may prove refunds.', (row) => (row.armed_at === null ? 0 : 1)),
    byProvider('watchword_provider_proof_frozen', '1 where money came in that nobody announced.', (row) =>
      row.frozen_at === null ? 0 : 1,
    ),
    byProvider('watchword_provider_circuit_open', '1 where nothing is bought because the account does not answer or refuses.', (row) =>
      row.circuit_open_until === null ? 0 : 1,
    ),
    byProvider('watchword_provider_paused', '1 where an operator stopped buying.', (row) => (row.paused_at === null ? 0 : 1)),
  ];
}
