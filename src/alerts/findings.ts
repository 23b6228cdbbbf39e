import {
  failingPairs,
  priceBlobAge,
  purchasesUnderWay,
  type StuckActivation,
  undeliveredActivations,
  unresolvedActivations,
} from '../db/alert-readings.js';
import type { AlertFacts } from '../db/alerts.js';
import { backlog, sightAges } from '../db/figures.js';
import { lastLedgerCheck } from '../db/ledger-checks.js';
import { openCarrierCircuits } from '../db/carrier-overview.js';
import { type ProviderOverview, providerOverviews } from '../db/provider-overview.js';
import { ALERT_BOUNDS, type AlertName } from '../domain/alert-conditions.js';
import { hasCollapsed } from '../domain/collapse.js';
import { unexplainedDrift } from '../domain/drift.js';
import { formatMoney } from '../domain/money.js';
import type { AlertDeps } from './deps.js';
import { ALIVE_ROUTE, probeRoute, PUBLIC_ROUTES } from './probe.js';
import { readVerificationFindings } from './verification-findings.js';

/** What is wrong now: by subject, with what was found. The subject of the whole installation is empty. */
export type Findings = ReadonlyMap<string, AlertFacts>;

/** What looking came to, by condition; null where it could not be looked. */
export type AllFindings = Readonly<Record<AlertName, Findings | null>>;

type Deps = Pick<AlertDeps, 'database' | 'http' | 'policy' | 'lowBalanceOf' | 'verification' | 'publicUrl' | 'clock' | 'log'>;

const NONE: Findings = new Map();

/**
 * Looks for every condition. A part that cannot be read leaves its conditions unknown and the others judged; the log says why.
 * About nineteen statements, each found by an index or bounded, and up to four requests to our own public address.
 */
export async function readFindings(deps: Deps): Promise<AllFindings> {
  const { database } = deps;
  const attempt = async <T>(what: string, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      deps.log.warn({ err: error, what }, 'a condition could not be looked for');
      return null;
    }
  };
  // One after the other: nobody waits for this, and the pool is the workers'.
  const providers = await attempt('provider accounts', () => providerOverviews(database));
  const underWay = await attempt('purchases under way', () => purchasesUnderWay(database));
  const sights = await attempt('ages of what providers told', () => sightAges(database));
  const waiting = await attempt('backlog', () => backlog(database));
  const routes = await attempt('public routes', () => probeRoutes(deps));

  return {
    WatchwordAway: routes?.away ?? null,
    PublicRouteFailing: routes?.failing ?? null,
    WatcherSilent:
      sights &&
      findings(
        sights.filter(({ watcher, open_orders: open }) => open > 0 && watcher !== null && watcher > ALERT_BOUNDS.watcherSilentSeconds),
        ({ provider }) => provider,
        ({ watcher, open_orders }) => ({ silent_seconds: Math.round(watcher!), open_orders }),
      ),
    SmsUndelivered: await attempt('undelivered SMS', async () => stuck(await undeliveredActivations(database))),
    PurchasesUnresolved: await attempt('unresolved purchases', async () =>
      stuck(await unresolvedActivations(database, ALERT_BOUNDS.unresolvedSeconds)),
    ),
    ProofFrozen: ofProviders(providers, (row) =>
      row.frozen_at === null ? null : { frozen_at: row.frozen_at.toISOString(), reason: row.frozen_reason },
    ),
    BalanceDrift:
      underWay &&
      ofProviders(providers, (row) => {
        const drift = unexplainedDrift({ surplus: row.surplus, pending: row.pending, underWay: underWay.get(row.id) ?? 0n });
        const size = drift < 0n ? -drift : drift;
        // A frozen proof says the same, and what to press.
        return size <= ALERT_BOUNDS.drift || row.frozen_at !== null ? null : { drift: formatMoney(drift), currency: row.currency };
      }),
    RefundsOverdue: ofProviders(providers, (row) => overdue(row, deps.clock().getTime())),
    PayingFromLoss:
      waiting &&
      (waiting.paid_from_loss > ALERT_BOUNDS.paidFromLoss ? new Map([['', { paid: formatMoney(waiting.paid_from_loss) }]]) : NONE),
    CircuitOpen: ofProviders(providers, (row) =>
      row.circuit_open_until === null ? null : { reason: row.circuit_reason, open_until: row.circuit_open_until.toISOString() },
    ),
    CarrierCircuitOpen: await attempt('circuits of carriers', async () =>
      findings(
        await openCarrierCircuits(database),
        ({ id }) => id,
        ({ circuit_reason: reason, circuit_open_until: until }) => ({ reason, open_until: until.toISOString() }),
      ),
    ),
    BalanceLow: ofProviders(providers, (row) => {
      const threshold = deps.lowBalanceOf(row.id);
      return threshold === null || row.opened_at === null || row.expected >= threshold
        ? null
        : { balance: formatMoney(row.expected), threshold: formatMoney(threshold), currency: row.currency };
    }),
    PricesOld:
      sights &&
      findings(
        sights.filter(({ prices }) => prices !== null && prices > ALERT_BOUNDS.pricesSeconds),
        ({ provider }) => provider,
        ({ prices }) => ({ age_seconds: Math.round(prices!) }),
      ),
    PriceBlobOld: await attempt('price matrix', async () => {
      const age = await priceBlobAge(database);
      return age !== null && age > ALERT_BOUNDS.blobSeconds ? new Map([['', { age_seconds: Math.round(age) }]]) : NONE;
    }),
    SuccessCollapsed: await attempt('success of pairs', async () =>
      findings(
        (await failingPairs(database)).filter((pair) =>
          hasCollapsed(
            { successes: pair.recent_good, failures: pair.recent_bad },
            { successes: pair.before_good, failures: pair.before_bad },
          ),
        ),
        ({ provider, service, country }) => `${provider}/${service}/${country}`,
        (pair) => ({
          lately: `${pair.recent_good} of ${pair.recent_good + pair.recent_bad}`,
          before: `${pair.before_good} of ${pair.before_good + pair.before_bad}`,
        }),
      ),
    ),
    LedgerWrong: await attempt('checks of the ledger', () => ledgerFindings(deps)),
    ...(await readVerificationFindings(deps, attempt)),
  };
}

