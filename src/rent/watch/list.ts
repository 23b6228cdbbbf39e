import { countSweep } from '../../db/attempts.js';
import { countMissing, ordersByProviderIds, touchOrders, type WatchedOrder } from '../../db/orders.js';
import { databaseNow, noteWatcher } from '../../db/providers.js';
import type { OrderReading } from '../../domain/order.js';
import { adapterOf, type RentDeps } from '../deps.js';
import { takeReading } from '../read.js';
import { judgeUnclaimed } from './unclaimed.js';

/** Pages overlap by a tenth, because orders shift between pages while they are read (ORDERS.md, rule 3). */
const OVERLAP = 0.1;
const PAGES = 60;

/** What the watcher remembers of the last reading of each order, so that an unchanged one costs no transaction. */
export type SeenReadings = Map<string, string>;

/**
 * Reads the provider's list of our orders: page one, which shows the newest, or all of it. Readings of known orders are
 * taken over, unknown orders are judged, and orders of ours that a whole list lacks are counted as missing. An unreadable
 * page voids the sweep by throwing.
 *
 * @returns whether every order that the provider keeps open was seen.
 */
export async function readList(
  deps: RentDeps,
  provider: string,
  watched: readonly WatchedOrder[],
  seen: SeenReadings,
  extent: 'page' | 'sweep',
): Promise<boolean> {
  const { database } = deps;
  const adapter = adapterOf(deps, provider);
  const limit = adapter.capabilities.bulkPageSize;
  const step = Math.max(1, Math.ceil(limit * (1 - OVERLAP)));
  const startedAt = await databaseNow(database);
  const unseen = new Map(watched.filter(isListed).map((order) => [order.provider_order_id, order.id]));
  let whole = false;

  for (let page = 0, offset = 0; page < PAGES; page += 1, offset += step) {
    const askedAt = page === 0 ? startedAt : await databaseNow(database);
    const { orders, more } = await adapter.openOrders({ offset, limit }, { priority: 'watch' });
    for (const { providerOrderId } of orders) unseen.delete(providerOrderId);
    const strangers = await takePage(deps, provider, orders, askedAt, seen);
    whole = !more || (unseen.size === 0 && strangers === 0);
    if (whole || extent === 'page') break;
  }

  await noteWatcher(database, provider, { page: true, sweep: whole });
  if (!whole) return false;
  await countSweep(database, provider, startedAt);
  await countMissing(database, [...unseen.values()]);
  return true;
}

/** Whether the provider's list of open orders is expected to show an order. */
function isListed(order: WatchedOrder): boolean {
  return order.ended_at === null && order.status !== 'REFUND_PENDING' && order.status !== 'REFUNDED';
}

/** Takes over a page. @returns how many orders on it nobody has claimed. */
async function takePage(
  deps: RentDeps,
  provider: string,
  readings: readonly OrderReading[],
  askedAt: Date,
  seen: SeenReadings,
): Promise<number> {
  const known = new Map(
    (
      await ordersByProviderIds(
        deps.database,
        provider,
        readings.map(({ providerOrderId }) => providerOrderId),
      )
    ).map((order) => [order.provider_order_id, order]),
  );
  const unchanged: string[] = [];
  const strangers: OrderReading[] = [];
  for (const reading of readings) {
    const order = known.get(reading.providerOrderId);
    if (order === undefined) {
      strangers.push(reading);
      continue;
    }
    const print = fingerprint(reading);
    if (seen.get(order.id) === print) {
      unchanged.push(order.id);
      continue;
    }
    const { endedNow } = await takeReading(deps, order.id, reading, askedAt);
    if (endedNow && order.activation_id !== null) await deps.signals.orderEnded(order.activation_id, order.id);
    seen.set(order.id, print);
  }
  await touchOrders(deps.database, unchanged, askedAt);
  await judgeUnclaimed(deps, provider, strangers, askedAt);
  return strangers.length;
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
