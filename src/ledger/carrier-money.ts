import type { Sql } from '../db/database.js';
import { convertAt } from '../domain/money.js';
import { carrierBalance, COST, FX } from './accounts.js';
import { type Line, post } from './post.js';
import type { Rate } from './provider-money.js';

/** What an attempt to send costs us, in the carrier's currency. */
export interface SendingCost {
  readonly attemptId: string;
  readonly messageId: string;
  readonly carrier: string;
  readonly currency: string;
  /** Micro units. */
  readonly cost: bigint;
}

/** A carrier took a message: its price is a cost, whatever becomes of the message. Once for each attempt. */
export async function postCarrierCost(sql: Sql, sent: SendingCost, rate: Rate): Promise<boolean> {
  const converted = convertAt(sent.cost, rate.rateMicros);
  const lines: Line[] = [
    { account: carrierBalance(sent.carrier), currency: sent.currency, amount: -sent.cost },
    ...(sent.currency === rate.walletCurrency
      ? [{ account: COST, currency: sent.currency, amount: sent.cost }]
      : [
          { account: FX, currency: sent.currency, amount: sent.cost },
          { account: FX, currency: rate.walletCurrency, amount: -converted },
          { account: COST, currency: rate.walletCurrency, amount: converted },
        ]),
  ];
  return post(sql, {
    key: `message_cost:${sent.attemptId}`,
    kind: 'message_cost',
    activationId: sent.messageId,
    orderId: sent.attemptId,
    provider: sent.carrier,
    lines,
  });
}