async function probeRoutes(deps: Deps): Promise<{ readonly away: Findings; readonly failing: Findings | null }> {
  const { publicUrl } = deps;
  if (publicUrl === null) return { away: NONE, failing: NONE };
  const away = await probeRoute(deps.http, publicUrl, ALIVE_ROUTE);
  // Where nothing answers, that every route fails is no news.
  if (away !== null) return { away: new Map([[ALIVE_ROUTE, { answer: away }]]), failing: null };
  const failing = new Map<string, AlertFacts>();
  for (const route of PUBLIC_ROUTES) {
    const answer = await probeRoute(deps.http, publicUrl, route);
    if (answer !== null) failing.set(route, { answer });
  }
  return { away: NONE, failing };
}

async function ledgerFindings(deps: Deps): Promise<Findings> {
  const last = await lastLedgerCheck(deps.database);
  if (last === null) return NONE;
  const facts = { verdict: last.verdict, problems: last.problems, reason: last.reason, checked_at: last.startedAt.toISOString() };
  const late = last.age * 1_000 > ALERT_BOUNDS.ledgerCheckIntervals * deps.policy.ledgerCheckMs;
  if (last.verdict === 'clean' && !late) return NONE;
  return new Map([['', late ? { ...facts, reason: 'the ledger is not checked any more' } : facts]]);
}

function overdue(row: ProviderOverview, now: number): AlertFacts | null {
  if (row.oldest_overdue_at === null) return null;
  const seconds = (now - row.oldest_overdue_at.getTime()) / 1_000;
  return seconds <= ALERT_BOUNDS.refundOverdueSeconds
    ? null
    : { overdue: formatMoney(row.overdue), currency: row.currency, since: row.oldest_overdue_at.toISOString() };
}

function ofProviders(providers: readonly ProviderOverview[] | null, judge: (row: ProviderOverview) => AlertFacts | null): Findings | null {
  if (providers === null) return null;
  return new Map(
    providers.flatMap((row) => {
      const facts = judge(row);
      return facts === null ? [] : [[row.id, facts] as const];
    }),
  );
}

function stuck(rows: readonly StuckActivation[]): Findings {
  return findings(
    rows,
    ({ activation_id }) => activation_id,
    ({ provider, since }) => ({ provider, since: since.toISOString() }),
  );
}

function findings<Row>(rows: readonly Row[], subjectOf: (row: Row) => string, factsOf: (row: Row) => AlertFacts): Findings {
  return new Map(rows.map((row) => [subjectOf(row), factsOf(row)]));
}
