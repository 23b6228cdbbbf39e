import { lockActivation, noteActivation } from '../db/activations.js';
import type { Database } from '../db/database.js';
import { reveal } from '../db/inbox.js';
import { countLateSms, withheldSms } from '../db/late-sms.js';
import { DomainError } from '../domain/errors.js';
import { formatMoney } from '../domain/money.js';
import { captureLate, paidLate, walletOf } from '../ledger/credit.js';

/**
 * Pays for the SMS that came after an activation's money had been given back, or to a number that had been replaced, and
 * makes them readable, in one transaction (ORDERS.md, rule 11). Each number is paid once; repeating changes nothing.
 *
 * @throws DomainError `not_found`, `wrong_state` where nothing is withheld, `insufficient_credit`.
 */
export async function payForLateSms(database: Database, accountId: string, activationId: string): Promise<void> {
  await database.transaction(async (sql) => {
    const activation = await lockActivation(sql, activationId);
    if (activation === null || activation.account_id !== accountId) throw new DomainError('not_found', 'There is no such activation.');
    const waiting = await withheldSms(sql, activationId);
    if (waiting.length === 0 && (await paidLate(sql, activationId)).size > 0) return;
    if (waiting.length === 0)
      throw new DomainError('wrong_state', 'No SMS of this activation waits to be paid for.', {
        reason: 'no_late_sms',
        state: activation.status,
      });
    const prices = new Map(waiting.map(({ order_id, client_price }) => [order_id, client_price]));
    for (const [orderId, amount] of prices) {
      if (await captureLate(sql, { activationId, orderId, accountId, amount, currency: activation.currency })) continue;
      const { available } = await walletOf(sql, accountId, activation.currency);
      throw new DomainError('insufficient_credit', 'The account’s available credit does not cover the price of this SMS.', {
        needed: formatMoney(amount),
        available: formatMoney(available),
        currency: activation.currency,
      });
    }
    await reveal(
      sql,
      waiting.map(({ id }) => id),
    );
    await countLateSms(sql, activationId);
    await noteActivation(sql, activation, { reason: 'late_sms_paid', detail: { count: waiting.length } });
  });
}
