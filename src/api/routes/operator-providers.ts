import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { type ProviderOverview, providerOverviews } from '../../db/provider-overview.js';
import { providerById, setOrphanSweep, setPaused } from '../../db/providers.js';
import { DomainError } from '../../domain/errors.js';
import { formatMoney, parseMoney } from '../../domain/money.js';
import { enterFunding, isOtherInputs } from '../../ledger/operator-entries.js';
import { type AnyRoute, route } from '../route.js';
import { currency, keepable, money, time, timeText } from '../schemas/scalars.js';

const amount = z
  .string()
  .regex(/^-?\d{1,9}(\.\d{1,6})?$/, 'must be a decimal amount with at most six places')
  .meta({ description: 'Decimal string in the provider account’s currency.', example: '50.00' });

const entry = z.strictObject({
  amount,
  reference: keepable(100).min(1).meta({ description: 'Your own reference; the same one is booked once.', example: 'invoice-2026-11' }),
  reason: keepable(500).min(1).meta({ description: 'Kept with the entry.' }),
});

const overview = z
  .object({
    id: z.string(),
    kind: z.string(),
    simulated: z.boolean(),
    currency,
    balance_expected: money.meta({ description: 'What the ledger expects the provider to hold for us.' }),
    balance_observed: money.nullable().meta({ description: 'What the last pass of the proof read.' }),
    observed_at: time.nullable(),
    refunds_pending: money,
    drift_low: money.nullable().meta({ description: 'The drift lies between this, surplus less pending refunds, …' }),
    drift_high: money.nullable().meta({ description: '… and this, the surplus that the last pass left.' }),
    oldest_refund_at: time.nullable(),
    refunds_overdue: money.meta({ description: 'The part of the pending refunds that is expected for more than 20 minutes.' }),
    owed_low: money.nullable().meta({ description: 'What the provider owes us lies between this, overdue refunds less surplus, …' }),
    owed_high: money.nullable().meta({ description: '… and this, pending refunds less surplus, …' }),
    owed_since: time.nullable().meta({ description: '… since then, where anything is overdue.' }),
    proof: z.enum(['opening', 'unarmed', 'armed', 'frozen']),
    frozen_reason: z.string().nullable(),
    circuit_open_until: time.nullable(),
    circuit_reason: z.string().nullable(),
    paused: z.boolean(),
    paused_reason: z.string().nullable(),
    orphan_sweep: z.boolean().meta({ description: 'Whether numbers of abandoned purchases are cancelled.' }),
    watcher_last_page_at: time.nullable(),
    watcher_last_error: z.string().nullable(),
    hook_url: z.string().nullable().meta({
      description: 'What to enter at the provider as its webhook; a path, where no public_url is configured. Null if it has none.',
    }),
  })
  .meta({ id: 'ProviderOverview' });

interface OperatorProviderDeps {
  readonly database: Database;
  /** Address of a provider's hooks; null where it sends none. */
  readonly hookUrl: (provider: string) => string | null;
}

/** What the person who runs watchword sees of provider accounts, and the entries by which they say what came in. */
export function operatorProviderRoutes(deps: OperatorProviderDeps): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/providers',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'Provider accounts: books against balances, proof of refund, circuits',
      answers: { 200: { description: 'All accounts.', json: z.object({ items: z.array(overview) }) } },
      problems: [],
      async handle() {
        return { status: 200, json: { items: (await providerOverviews(deps.database)).map((row) => shown(row, deps)) } };
      },
    }),
    entryRoute(deps, 'top_up', 'top-ups', 'Enter money before it is sent to a provider', (value) => value > 0n),
    entryRoute(
      deps,
      'adjustment',
      'adjustments',
      'Say that a provider holds more (or less) than the books; a frozen proof goes on',
      (value) => value !== 0n,
    ),
    switchRoute(deps, 'pause', 'Buy nothing more here; numbers that are rented end as they would have', (sql, id, reason) =>
      setPaused(sql, id, reason),
    ),
    switchRoute(deps, 'resume', 'Buy here again', (sql, id) => setPaused(sql, id, null)),
    switchRoute(deps, 'orphan-sweep/stop', 'Cancel no numbers that nobody claims; the first step after a restore', (sql, id) =>
      setOrphanSweep(sql, id, false),
    ),
    switchRoute(deps, 'orphan-sweep/start', 'Cancel numbers of abandoned purchases again', (sql, id) => setOrphanSweep(sql, id, true)),
  ];
}

