import { ordersByProviderIds } from '../../db/orders.js';
import { lockProof, setOpened, youngCharges } from '../../db/proofs.js';
import { databaseNow, ignoreSightings, providerById } from '../../db/providers.js';
import type { OrderReading } from '../../domain/order.js';
import { openingFigure } from '../../domain/proof.js';
import { expectedBalance, postFunding } from '../../ledger/provider-money.js';
import type { BalanceReading, PaymentRow } from '../../providers/provider.js';
import { bookOrder } from '../claim.js';
import { adapterOf, type RentDeps } from '../deps.js';

/** Pages of an order list that are read at most: far beyond what a provider keeps open at once. */
const PAGES = 60;

/** How often an account that moves while it is read is read again at once. */
const TRIES = 3;

/**
 * A provider account's first sight: its balance becomes the opening entry, orders open at that moment are booked as
 * foreign, ended ones are ignored for good, and payments present are marked as seen (ORDERS.md, rule 15). Nothing is
 * bought before this.
 *
 * @returns false when the account moved each time while it was read: try again later.
 */
export async function openBooks(deps: RentDeps, provider: string): Promise<boolean> {
  const account = await providerById(deps.database, provider);
  if (account === null) throw new Error(`provider ${provider} is not registered`);

  const still = await readStill(deps, provider);
  if (still === null) return false;
  const { balance, listed, payments } = still;

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
    const amount = openingFigure(balance.amount, proof.granularity) + foreign - (await expectedBalance(sql, provider, account.currency));
    const at = await databaseNow(sql);
    await postFunding(sql, {
      key: at.toISOString(),
      kind: 'opening',
      provider,
      currency: account.currency,
      amount,
      evidence: { balance: balance.raw, open_orders: open.length },
    });
    for (const reading of open) await bookAsForeign(sql, deps, provider, account.currency, reading);
    await setOpened(sql, provider, {
      observed: balance.amount,
      expected: (await expectedBalance(sql, provider, account.currency)) + (await youngCharges(sql, provider, deps.policy.balanceLagMs)),
      seenPayments: payments.filter(({ kind }) => kind === 'top_up').map(({ id }) => id),
      paymentsCursor: payments[0]?.id ?? null,
    });
  });
  deps.log.info({ provider, open_orders: open.length }, 'opened the books of a provider account');
  return true;
}

/** An account that stood still while it was read. */
interface Still {
  readonly balance: BalanceReading;
  readonly listed: ReadonlyMap<string, OrderReading>;
  readonly payments: readonly PaymentRow[];
}

/**
 * Reads balance and orders until they belong together: three equal balances with two equal lists between them. Equal
 * balances alone would hide a purchase behind a refund of the same price, equal lists a number that came and went.
 */
async function readStill(deps: RentDeps, provider: string): Promise<Still | null> {
  const adapter = adapterOf(deps, provider);
  const call = { priority: 'balance' } as const;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await adapter.balance(call);
    const payments = adapter.capabilities.payments ? await adapter.payments({ offset: 0, limit: 100 }, call) : [];
    const first = await wholeList(deps, provider);
    const balance = await adapter.balance(call);
    if (before.amount !== balance.amount) continue;
    const listed = await wholeList(deps, provider);
    if (!showsTheSame(first, listed)) continue;
    const after = await adapter.balance(call);
    if (after.amount === balance.amount) return { balance, listed, payments };
  }
  return null;
}

/** Whether two lists show the same orders, ended and not. */
function showsTheSame(first: ReadonlyMap<string, OrderReading>, second: ReadonlyMap<string, OrderReading>): boolean {
  if (first.size !== second.size) return false;
  return [...second].every(([id, { condition }]) => {
    const before = first.get(id);
    return before !== undefined && (before.condition === 'ended') === (condition === 'ended');
  });
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
