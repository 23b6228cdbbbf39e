import type { Config } from '../config/config.js';
import type { Database } from '../db/database.js';
import { candidatesFor } from '../db/price-rows.js';
import type { NumberProvider } from '../providers/provider.js';
import type { Log } from '../domain/log.js';
import type { ActivationSignals, RentDeps } from '../rent/deps.js';
import type { Keyring } from '../sealing/keyring.js';
import { markupFor } from './markup.js';

/** Where workers write their log. */
export type WorkerLog = Log;

/** Puts together what the steps of rent need. */
export function createRentDeps(
  deps: {
    readonly config: Pick<Config, 'policy' | 'currency' | 'markup' | 'denied' | 'lossDailyCap'>;
    readonly database: Database;
    readonly keyring: Keyring;
    readonly log: Log;
  },
  providers: ReadonlyMap<string, NumberProvider>,
  signals: ActivationSignals,
  newId: () => string,
  die: () => number,
): RentDeps {
  const { config } = deps;
  return {
    database: deps.database,
    keyring: deps.keyring,
    policy: config.policy,
    walletCurrency: config.currency,
    lossDailyCap: config.lossDailyCap,
    markupOf: ({ service, country }) => markupFor(config.markup, service, country),
    async offersOf(sql, pair, buyer) {
      if (config.denied.services.has(pair.service) || config.denied.countries.has(pair.country)) return [];
      const rows = await candidatesFor(sql, pair, buyer);
      // A provider that this process has no adapter for cannot be asked.
      return rows
        .filter((row) => providers.has(row.provider))
        .map((row) => ({
          provider: row.provider,
          operator: row.operator,
          cost: row.cost,
          rateMicros: row.rateMicros,
          stock: row.stock,
          evidence: row.evidence,
          medianSecondsToCode: row.medianSecondsToCode,
          rest: row.rest,
        }));
    },
    providers,
    signals,
    newId,
    die,
    log: deps.log,
  };
}
