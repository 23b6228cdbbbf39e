import { carrierHistories, type CarrierHistory, type Route } from '../db/carrier-evidence.js';
import type { Sql } from '../db/database.js';
import { CARRIER_EXPERIENCE } from '../domain/carrier-experience.js';

/** Carriers' histories, which a busy route's messages share for moments. */
export interface RouteMemory {
  histories(sql: Sql, carriers: readonly string[], route: Route): Promise<ReadonlyMap<string, CarrierHistory>>;
}

/** For so long a busy route's histories are taken for new. */
const KEPT_MS = 5_000;
/** From so many (decayed) outcomes on one more changes little; with fewer each counts and is quickly read. */
const BUSY = 100;
/** So many routes are kept. */
const MOST = 500;

/**
 * Reading a busy route costs some milliseconds of Postgres, too many for each of hundreds of messages a second. What is kept is
 * a copy that any process may lose.
 */
export function createRouteMemory(clock: () => Date): RouteMemory {
  const kept = new Map<string, { until: number; readonly histories: ReadonlyMap<string, CarrierHistory> }>();
  return {
    async histories(sql, carriers, route) {
      const key = JSON.stringify([route.channel, route.country, route.network]);
      const now = clock().getTime();
      const known = kept.get(key);
      if (known !== undefined && now < known.until && carriers.every((carrier) => known.histories.has(carrier))) return known.histories;
      // Others go on with what is there while this one reads.
      if (known !== undefined) known.until = now + KEPT_MS;
      const histories = await carrierHistories(sql, carriers, route, CARRIER_EXPERIENCE);
      kept.delete(key);
      if (outcomesIn(histories) < BUSY) return histories;
      kept.set(key, { until: now + KEPT_MS, histories });
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST) break;
        kept.delete(oldest);
      }
      return histories;
    },
  };
}

function outcomesIn(histories: ReadonlyMap<string, CarrierHistory>): number {
  let all = 0;
  for (const { evidence } of histories.values())
    for (const { delivered, failed, denied, worked } of evidence.network) all += delivered + failed + denied + worked;
  return all;
}
