import type { OrderReading } from '../domain/order.js';
import type { PurchaseOutcome, PurchaseRequest } from '../domain/purchase.js';
import type { SaleLimits } from '../domain/resting.js';

/** How urgent a provider request is; the request budget serves `purchase` and `cancel` before everything else (ORDERS.md, rule 24). */
export type CallPriority = 'purchase' | 'cancel' | 'order' | 'watch' | 'balance' | 'prices';

/** What every call carries along. */
export interface CallContext {
  readonly priority: CallPriority;
  /** Milliseconds after which the request is given up; adapters have a default of 12,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /**
   * Our first sight of the order that the call is about, in milliseconds since the epoch. It bounds the search in a
   * provider's history, and says how long a cancel that came too early has to wait. Without it both are guessed wide.
   */
  readonly orderFirstSeenAt?: number;
}

/** What a provider can do, so that nothing above the adapter asks for it by name. */
export interface ProviderCapabilities {
  /** One request lists our open orders with their SMS. Without it, orders are read one by one. */
  readonly bulkStatus: boolean;
  /** Orders on a page of the bulk list. */
  readonly bulkPageSize: number;
  /** Another SMS can be asked for on the same order (handler_api status 3); where false, an open order collects SMS unasked. */
  readonly anotherSms: boolean;
  /** The provider keeps a final record that says sold or refunded. */
  readonly finalRecord: boolean;
  /** Payments (top-ups) can be listed. */
  readonly payments: boolean;
  /** Milliseconds after the purchase before which a cancel is refused, as documented; 0 if none is. */
  readonly minCancelAgeMs: number;
  /** Lifetime of an order in milliseconds where its record does not say. */
  readonly defaultLifetimeMs: number;
  readonly webhooks: boolean;
  /** A price ceiling is honoured by the provider for these operators only; `any` elsewhere (5SIM: `maxPrice` needs operator `any`). */
  readonly priceCeiling: 'always' | 'any_operator_only';
  /** From when on it bans whoever buys much and receives little, as documented. */
  readonly saleLimits: SaleLimits;
}

export interface BalanceReading {
  /** Micro units. */
  readonly amount: bigint;
  /** ISO 4217; null where the reply names none. */
  readonly currency: string | null;
  readonly raw: string;
}

/** A page of the bulk list. Newest first where the provider allows it. */
export interface OrdersPage {
  readonly orders: readonly OrderReading[];
  /** Whether a further page may exist. */
  readonly more: boolean;
}

/** One row of the provider's price list, in our names. */
export interface PriceRow {
  readonly service: string;
  readonly country: string;
  /** `null` where the provider does not tell operators apart. */
  readonly operator: string | null;
  /** Micro units of the provider's currency. */
  readonly price: bigint;
  readonly stock: number;
  /** The provider's own delivery rate, 0 to 1; null where it shows none. */
  readonly rate: number | null;
}

export interface PaymentRow {
  readonly id: string;
  readonly kind: 'top_up' | 'purchase' | 'other';
  readonly amount: bigint;
}

export type CancelOutcome =
  /** The provider says cancelled. Not yet proof of a refund. */
  | { readonly kind: 'accepted'; readonly raw: string }
  /** Too early: ask again after `retryAfterMs`. */
  | { readonly kind: 'too_early'; readonly retryAfterMs: number; readonly raw: string }
  /** Refused because an SMS is there: fetch it (rule 10). */
  | { readonly kind: 'has_sms'; readonly raw: string }
  /** Not active (cancelled, finished or expired before): read the order (rule 5). */
  | { readonly kind: 'not_active'; readonly raw: string };

export type FinishOutcome =
  | { readonly kind: 'accepted'; readonly raw: string }
  | { readonly kind: 'not_active'; readonly raw: string }
  /** Nothing to finish: no SMS has come. */
  | { readonly kind: 'no_sms'; readonly raw: string };

export type AnotherSmsOutcome =
  | { readonly kind: 'accepted'; readonly raw: string }
  | { readonly kind: 'refused'; readonly raw: string }
  | { readonly kind: 'not_active'; readonly raw: string };

/** A webhook's body, understood as far as it goes: a hint that an order has news, never a fact (no provider signs them). */
export interface HookReading {
  readonly providerOrderId: string;
  readonly code: string | null;
  readonly text: string | null;
  readonly rawTime: string | null;
}

/**
 * A supplier of numbers. Adapters translate to and from our names, parse every reply by a schema and know every quirk of
 * their provider; nothing outside the adapter does.
 *
 * Every method but `purchase` throws {@link import('./provider-error.js').ProviderError} for what it cannot read or
 * reach. `purchase` never throws: its outcome is bought, refused, ambiguous or fatal.
 */
export interface NumberProvider {
  /** Our id of this provider account (`herosms`); the ledger, queues and rows carry it. */
  readonly id: string;
  readonly capabilities: ProviderCapabilities;

  purchase(request: PurchaseRequest, call: CallContext): Promise<PurchaseOutcome>;
  /** Reads one order whole: its SMS first, then its end (rule 3). */
  readOrder(providerOrderId: string, call: CallContext): Promise<OrderReading>;
  /** A page of our open orders with their SMS; `offset` counts orders. */
  openOrders(page: { readonly offset: number; readonly limit: number }, call: CallContext): Promise<OrdersPage>;
  cancel(providerOrderId: string, call: CallContext): Promise<CancelOutcome>;
  finish(providerOrderId: string, call: CallContext): Promise<FinishOutcome>;
  /** Asks for a further SMS on an order that already had one. */
  requestAnotherSms(providerOrderId: string, call: CallContext): Promise<AnotherSmsOutcome>;
  balance(call: CallContext): Promise<BalanceReading>;
  /** The full price matrix. */
  prices(call: CallContext): Promise<readonly PriceRow[]>;
  /** Countries in which a service is offered, ISO alpha-2. */
  countries(service: string, call: CallContext): Promise<readonly string[]>;
  /** The cheapest price of a pair with stock, or null. */
  price(service: string, country: string, call: CallContext): Promise<PriceRow | null>;
  /** Operator words for a country; empty where the provider has no choice. */
  operators(country: string, call: CallContext): Promise<readonly string[]>;
  /** Payments, newest first; only where `capabilities.payments`. */
  payments(page: { readonly offset: number; readonly limit: number }, call: CallContext): Promise<readonly PaymentRow[]>;
  /** Reads a webhook's parsed JSON body; null if it is none of this provider's. */
  readHook(body: unknown): HookReading | null;
}
