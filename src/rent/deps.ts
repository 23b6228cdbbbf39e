import type { Buyer } from '../db/buyers.js';
import type { Database, Sql } from '../db/database.js';
import { providerById } from '../db/providers.js';
import type { Markup } from '../domain/money.js';
import type { Log } from '../domain/log.js';
import type { Policy } from '../domain/policy.js';
import type { Rate } from '../ledger/provider-money.js';
import type { CallContext, CallPriority, NumberProvider } from '../providers/provider.js';
import type { Keyring } from '../sealing/keyring.js';
import type { Offer } from '../domain/candidates.js';

/** Messages to activations' workflows. Each answers false when the workflow is over. */
export interface ActivationSignals {
  smsReceived(activationId: string, inboxId: string): Promise<boolean>;
  orderEnded(activationId: string, orderId: string): Promise<boolean>;
  refunded(activationId: string): Promise<boolean>;
}

/** What the steps of rent need. */
export interface RentDeps {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly policy: Policy;
  /** ISO 4217 code of the wallet. */
  readonly walletCurrency: string;
  /** The most that may be paid to clients from `loss` in a day, micro units of the wallet currency (ORDERS.md, rule 21). */
  readonly lossDailyCap: bigint;
  /** The configuration's markup; see `markup.ts` for the one that counts. */
  readonly markupOf: (pair: { readonly service: string; readonly country: string }) => Markup;
  /** Stored stock and price of a pair, at providers that may be bought from now and sell to this buyer. */
  readonly offersOf: (
    sql: Sql,
    pair: { readonly service: string; readonly country: string; readonly operator: string | null },
    buyer: Buyer,
  ) => Promise<readonly Offer[]>;
  /** The configured provider accounts. */
  readonly providers: ReadonlyMap<string, NumberProvider>;
  readonly signals: ActivationSignals;
  readonly newId: () => string;
  /** Evenly distributed, at least 0, below 1. */
  readonly die: () => number;
  readonly log: Log;
}

/** The adapter of a provider account. @throws Error if it is not configured in this process. */
export function adapterOf(deps: Pick<RentDeps, 'providers'>, provider: string): NumberProvider {
  const adapter = deps.providers.get(provider);
  if (adapter === undefined)
    throw new Error(
      `provider ${provider} is not configured in this process; add it to the configuration or wait for its orders to be settled`,
    );
  return adapter;
}

/** At which rate a provider's charges become costs in the wallet's currency. */
export async function rateOf(sql: Sql, deps: Pick<RentDeps, 'walletCurrency'>, provider: string): Promise<Rate> {
  const row = await providerById(sql, provider);
  if (row === null) throw new Error(`provider ${provider} is not registered`);
  return { walletCurrency: deps.walletCurrency, rateMicros: row.rate_micros };
}

/** A provider call about an order: our first sight of it bounds what the adapter has to search. */
export function callAbout(order: { readonly first_seen_at: Date }, priority: CallPriority): CallContext {
  return { priority, orderFirstSeenAt: order.first_seen_at.getTime() };
}
