/** How an order stands in the books of a simulator; each protocol words it its own way. */
export type SimOrderStatus = 'open' | 'finished' | 'cancelled' | 'timed_out' | 'banned';

/** An SMS that has come or will come. */
export interface SimSms {
  /** When it arrives, in milliseconds since the epoch. */
  readonly at: number;
  /** From when the API shows it; a webhook does not wait for this. */
  readonly visibleAt: number;
  readonly code: string;
  readonly text: string;
  readonly sender: string;
  /** Whether it arrives although the order has ended. */
  readonly late: boolean;
  /** Whether a refund is taken back when it arrives. */
  readonly charge: boolean;
}

/** One order. Amounts are whole micro units, times milliseconds since the epoch. */
export interface SimOrder {
  readonly id: number;
  /** Our slug. */
  readonly service: string;
  /** ISO alpha-2. */
  readonly country: string;
  readonly operator: string;
  /** Digits only. */
  readonly phone: string;
  /** What the record shows as its price. */
  readonly price: number;
  /** What was taken from the balance. */
  readonly charged: number;
  /** ISO 4217 numeric of the shown price. */
  readonly currency: string;
  readonly boughtAt: number;
  expiresAt: number;
  status: SimOrderStatus;
  endedAt: number | null;
  planned: SimSms[];
  sms: SimSms[];
  /** SMS that had come when another one was last asked for; null if none was. */
  askedAfter: number | null;
  /** Whether the client said that the SMS was sent (handler_api status 1). */
  ready: boolean;
  /** A client's own id of the purchase (handler_api `orderId`). */
  readonly reference: string | null;
  /** Bought by somebody else, on the site. */
  readonly foreign: boolean;
  readonly inLists: boolean;
  /** Another status word than documented, while no SMS has come. */
  readonly statusLie: string | null;
  /** When the refund is paid; null if none is owed any more. */
  refundDueAt: number | null;
  /** What became of the refund. */
  refund: 'none' | 'owed' | 'paid' | 'kept' | 'taken_back';
}

/** A movement of the balance. The balance is their sum and nothing else. */
export interface Movement {
  readonly id: number;
  readonly at: number;
  readonly kind: 'opening' | 'top_up' | 'purchase' | 'refund' | 'take_back';
  /** Whole micro units; negative takes away. */
  readonly amount: number;
  readonly orderId: number | null;
  readonly balanceAfter: number;
}

/** SMS that the API shows by now. */
export function visibleSms(order: SimOrder, now: number): readonly SimSms[] {
  return order.sms.filter((sms) => sms.visibleAt <= now);
}

/** Whether nothing can happen to it by itself any more. */
export function isQuiet(order: SimOrder): boolean {
  return order.status !== 'open' && order.planned.length === 0 && order.refundDueAt === null;
}