function switchRoute(
  deps: OperatorProviderDeps,
  path: string,
  summary: string,
  turn: (sql: Database, provider: string, reason: string) => Promise<void>,
): AnyRoute {
  return route({
    method: 'post',
    path: `/v1/operator/providers/:provider/${path}`,
    door: 'operator',
    limit: 'command',
    tag: 'Operator',
    summary,
    params: z.object({ provider: z.string().max(64) }),
    body: z.strictObject({ reason: keepable(500).min(1).meta({ description: 'Shown to operators, and kept in the list of actions.' }) }),
    answers: { 200: { description: 'Done, or done before.', json: overview } },
    problems: [],
    async handle({ params: { provider }, body }) {
      if ((await providerById(deps.database, provider)) === null)
        throw new DomainError('not_found', `There is no provider account "${provider}".`);
      await turn(deps.database, provider, body.reason);
      return {
        status: 200,
        json: shown(
          (await providerOverviews(deps.database)).find(({ id }) => id === provider)!,
          deps,
        ),
      };
    },
  });
}

function entryRoute(
  deps: OperatorProviderDeps,
  kind: 'top_up' | 'adjustment',
  path: string,
  summary: string,
  fits: (value: bigint) => boolean,
): AnyRoute {
  return route({
    method: 'post',
    path: `/v1/operator/providers/:provider/${path}`,
    door: 'operator',
    limit: 'command',
    tag: 'Operator',
    summary,
    params: z.object({ provider: z.string().max(64) }),
    body: entry,
    answers: {
      200: { description: 'Booked before under this reference.', json: overview },
      201: { description: 'Booked.', json: overview },
    },
    problems: ['invalid_input', 'not_found', 'idempotency_key_reused'],
    async handle({ caller, params: { provider }, body }) {
      const account = await providerById(deps.database, provider);
      if (account === null) throw new DomainError('not_found', `There is no provider account "${provider}".`);
      const value = parseMoney(body.amount);
      if (!fits(value))
        throw new DomainError(
          'invalid_input',
          kind === 'top_up' ? 'A top-up must be more than nothing.' : 'An adjustment of nothing changes nothing.',
        );
      const booked = await deps.database
        .transaction((sql) =>
          enterFunding(sql, {
            kind,
            provider,
            currency: account.currency,
            amount: value,
            idempotencyKey: body.reference,
            operatorAccountId: caller.accountId,
            reason: body.reason,
          }),
        )
        .catch((error: unknown) => {
          if (isOtherInputs(error))
            throw new DomainError('idempotency_key_reused', `The reference "${body.reference}" was booked with another amount.`);
          throw error;
        });
      const found = (await providerOverviews(deps.database)).find(({ id }) => id === provider);
      return { status: booked ? 201 : 200, json: shown(found!, deps) };
    },
  });
}

function shown(row: ProviderOverview, { hookUrl }: OperatorProviderDeps): z.output<typeof overview> {
  const { surplus } = row;
  const owed = (refunds: bigint) => (surplus === null ? null : formatMoney(refunds > surplus ? refunds - surplus : 0n));
  const at = (date: Date | null) => (date === null ? null : timeText(date));
  return {
    id: row.id,
    kind: row.kind,
    simulated: row.simulated,
    currency: row.currency,
    balance_expected: formatMoney(row.expected),
    balance_observed: row.observed === null ? null : formatMoney(row.observed),
    observed_at: at(row.read_at),
    refunds_pending: formatMoney(row.pending),
    drift_low: surplus === null ? null : formatMoney(surplus - row.pending),
    drift_high: surplus === null ? null : formatMoney(surplus),
    oldest_refund_at: at(row.oldest_refund_at),
    refunds_overdue: formatMoney(row.overdue),
    owed_low: owed(row.overdue),
    owed_high: owed(row.pending),
    owed_since: at(row.oldest_overdue_at),
    proof: row.opened_at === null ? 'opening' : row.frozen_at !== null ? 'frozen' : row.armed_at === null ? 'unarmed' : 'armed',
    frozen_reason: row.frozen_at === null ? null : row.frozen_reason,
    circuit_open_until: at(row.circuit_open_until),
    circuit_reason: row.circuit_open_until === null ? null : row.circuit_reason,
    paused: row.paused_at !== null,
    paused_reason: row.paused_at === null ? null : row.paused_reason,
    orphan_sweep: row.orphan_sweep,
    watcher_last_page_at: at(row.last_page_at),
    watcher_last_error: row.last_error,
    hook_url: hookUrl(row.id),
  };
}
