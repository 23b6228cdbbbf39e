import { lockActivation, moveActivation } from '../../db/activations.js';
import type { Sql } from '../../db/database.js';
import { hasConfirmedSms } from '../../db/inbox.js';
import { activationOfOrder, lockOrder, moveOrder, setOrderMoney, type WatchedOrder } from '../../db/orders.js';
import {
  addSeenPayments,
  advanceEpoch,
  chargedOrders,
  lockProof,
  pendingRefunds,
  proofOf,
  saveProofPass,
  stateOf,
  unsettledOrders,
  youngCharges,
} from '../../db/proofs.js';
import { databaseNow, providerById } from '../../db/providers.js';
import { formatMoney } from '../../domain/money.js';
import { judgePass } from '../../domain/proof.js';
import { fenceOf, mayHaveEnded, mayPostRefund, voidsOthers } from '../../domain/refund-evidence.js';
import { release } from '../../ledger/credit.js';
import { expectedBalance, postFunding, postReturned } from '../../ledger/provider-money.js';
import type { PaymentRow } from '../../providers/provider.js';
import { adapterOf, type RentDeps } from '../deps.js';
import { readList, type SeenReadings } from './list.js';

/** What a pass came to. */
export type PassResult = 'confirmed' | 'nothing' | 'void' | 'frozen';

/**
 * One pass of the proof of refund (ORDERS.md, rules 15 to 18): ledger, then balance, then payments, then orders; and the
 * confirmation as one transaction that holds only if nothing was posted since the ledger was read.
 */
export async function provePass(
  deps: RentDeps,
  provider: string,
  watched: readonly WatchedOrder[],
  seen: SeenReadings,
): Promise<PassResult> {
  const { database, policy } = deps;
  const adapter = adapterOf(deps, provider);
  const account = await providerById(database, provider);
  if (account === null) throw new Error(`provider ${provider} is not registered`);

  const ledger = await database.snapshot(async (sql) => ({
    charged: await chargedOrders(sql, provider, policy.balanceLagMs),
    epoch: (await proofOf(sql, provider)).epoch,
    expected: (await expectedBalance(sql, provider, account.currency)) + (await youngCharges(sql, provider, policy.balanceLagMs)),
  }));
  const askedAt = await databaseNow(database);
  const balance = await adapter.balance({ priority: 'balance' });
  // Not before: an order seen between the two may have ended before the balance was read (rule 16).
  const readAt = await databaseNow(database);
  if (await bookNewPayments(deps, provider, account.currency)) return 'void';
  await readList(deps, provider, watched, seen, 'sweep');

  return database.transaction(async (sql) => {
    const proof = await lockProof(sql, provider);
    const fence = fenceOf(ledger.epoch, { epoch: proof.epoch, frozen: proof.frozen_at !== null });
    if (fence !== 'holds') return fence;
    // A charge that the figure does not hold neither helps nor hides: with or without its refund it cannot raise the surplus.
    const costOf = ({ id }: { readonly id: string }) => ledger.charged.get(id) ?? 0n;
    const pending = await pendingRefunds(sql, provider);
    const verdict = judgePass(
      {
        expected: ledger.expected,
        observed: balance.amount,
        granularity: proof.granularity,
        pending: pending.map((refund) => ({
          orderId: refund.id,
          cost: costOf(refund),
          agreedAt: refund.agreed_at?.getTime() ?? null,
          unsureSince: refund.unsure_since?.getTime() ?? null,
        })),
        possiblyEnded: (await unsettledOrders(sql, provider, readAt)).filter(mayHaveEnded).reduce((sum, order) => sum + costOf(order), 0n),
      },
      stateOf(proof),
      (await databaseNow(sql)).getTime(),
      policy,
    );
    const frozen = verdict.freeze
      ? `the balance holds ${formatMoney(verdict.surplus)} ${account.currency} more than refunds explain`
      : null;
    await saveProofPass(sql, provider, {
      observed: balance.amount,
      expected: ledger.expected,
      pending: pending.reduce((sum, { cost }) => sum + cost, 0n),
      state: verdict.state,
      frozen,
      askedAt,
    });
    if (frozen !== null)
      deps.log.error({ provider, surplus: formatMoney(verdict.surplus) }, 'proof of refund is frozen: enter what came in');
    const evidence = {
      observed: formatMoney(balance.amount),
      expected: formatMoney(ledger.expected),
      surplus: formatMoney(verdict.surplus),
      read_at: readAt.toISOString(),
      epoch: ledger.epoch.toString(),
    };
    let confirmed = 0;
    for (const orderId of verdict.confirm) if (await confirmRefund(sql, orderId, evidence)) confirmed += 1;
    if (voidsOthers({ confirmed, wasArmed: proof.armed_at !== null })) await advanceEpoch(sql, provider);
    return confirmed > 0 ? 'confirmed' : frozen === null ? 'nothing' : 'frozen';
  });
}

