import { createHash } from 'node:crypto';
import type { ProviderConfig } from '../config/config.js';
import type { Database } from '../db/database.js';
import { registerProviders } from '../db/providers.js';
import { measuredGate, measuredHttp, type ProviderMetrics } from './measured-calls.js';
import type { Log } from '../domain/log.js';
import type { Traces } from '../observability/traces.js';
import { loggedHttp } from './logged-calls.js';
import type { HttpClient } from '../http/client.js';
import type { NumberProvider } from '../providers/provider.js';
import { createProvider } from '../providers/registry.js';
import { createBudgetGate } from '../rent/budget-gate.js';

/** The adapters of all configured provider accounts, each behind its request budget. */
export function createProviders(deps: {
  readonly config: { readonly providers: readonly ProviderConfig[] };
  readonly database: Database;
  readonly http: HttpClient;
  readonly clock: () => Date;
  readonly metrics: ProviderMetrics;
  readonly log: Pick<Log, 'info'>;
  readonly traces: Traces;
}): ReadonlyMap<string, NumberProvider> {
  return new Map(
    deps.config.providers.map((account) => [
      account.id,
      createProvider(
        {
          id: account.id,
          kind: account.kind,
          url: account.url,
          apiKey: account.apiKey.reveal(),
          currency: account.currency,
          dialect: account.dialect,
          ...(account.cancelAfterMs === undefined ? {} : { minCancelAgeMs: account.cancelAfterMs }),
        },
        {
          http: measuredHttp(loggedHttp(deps.http, account.id, deps.log, deps.traces), account.id, deps.metrics),
          gate: measuredGate(createBudgetGate(deps.database, account.id), account.id, deps.metrics),
          clock: { now: () => deps.clock().getTime() },
        },
      ),
    ]),
  );
}

/** Writes the configured accounts down where every process reads them. */
export async function registerConfigured(database: Database, accounts: readonly ProviderConfig[]): Promise<void> {
  await database.transaction((sql) =>
    registerProviders(
      sql,
      accounts.map((account) => ({
        id: account.id,
        kind: account.kind,
        currency: account.currency,
        rateMicros: account.rateMicros,
        simulated: account.simulated,
        fingerprint: fingerprintOf(account),
        requestsPerSecond: account.budget.perSecond,
        burst: account.budget.burst,
        granularity: account.balanceGranularity,
      })),
    ),
  );
}

/** A simulator keeps its books at whatever address it gets next; a real account is its address and key. */
function fingerprintOf(account: ProviderConfig): string {
  const identity = account.simulated ? `simulator ${account.kind}` : `${account.url} ${account.apiKey.reveal()}`;
  return createHash('sha256').update(identity).digest('hex');
}
