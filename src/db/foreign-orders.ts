import type { OrderStatus } from '../domain/order.js';
import type { Sql } from './database.js';
import { placeOf } from './page-place.js';
import type { OrderMoneyState } from './orders.js';

/** An order on one of our accounts that watchword did not buy: in the books, shown, never touched (ORDERS.md, rule 9). */
export interface ForeignOrder {
  readonly id: string;
  readonly provider: string;
  readonly provider_order_id: string;
  readonly status: OrderStatus;
  readonly money: OrderMoneyState;
  readonly service: string | null;
  readonly country: string | null;
  readonly operator: string | null;
  /** Micro units of `currency`; 0 while no record names a price. */
  readonly cost: bigint;
  readonly currency: string;
  readonly raw_status: string;
  readonly first_seen_at: Date;
  readonly expires_at: Date | null;
  readonly ended_at: Date | null;
  /** `first_seen_at` to the microsecond, as a page's place. */
  readonly place: string;
}

/** Foreign orders, the newest first; `open` narrows to those that are, or are not, over. */
export function listForeignOrders(
  sql: Sql,
  filter: {
    readonly provider: string | null;
    readonly open: boolean | null;
    /** Place and id of the last item of the page before. */
    readonly after: readonly [place: string, id: string] | null;
    readonly limit: number;
  },
): Promise<ForeignOrder[]> {
  return sql.rows<ForeignOrder>(
    `SELECT id, provider, provider_order_id, status, money, service, country, operator, cost, currency, raw_status, first_seen_at, expires_at, ended_at,
       ${placeOf('first_seen_at')}
     FROM orders WHERE origin = 'foreign' AND ($1::text IS NULL OR provider = $1) AND ($2::boolean IS NULL OR (status = 'OPEN') = $2)
       AND ($3::timestamptz IS NULL OR (first_seen_at, id) < ($3::timestamptz, $4::uuid))
     ORDER BY first_seen_at DESC, id DESC LIMIT $5`,
    [filter.provider, filter.open, filter.after?.[0] ?? null, filter.after?.[1] ?? null, filter.limit],
  );
}
