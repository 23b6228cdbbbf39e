/** A purchase that a provider is asked to make. */
export interface PurchaseRequest {
  /** Service slug (`telegram`). */
  readonly service: string;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string;
  /** The provider's operator word; undefined means any. */
  readonly operator?: string | undefined;
  /** The most that the provider may charge, in micro units of its currency. */
  readonly maxPrice: bigint;
}

/** A number that was bought, as the purchase's reply or the order's record shows it. */
export interface BoughtOrder {
  readonly providerOrderId: string;
  /** E.164 with the leading plus. */
  readonly phoneNumber: string;
  /** Micro units; null when the reply names no price (`ACCESS_NUMBER`): the order's record gives it later (ORDERS.md, rule 1). */
  readonly price: bigint | null;
  /** ISO 4217; null when the reply names none. */
  readonly currency: string | null;
  readonly operator: string | null;
  /** Milliseconds from the reply to the order's end, by the provider's clock (ORDERS.md, rule 4); null when the reply does not say. */
  readonly lifetimeMs: number | null;
  /** Milliseconds from the reply to the first moment at which the provider accepts a cancel; null when unknown. */
  readonly cancelAllowedInMs: number | null;
  readonly canGetAnotherSms: boolean | null;
  readonly rawStatus: string;
}

export type RefusalReason =
  | 'no_numbers'
  | 'price_too_low'
  | 'no_balance'
  | 'unsupported'
  | 'rate_limited'
  | 'channels_limit'
  /** Not sold now: this service or country, or to this account. */
  | 'unavailable'
  /** An edge turned the request away before the provider's program saw it. */
  | 'turned_away'
  /** The connection was never made, so nothing was asked. */
  | 'not_sent'
  /** The attempt's deadline had passed before the request could be sent. */
  | 'too_late'
  /** The provider's circuit is open. */
  | 'circuit_open'
  /** The next number could bring a ban. */
  | 'resting';

export type FatalReason = 'bad_key' | 'banned' | 'account_inactive' | 'wrong_currency';

/** What became of a purchase. Never guessed: whatever is not surely one of the others is `ambiguous` (DESIGN.md 1.3). */
export type PurchaseOutcome =
  | { readonly kind: 'bought'; readonly order: BoughtOrder }
  /** Surely not bought: the next candidate may be tried. */
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      readonly raw: string;
      /** The lowest price that the provider would take, where it says so (`WRONG_MAX_PRICE`). */
      readonly minPrice?: bigint;
      readonly retryAfterMs?: number;
    }
  /** The request may have been carried out: reconcile before anything else is bought. */
  | { readonly kind: 'ambiguous'; readonly reason: string; readonly raw: string }
  /**
   * Surely not bought, and no purchase at this provider will be until somebody acts or `retryAfterMs` has passed. Only
   * with `wrong_currency` a number was bought all the same: `order` is it, to be booked and cancelled at once.
   */
  | {
      readonly kind: 'fatal';
      readonly reason: FatalReason;
      readonly raw: string;
      readonly retryAfterMs?: number;
      /** Its price is an amount of its own currency, not of the account's. */
      readonly order?: BoughtOrder;
    };
