import { sellsTo } from './buyers.js';
import type { Sql } from './database.js';

/** Activations that are not over, by status. */
export function liveActivations(sql: Sql): Promise<{ readonly status: string; readonly count: number }[]> {
  return sql.rows(
    `SELECT status, count(*)::int AS count FROM activations WHERE status NOT IN ('COMPLETED', 'REFUNDED', 'FAILED') GROUP BY 1`,
  );
}

/** Ages in seconds and counts that tell whether something stands still. */
export interface Backlog {
  /** Confirmed SMS that no client can read yet, older than ten seconds. */
  readonly undelivered_sms: number;
  /** Attempts to buy that nobody knows the end of. */
  readonly unresolved_attempts: number;
  /** Orders on our accounts that watchword did not buy, still open. */
  readonly foreign_orders: number;
  /** Paid to clients from `loss` in the last 24 hours, micro units of the wallet currency; beside a real provider without what simulators owe. */
  readonly paid_from_loss: bigint;
}

/** Reads what should be small. Each part is found by an index. */
export async function backlog(sql: Sql): Promise<Backlog> {
  const row = await sql.row<Backlog>(
    `SELECT
       (SELECT count(*)::int FROM inbox WHERE confirmed_at <= clock_timestamp() - interval '10 seconds' AND revealed_at IS NULL
          AND withheld_at IS NULL AND activation_id IS NOT NULL) AS undelivered_sms,
       (SELECT count(*)::int FROM attempts WHERE status IN ('OPEN', 'AMBIGUOUS')) AS unresolved_attempts,
       (SELECT count(*)::int FROM orders WHERE money = 'expected' AND origin = 'foreign' AND status = 'OPEN') AS foreign_orders,
       (SELECT coalesce(sum(o.cost * v.rate_micros / 1000000), 0)::bigint FROM orders o JOIN providers v ON v.id = o.provider
          WHERE o.paid_from_loss_at > clock_timestamp() - interval '1 day' AND ${sellsTo('false')}) AS paid_from_loss`,
  );
  return row!;
}

/** What a provider last told us, and how much there is to tell. */
export interface Sight {
  readonly provider: string;
  /** Seconds since its orders were read; null before the first time. Where nothing is open, nothing is read. */
  readonly watcher: number | null;
  /** Seconds since its price list was read; null before the first time. */
  readonly prices: number | null;
  /** Our orders there that are not over. */
  readonly open_orders: number;
}

/** How old what each provider last told us is. */
export function sightAges(sql: Sql): Promise<Sight[]> {
  return sql.rows(
    `SELECT p.id AS provider, extract(epoch FROM clock_timestamp() - w.last_page_at)::float8 AS watcher,
       extract(epoch FROM clock_timestamp() - r.read_at)::float8 AS prices,
       (SELECT count(*)::int FROM orders o
          WHERE o.provider = p.id AND o.money = 'expected' AND o.status IN ('OPEN', 'CANCEL_ASKED', 'EXPIRED')) AS open_orders
     FROM providers p LEFT JOIN watcher_state w ON w.provider = p.id LEFT JOIN provider_price_reads r ON r.provider = p.id
     WHERE p.retired_at IS NULL ORDER BY p.id`,
  );
}

/** How often activations entered a status within the last hour. */
export function enteredLately(sql: Sql): Promise<{ readonly status: string; readonly count: number }[]> {
  return sql.rows(
    `SELECT to_status AS status, count(*)::int AS count FROM activation_history
     WHERE at > now() - interval '1 hour' AND from_status IS DISTINCT FROM to_status GROUP BY 1`,
  );
}

/** What a provider's numbers brought within the last hour. */
export interface LateOutcomes {
  readonly provider: string;
  readonly with_code: number;
  readonly without_code: number;
  /** Seconds from the purchase to the code: the middle case, and nine of ten; null without a code. */
  readonly median: number | null;
  readonly p90: number | null;
}

/** Outcomes of the last hour, by provider. */
export function outcomesLately(sql: Sql): Promise<LateOutcomes[]> {
  return sql.rows(
    `SELECT provider, count(*) FILTER (WHERE succeeded)::int AS with_code, count(*) FILTER (WHERE NOT succeeded)::int AS without_code,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_code::float8) FILTER (WHERE succeeded) AS median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds_to_code::float8) FILTER (WHERE succeeded) AS p90
     FROM route_outcomes WHERE at > now() - interval '1 hour' GROUP BY 1 ORDER BY 1`,
  );
}

/** Requests a second that each account may be asked. */
export function budgets(sql: Sql): Promise<{ readonly provider: string; readonly per_second: number }[]> {
  return sql.rows(
    `SELECT b.provider, b.per_second FROM request_budgets b JOIN providers p ON p.id = b.provider WHERE p.retired_at IS NULL ORDER BY 1`,
  );
}
