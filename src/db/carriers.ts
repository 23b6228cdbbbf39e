import type { Channel } from '../domain/message.js';
import { type Buyer, sellsTo } from './buyers.js';
import type { Sql } from './database.js';

/** A carrier account as the configuration names it. */
export interface ConfiguredCarrier {
  readonly id: string;
  readonly kind: string;
  readonly channels: readonly Channel[];
  readonly currency: string;
  /** Micro units of the wallet currency for one unit of the carrier's. */
  readonly rateMicros: bigint;
  readonly simulated: boolean;
  readonly receipts: 'push' | 'poll' | 'both' | 'none';
}

/** A line of a price sheet; `price` is for one segment, micro units of the carrier's currency. */
export interface CarrierPrice {
  readonly channel: Channel;
  /** Digits of E.164 without the plus. */
  readonly prefix: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly network: string | null;
  readonly price: bigint;
}

/** A carrier account's row. */
export interface CarrierRow {
  readonly id: string;
  readonly currency: string;
  readonly rate_micros: bigint;
  readonly paused_at: Date | null;
  readonly circuit_open_until: Date | null;
}

/** Brings the table to the configuration; carriers that are configured no more are retired, not removed. */
export async function registerCarriers(sql: Sql, carriers: readonly ConfiguredCarrier[]): Promise<void> {
  for (const carrier of carriers) {
    await sql.run(
      `INSERT INTO carriers (id, kind, channels, currency, rate_micros, simulated, receipts) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, channels = excluded.channels, currency = excluded.currency,
         rate_micros = excluded.rate_micros, simulated = excluded.simulated, receipts = excluded.receipts, retired_at = NULL`,
      [carrier.id, carrier.kind, carrier.channels, carrier.currency, carrier.rateMicros, carrier.simulated, carrier.receipts],
    );
  }
  await sql.run('UPDATE carriers SET retired_at = now() WHERE retired_at IS NULL AND NOT id = ANY ($1::text[])', [
    carriers.map(({ id }) => id),
  ]);
}

/** Replaces a carrier's price sheet, in the caller's transaction. @returns how many lines are new or differ. */
export async function storeSheet(sql: Sql, carrier: string, lines: readonly CarrierPrice[]): Promise<number> {
  await sql.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`sheet:${carrier}`]);
  const columns = [
    carrier,
    lines.map((line) => line.channel),
    lines.map((line) => line.prefix),
    lines.map((line) => line.country),
    lines.map((line) => line.network),
    lines.map((line) => line.price),
  ];
  const changed = await sql.run(
    `INSERT INTO carrier_prices AS p (carrier, channel, prefix, country, network, price)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
     ON CONFLICT (carrier, channel, prefix) DO UPDATE SET country = excluded.country, network = excluded.network, price = excluded.price
     WHERE (p.country, p.network, p.price) IS DISTINCT FROM (excluded.country, excluded.network, excluded.price)`,
    columns,
  );
  const removed = await sql.run(
    `DELETE FROM carrier_prices p WHERE carrier = $1 AND NOT EXISTS (
       SELECT FROM unnest($2::text[], $3::text[]) AS n (channel, prefix) WHERE n.channel = p.channel AND n.prefix = p.prefix)`,
    columns.slice(0, 3),
  );
  return changed + removed;
}

/** Reads a carrier. */
export function carrierById(sql: Sql, id: string): Promise<CarrierRow | null> {
  return sql.row<CarrierRow>('SELECT id, currency, rate_micros, paused_at, circuit_open_until FROM carriers WHERE id = $1', [id]);
}

/** What a carrier asks for one segment to a number. */
export interface CarrierOffer {
  readonly carrier: string;
  readonly country: string;
  readonly network: string | null;
  /** Micro units of the carrier's currency for one segment. */
  readonly price: bigint;
  readonly rateMicros: bigint;
  /** Why it is asked after all others now: its circuit is open. Null if nothing speaks against it. */
  readonly rest: 'circuit_open' | null;
  /** Seconds that a message waits for the account's throughput, as far as was seen of late. */
  readonly queueSeconds: number;
}