/** Posts one proven refund and gives the client their money back; not when an SMS turned up meanwhile (rule 18). */
async function confirmRefund(sql: Sql, orderId: string, evidence: { readonly [key: string]: string }): Promise<boolean> {
  const activationId = await activationOfOrder(sql, orderId);
  const activation = activationId === null ? null : await lockActivation(sql, activationId);
  const order = await lockOrder(sql, orderId);
  if (order === null || !mayPostRefund({ status: order.status, hasSms: await hasConfirmedSms(sql, orderId) })) return false;
  if (!(await setOrderMoney(sql, orderId, 'expected', 'refunded'))) return false;
  await postReturned(sql, { orderId, activationId, provider: order.provider, currency: order.currency, cost: order.cost }, evidence);
  await moveOrder(sql, orderId, 'REFUND_PENDING', 'REFUNDED', {
    reason: 'balance',
    reading: 'refunded',
    rawStatus: order.raw_status,
    cost: order.cost,
  });
  if (
    order.beneficiary === 'activation' &&
    activation !== null &&
    activation.order_id === orderId &&
    activation.status === 'PROVIDER_REFUND_PENDING'
  ) {
    const released = await release(sql, activation.id, 'refunded');
    await moveActivation(sql, activation.id, 'PROVIDER_REFUND_PENDING', 'REFUNDED', {
      reason: 'refund_proven',
      provider: order.provider,
      rawStatus: order.raw_status,
      cost: order.cost,
      detail: { released: formatMoney(released) },
    });
  }
  return true;
}

/** Payments on a page, and pages at most: purchases are listed among the top-ups. */
const PAYMENTS = 100;
const PAYMENT_PAGES = 20;

/** Books top-ups that the provider lists and we have not seen; each voids the pass (rule 15c). */
async function bookNewPayments(deps: RentDeps, provider: string, currency: string): Promise<boolean> {
  if (!adapterOf(deps, provider).capabilities.payments) return false;
  const { payments_cursor: cursor } = await proofOf(deps.database, provider);
  const listed = await paymentsSince(deps, provider, cursor);
  const newest = listed[0]?.id ?? cursor;
  if (newest === cursor) return false;
  return deps.database.transaction(async (sql) => {
    const proof = await lockProof(sql, provider);
    const news = listed.filter(({ id, kind }) => kind === 'top_up' && !proof.seen_payments.includes(id));
    for (const { id, amount } of news)
      await postFunding(sql, { key: id, kind: 'top_up', provider, currency, amount, evidence: { payment: id } });
    await addSeenPayments(
      sql,
      provider,
      news.map(({ id }) => id),
      newest,
    );
    if (news.length === 0) return false;
    await advanceEpoch(sql, provider);
    deps.log.info({ provider, payments: news.length }, 'booked top-ups that the provider lists');
    return true;
  });
}

/** Payments newer than the newest one that an earlier pass saw, newest first. */
async function paymentsSince(deps: RentDeps, provider: string, cursor: string | null): Promise<PaymentRow[]> {
  const adapter = adapterOf(deps, provider);
  const since: PaymentRow[] = [];
  for (let page = 0; page < PAYMENT_PAGES; page += 1) {
    const rows = await adapter.payments({ offset: page * PAYMENTS, limit: PAYMENTS }, { priority: 'balance' });
    const seen = rows.findIndex(({ id }) => id === cursor);
    since.push(...(seen < 0 ? rows : rows.slice(0, seen)));
    if (seen >= 0 || rows.length < PAYMENTS) break;
  }
  return since;
}
