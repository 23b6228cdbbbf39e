/** The order's machine (DESIGN.md, section 3): one purchase at a provider. */
export const ORDER_STATUSES = [
  'OPEN',
  'CANCEL_ASKED',
  'EXPIRED',
  'CLOSED_WITH_SMS',
  'REFUND_PENDING',
  'REFUNDED',
  'TAKEN_BACK',
  'WRITTEN_OFF',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  OPEN: ['CANCEL_ASKED', 'EXPIRED', 'CLOSED_WITH_SMS'],
  CANCEL_ASKED: ['REFUND_PENDING', 'CLOSED_WITH_SMS', 'EXPIRED'],
  EXPIRED: ['REFUND_PENDING', 'CLOSED_WITH_SMS'],
  REFUND_PENDING: ['REFUNDED', 'CLOSED_WITH_SMS', 'WRITTEN_OFF'],
  CLOSED_WITH_SMS: [],
  REFUNDED: ['TAKEN_BACK'],
  TAKEN_BACK: [],
  // A later return: the money is the house's.
  WRITTEN_OFF: ['REFUNDED'],
};

/** Whether the order may go from one status to the other. */
export function orderMayBecome(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT[from].includes(to);
}

/** Whom an order's number was bought for, and who its refund belongs to. */
export type Beneficiary = 'activation' | 'house';

/** How we came to know of an order (ORDERS.md, rule 1). */
export type OrderOrigin = 'reply' | 'adopted' | 'orphan' | 'foreign' | 'late_claim';

/** What a provider's record says of an order's life. */
export type OrderCondition =
  /** The number is ours and no SMS has come. */
  | 'waiting'
  /** An SMS has come and more may follow. */
  | 'has_sms'
  /** The provider has closed it. */
  | 'ended';

/** What the provider's own record says about the money of an order that ended. */
export type Settlement = 'sold' | 'refunded' | 'unknown';

/** One SMS as a provider shows it. `code` is null where the provider extracted none; `text` where it shows none. */
export interface SmsReading {
  readonly code: string | null;
  readonly text: string | null;
  readonly sender: string | null;
  /** The provider's own timestamp, unparsed; never used to compute with (ORDERS.md, rule 4). */
  readonly rawTime: string | null;
}

/** One order as a provider's record shows it, in our names; `null` where the record does not say. */
export interface OrderReading {
  readonly providerOrderId: string;
  readonly condition: OrderCondition;
  /** `unknown` unless `condition` is `ended` and the record says so. STATUS_CANCEL alone is `unknown` (rule 3). */
  readonly settlement: Settlement;
  /** The provider's status word or number, kept beside our reading of it. */
  readonly rawStatus: string;
  readonly sms: readonly SmsReading[];
  /** Our service slug; null if the provider's code is not in the adapter's table. */
  readonly service: string | null;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | null;
  readonly operator: string | null;
  /** E.164 with the leading plus. */
  readonly phoneNumber: string | null;
  /** Micro units of `currency`. */
  readonly price: bigint | null;
  /** ISO 4217, upper case; null where the record does not say. */
  readonly currency: string | null;
  /** Milliseconds from this reply (its Date header) to the order's end; null where the record does not say (rule 4). */
  readonly remainingMs: number | null;
}
