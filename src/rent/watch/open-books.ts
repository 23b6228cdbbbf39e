import { ordersByProviderIds } from '../../db/orders.js';
import { lockProof, setOpened } from '../../db/proofs.js';
import { databaseNow, ignoreSightings, providerById } from '../../db/providers.js';
import type { OrderReading } from '../../domain/order.js';
import { openingFigure } from '../../domain/proof.js';
import { expectedBalance, postFunding } from '../../ledger/provider-money.js';
import { bookOrder } from '../claim.js';
import { adapterOf, type RentDeps } from '../deps.js';

/** Pages of an order list that are read at most: far beyond what a provider keeps open at once. */
const PAGES = 60;

/**
 * A provider account's first sight: its balance becomes the opening entry, orders open at that moment are booked as
 * foreign, ended ones are ignored for good, and payments present are marked as seen (ORDERS.md, rule 15). Nothing is
 * bought before this.
 *
 * @returns false when the account moved while it was read: try again.
 */
export async function openBooks(deps: RentDeps, provider: string): Promise<boolean> {
  const adapter = adapterOf(deps, provider);
  const call = { priority: 'balance' } as const;
  const account = await providerById(deps.database, provider);
  if (account === null) throw new Error(`provider ${provider} is not registered`);

  const before = await adapter.balance(call);
  const payments = adapter.capabilities.payments ? await adapter.payments({ offset: 0, limit: 100 }, call) : [];
  const listed = await wholeList(deps, provider);
  const after = await adapter.balance(call);
  if (before.amount !== after.amount) return false;

  const known = new Set((await ordersByProviderIds(deps.database, provider, [...listed.keys()])).map((order) => order.provider_order_id));
  const strangers = [...listed.values()].filter(({ providerOrderId }) => !known.has(providerOrderId));
  const open = strangers.filter(({ condition }) => condition !== 'ended');
  await ignoreSightings(
    deps.database,
    provider,
    strangers.filter(({ condition }) => condition === 'ended').map(({ providerOrderId }) => providerOrderId),
  );

  await deps.database.transaction(async (sql) => {
    const proof = await lockProof(sql, provider);
    if (proof.opened_at !== null) return;
    // The balance was read after these orders were charged, so their charges are added before they are posted again.
    const foreign = open.reduce((sum, { price }) => sum + (price ?? 0n), 0n);
    const amount = openingFigure(after.amount, proof.granularity) + foreign - (await expectedBalance(sql, provider, account.currency));
    const at = await databaseNow(sql);
    await postFunding(sql, {
      key: at.toISOString(),
      kind: 'opening',
      provider,
      currency: account.currency,
      amount,
      evidence: { balance: after.raw, open_orders: open.length },
    });
    for (const reading of open) await bookAsForeign(sql, deps, provider, account.currency, reading);
    await setOpened(
      sql,
      provider,
      payments.filter(({ kind }) => kind === 'top_up').map(({ id }) => id),
      payments[0]?.id ?? null,
    );
  });
  deps.log.info({ provider, open_orders: open.length }, 'opened the books of a provider account');
  return true;
}

async function bookAsForeign(
  sql: Parameters<typeof bookOrder>[0],
  deps: RentDeps,
  provider: string,
  currency: string,
  reading: OrderReading,
): Promise<void> {
  await bookOrder(
    sql,
    deps,
    {
      providerOrderId: reading.providerOrderId,
      phoneNumber: reading.phoneNumber,
      // A price told later must not be charged a second time: the balance that opened the books has paid it.
      price: reading.price ?? 0n,
      currency,
      service: reading.service,
      country: reading.country,
      operator: reading.operator,
      rawStatus: reading.rawStatus,
      lifetimeMs: reading.remainingMs,
      cancelAllowedInMs: null,
      canGetAnotherSms: null,
    },
    { provider, origin: 'foreign', beneficiary: 'house', activationId: null, attemptId: null },
  );
}

async function wholeList(deps: RentDeps, provider: string): Promise<Map<string, OrderReading>> {
  const adapter = adapterOf(deps, provider);
  const limit = adapter.capabilities.bulkPageSize;
  const listed = new Map<string, OrderReading>();
  for (let page = 0, offset = 0; page < PAGES; page += 1, offset += Math.ceil(limit * 0.9)) {
    const { orders, more } = await adapter.openOrders({ offset, limit }, { priority: 'watch' });
    for (const reading of orders) listed.set(reading.providerOrderId, reading);
    if (!more) return listed;
  }
  return listed;
}