/** What was seen of a queue counts for so many seconds. */
const QUEUE_SEEN_S = 30;

/**
 * The carriers that can send to a number: not paused, not retired, open to this buyer, with a price for the number's longest
 * prefix. Those whose circuit is open are among them, marked, because a buyer may have no other.
 *
 * @param digits the number in E.164 without the plus.
 */
export async function carrierOffers(sql: Sql, channel: Channel, digits: string, buyer: Buyer): Promise<CarrierOffer[]> {
  const prefixes = Array.from(digits, (_, index) => digits.slice(0, index + 1));
  const rows = await sql.rows<{
    carrier: string;
    country: string;
    network: string | null;
    price: bigint;
    rate_micros: bigint;
    is_open: boolean;
    queue_seconds: number;
  }>(
    `SELECT DISTINCT ON (p.carrier) p.carrier, p.country, p.network, p.price, v.rate_micros,
       coalesce(v.circuit_open_until > now(), false) AS is_open,
       greatest(0, CASE WHEN v.queue_seen_at > now() - $4 * interval '1 second' THEN v.queue_wait_ms / 1000.0 ELSE 0 END,
         extract(epoch FROM v.throttled_until - now()))::float8 AS queue_seconds
     FROM carrier_prices p JOIN carriers v ON v.id = p.carrier
     WHERE p.channel = $1 AND p.prefix = ANY ($2::text[]) AND v.retired_at IS NULL AND v.paused_at IS NULL
       AND $1 = ANY (v.channels) AND ${sellsTo('$3', 'carriers')}
     ORDER BY p.carrier, length(p.prefix) DESC`,
    [channel, prefixes, buyer.sandbox, QUEUE_SEEN_S],
  );
  return rows.map((row) => ({
    carrier: row.carrier,
    country: row.country,
    network: row.network,
    price: row.price,
    rateMicros: row.rate_micros,
    rest: row.is_open ? 'circuit_open' : null,
    queueSeconds: row.queue_seconds,
  }));
}

/** Waits shorter than this are everyday. */
const QUEUE_WORTH_NOTING_MS = 2_000;

/**
 * Notes how long a send has waited for its carrier's throughput, so that others are led around it. At most once a second, and
 * nothing where nobody waits.
 *
 * @param since when the send was put into the carrier's queue.
 */
export async function noteQueueWait(sql: Sql, carrier: string, since: Date): Promise<void> {
  await sql.run(
    `UPDATE carriers SET queue_wait_ms = waited.ms, queue_seen_at = clock_timestamp()
     FROM (SELECT least(greatest(0, 1000 * extract(epoch FROM clock_timestamp() - $2::timestamptz)), 3600000)::int AS ms) waited
     WHERE id = $1 AND (queue_wait_ms >= $3 OR waited.ms >= $3)
       AND (queue_seen_at IS NULL OR queue_seen_at < clock_timestamp() - interval '1 second')`,
    [carrier, since, QUEUE_WORTH_NOTING_MS],
  );
}

/** A carrier that names no time is left alone for so long. */
const THROTTLED_MS = 1_000;
/** No carrier's own time is believed beyond this. */
const LONGEST_THROTTLED_MS = 60_000;

/** Notes that a carrier found us too fast. @param forMs as long as it says; null where it does not. */
export async function noteThrottled(sql: Sql, carrier: string, forMs: number | null): Promise<void> {
  await sql.run(
    `UPDATE carriers SET throttled_until = greatest(throttled_until, clock_timestamp() + $2::int * interval '1 ms') WHERE id = $1`,
    [carrier, Math.min(LONGEST_THROTTLED_MS, Math.max(1, Math.round(forMs ?? THROTTLED_MS)))],
  );
}
