import { lockActivation, moveActivation } from '../db/activations.js';
import { handToHouse, lockPaidFromLoss, overdueRefunds } from '../db/proofs.js';
import { providerById } from '../db/providers.js';
import { lockOrder, writeOrderHistory } from '../db/orders.js';
import { hasConfirmedSms } from '../db/inbox.js';
import { convertAt, formatMoney } from '../domain/money.js';
import { release } from '../ledger/credit.js';
import { rateOf, type RentDeps } from './deps.js';

/**
 * Pays clients whose refund is overdue, as the daily cap allows: they get their money, and the refund becomes the house's,
 * stays expected and leaves the automatic queue until an operator says what became of it (ORDERS.md, rule 21).
 *
 * @returns how many were paid.
 */
export async function payOverdue(deps: RentDeps, provider: string): Promise<number> {
  let paid = 0;
  for (const { id, activation_id: activationId } of await overdueRefunds(deps.database, provider, deps.policy.refundGraceMs)) {
    const result = await payOne(deps, id, activationId);
    if (result === 'cap') break;
    if (result === 'paid') paid += 1;
  }
  return paid;
}

async function payOne(deps: RentDeps, orderId: string, activationId: string): Promise<'paid' | 'cap' | 'settled'> {
  return deps.database.transaction(async (sql) => {
    const activation = await lockActivation(sql, activationId);
    const order = await lockOrder(sql, orderId);
    if (activation?.status !== 'PROVIDER_REFUND_PENDING' || order?.status !== 'REFUND_PENDING') return 'settled';
    if (await hasConfirmedSms(sql, orderId)) return 'settled';
    const { rateMicros } = await rateOf(sql, deps, order.provider);
    const simulated = (await providerById(sql, order.provider))?.simulated ?? false;
    if ((await lockPaidFromLoss(sql, simulated)) + convertAt(order.cost, rateMicros) > deps.lossDailyCap) return 'cap';
    if (!(await handToHouse(sql, orderId))) return 'settled';
    const note = { reason: 'paid_from_loss', rawStatus: order.raw_status, cost: order.cost };
    await writeOrderHistory(sql, orderId, order.status, order.status, note);
    const released = await release(sql, activationId, 'refunded');
    await moveActivation(sql, activationId, 'PROVIDER_REFUND_PENDING', 'REFUNDED', {
      ...note,
      provider: order.provider,
      detail: { released: formatMoney(released) },
    });
    deps.log.warn({ provider: order.provider, order: orderId, activation: activationId }, 'paid a client from loss: the refund is overdue');
    return 'paid';
  });
}
