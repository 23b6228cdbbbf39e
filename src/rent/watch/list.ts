import { countSweep } from '../../db/attempts.js';
import { countMissing, type OrderRow, ordersByProviderIds, touchOrders, type WatchedOrder } from '../../db/orders.js';
import { databaseNow, noteWatcher } from '../../db/providers.js';
import type { OrderReading } from '../../domain/order.js';
import { adapterOf, type RentDeps } from '../deps.js';
import { takeReading } from '../read.js';
import { judgeUnclaimed } from './unclaimed.js';

/** Pages overlap by a tenth, because orders shift between pages while they are read (ORDERS.md, rule 3). */
const OVERLAP = 0.1;
const PAGES = 60;
/** Page one, where somebody waits, is read again after this many pages of a sweep. */
const PAGES_BEFORE_FRESH = 5;
/** Orders are booked in nearly the order in which a provider lists them; this is far more than nearly. */
const NEARLY_MS = 600_000;

/** What the watcher remembers of the last reading of each order, so that an unchanged one costs no transaction. */
export type SeenReadings = Map<string, string>;

/** How far the list is read: all of it, or these pages, counted from 0, which shows the newest. */
export type Extent = 'sweep' | readonly number[];

/** On which pages a provider shows these orders, newest first, as far as ours alone tell. Page one is always among them. */
export function pagesShowing(pageSize: number, open: readonly WatchedOrder[], isWanted: (order: WatchedOrder) => boolean): number[] {
  const pages = new Set([0]);
  open
    .toSorted((a, b) => b.first_seen_at.getTime() - a.first_seen_at.getTime())
    .forEach((order, rank) => {
      if (isWanted(order)) pages.add(Math.floor(rank / stepOf(pageSize)));
    });
  return [...pages];
}

/**
 * Reads the provider's list of our orders, whole or some pages of it. Readings of known orders are taken over, unknown
 * orders are judged, and orders of ours that a whole list lacks are counted as missing. An unreadable page voids the sweep
 * by throwing.
 *
 * @returns whether every order that the provider keeps open was seen.
 */
export async function readList(
  deps: RentDeps,
  provider: string,
  watched: readonly WatchedOrder[],
  seen: SeenReadings,
  extent: Extent,
): Promise<boolean> {
  const { database } = deps;
  const adapter = adapterOf(deps, provider);
  const limit = adapter.capabilities.bulkPageSize;
  const startedAt = await databaseNow(database);
  const unseen = new Map(watched.filter(isListed).map((order) => [order.provider_order_id, order]));
  const listed = new Set<string>();
  let whole = false;

  const readPage = async (page: number, askedAt: Date): Promise<boolean> => {
    const { orders, more } = await adapter.openOrders({ offset: page * stepOf(limit), limit }, { priority: 'watch' });
    for (const { providerOrderId } of orders) unseen.delete(providerOrderId);
    const { known, strangers } = await takePage(deps, provider, orders, askedAt, seen);
    for (const { id } of known) listed.add(id);
    return !more || (strangers === 0 && (unseen.size === 0 || isPast(orders, known, unseen)));
  };
  for (let turn = 0; turn < (extent === 'sweep' ? PAGES : extent.length) && !whole; turn += 1) {
    if (extent === 'sweep' && turn > 0 && turn % PAGES_BEFORE_FRESH === 0) await readPage(0, await databaseNow(database));
    const page = extent === 'sweep' ? turn : extent[turn]!;
    whole = (await readPage(page, turn === 0 ? startedAt : await databaseNow(database))) && (extent === 'sweep' || page === 0);
  }

  await noteWatcher(database, provider, { page: true, sweep: whole });
  if (!whole) return false;
  for (const id of seen.keys()) if (!listed.has(id)) seen.delete(id);
  await countSweep(database, provider, startedAt);
  await countMissing(
    database,
    [...unseen.values()].map(({ id }) => id),
  );
  return true;
}

/** By how many orders pages are apart. */
function stepOf(pageSize: number): number {
  return Math.max(1, Math.ceil(pageSize * (1 - OVERLAP)));
}

/** Whether the provider's list of open orders is expected to show an order. */
function isListed(order: WatchedOrder): boolean {
  return order.ended_at === null && order.status !== 'REFUND_PENDING' && order.status !== 'REFUNDED';
}

/**
 * Whether a page lies in the past of every order that is still looked for: a list that keeps ended orders goes on to the
 * account's first. Only ended orders on it, and those that we know all much older.
 */
function isPast(
  page: readonly OrderReading[],
  known: readonly OrderRow[],
  unseen: ReadonlyMap<string, { readonly first_seen_at: Date }>,
): boolean {
  const oldest = [...unseen.values()].reduce((least, { first_seen_at: at }) => Math.min(least, at.getTime()), Infinity);
  return (
    page.length > 0 &&
    page.every(({ condition }) => condition === 'ended') &&
    known.every(({ first_seen_at: at }) => at.getTime() < oldest - NEARLY_MS)
  );
}

/** Takes over a page. @returns the orders on it that we know, and how many others are news. */
async function takePage(
  deps: RentDeps,
  provider: string,
  readings: readonly OrderReading[],
  askedAt: Date,
  seen: SeenReadings,
): Promise<{ readonly known: readonly OrderRow[]; readonly strangers: number }> {
  const known = await ordersByProviderIds(
    deps.database,
    provider,
    readings.map(({ providerOrderId }) => providerOrderId),
  );
  const byProviderId = new Map(known.map((order) => [order.provider_order_id, order]));
  const unchanged: string[] = [];
  const strangers: OrderReading[] = [];
  for (const reading of readings) {
    const order = byProviderId.get(reading.providerOrderId);
    if (order === undefined) {
      strangers.push(reading);
      continue;
    }
    const print = fingerprint(reading);
    if (seen.get(order.id) === print || saysNothingNew(order, reading)) {
      unchanged.push(order.id);
      continue;
    }
    const { endedNow } = await takeReading(deps, order.id, reading, askedAt);
    if (endedNow && order.activation_id !== null) await deps.signals.orderEnded(order.activation_id, order.id);
    seen.set(order.id, print);
  }
  await touchOrders(deps.database, unchanged, askedAt);
  return { known, strangers: await judgeUnclaimed(deps, provider, strangers, askedAt) };
}

/** Whether an order's row holds all that a reading says: a watcher that just started has seen nothing and need not store it all again. */
function saysNothingNew(order: OrderRow, reading: OrderReading): boolean {
  return (
    reading.condition === 'waiting' &&
    reading.sms.length === 0 &&
    order.ended_at === null &&
    reading.rawStatus === order.raw_status &&
    (order.cost_known || reading.price === null)
  );
}

function fingerprint(reading: OrderReading): string {
  return JSON.stringify([
    reading.condition,
    reading.settlement,
    reading.rawStatus,
    reading.price?.toString(),
    reading.sms.map(({ code, text }) => [code, text]),
  ]);
}
