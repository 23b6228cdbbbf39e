import type { Channel } from '../domain/message.js';
import type { Outcomes } from '../domain/scoring.js';
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
}

/**
 * The carriers that can be asked to send to a number now: not paused, not retired, circuit not open, open to this buyer, with a
 * price for the number's longest prefix.
 *
 * @param digits the number in E.164 without the plus.
 */
export async function carrierOffers(sql: Sql, channel: Channel, digits: string, buyer: Buyer): Promise<CarrierOffer[]> {
  const prefixes = Array.from(digits, (_, index) => digits.slice(0, index + 1));
  const rows = await sql.rows<{ carrier: string; country: string; network: string | null; price: bigint; rate_micros: bigint }>(
    `SELECT DISTINCT ON (p.carrier) p.carrier, p.country, p.network, p.price, v.rate_micros
     FROM carrier_prices p JOIN carriers v ON v.id = p.carrier
     WHERE p.channel = $1 AND p.prefix = ANY ($2::text[]) AND v.retired_at IS NULL AND v.paused_at IS NULL
       AND $1 = ANY (v.channels) AND (v.circuit_open_until IS NULL OR v.circuit_open_until <= now()) AND ${sellsTo('$3', 'carriers')}
     ORDER BY p.carrier, length(p.prefix) DESC`,
    [channel, prefixes, buyer.sandbox],
  );
  return rows.map((row) => ({
    carrier: row.carrier,
    country: row.country,
    network: row.network,
    price: row.price,
    rateMicros: row.rate_micros,
  }));
}

/** What is known of a carrier's past on a route, from broad to exact, each without what the next counts. */
export interface RouteHistory {
  readonly carrier: Outcomes;
  readonly country: Outcomes;
  readonly network: Outcomes;
  /** Seconds to the receipt of delivered messages in this country. */
  readonly medianSeconds: number | null;
  readonly p95Seconds: number | null;
  readonly receipts: number;
}

const NOTHING: Outcomes = Object.freeze({ successes: 0, failures: 0 });

/**
 * Decayed outcomes of carriers on a route: one row a carrier, read from the newest `newest` outcomes of each level.
 * A null network counts everything of the country as exact.
 */
export async function routeHistories(
  sql: Sql,
  carriers: readonly string[],
  route: { readonly channel: Channel; readonly country: string; readonly network: string | null },
  experience: { readonly halfLifeSeconds: number; readonly windowSeconds: number; readonly newest: number },
): Promise<ReadonlyMap<string, RouteHistory>> {
  const rows = await sql.rows<{
    carrier: string;
    level: 'carrier' | 'country' | 'network';
    successes: number;
    failures: number;
    median: number | null;
    p95: number | null;
    receipts: number;
  }>(
    `WITH asked AS (SELECT unnest($1::text[]) AS carrier),
     seen AS (
       SELECT a.carrier, CASE WHEN $4::text IS NULL OR o.network IS NOT DISTINCT FROM $4 THEN 'network' ELSE 'country' END AS level,
         o.delivered, o.seconds_to_receipt, o.at
       FROM asked a CROSS JOIN LATERAL (
         SELECT * FROM message_outcomes WHERE carrier = a.carrier AND channel = $2 AND country = $3 AND at > now() - $6 * interval '1 second'
         ORDER BY at DESC LIMIT $7) o
       UNION ALL
       SELECT a.carrier, 'carrier', o.delivered, NULL, o.at
       FROM asked a CROSS JOIN LATERAL (
         SELECT * FROM message_outcomes WHERE carrier = a.carrier AND channel = $2 AND country <> $3 AND at > now() - $6 * interval '1 second'
         ORDER BY at DESC LIMIT $7) o),
     weighed AS (SELECT *, exp(-ln(2) * greatest(0, extract(epoch FROM now() - at)::float8) / $5) AS weight FROM seen)
     SELECT carrier, level, coalesce(sum(weight) FILTER (WHERE delivered), 0) AS successes,
       coalesce(sum(weight) FILTER (WHERE NOT delivered), 0) AS failures,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_receipt::float8) FILTER (WHERE delivered) AS median,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds_to_receipt::float8) FILTER (WHERE delivered) AS p95,
       count(seconds_to_receipt) FILTER (WHERE delivered)::int AS receipts
     FROM weighed GROUP BY carrier, level`,
    [carriers, route.channel, route.country, route.network, experience.halfLifeSeconds, experience.windowSeconds, experience.newest],
  );
  const of = (carrier: string, level: string) => rows.find((row) => row.carrier === carrier && row.level === level);
  const counts = (row: { successes: number; failures: number } | undefined): Outcomes =>
    row === undefined ? NOTHING : { successes: row.successes, failures: row.failures };
  return new Map(
    carriers.map((carrier) => {
      const exact = of(carrier, 'network');
      return [
        carrier,
        {
          carrier: counts(of(carrier, 'carrier')),
          country: counts(of(carrier, 'country')),
          network: counts(exact),
          medianSeconds: exact?.median ?? null,
          p95Seconds: exact?.p95 ?? null,
          receipts: exact?.receipts ?? 0,
        },
      ];
    }),
  );
}

/** Tells the scorer, once for each attempt, what became of it; the sender's own word replaces the carrier's. */
export async function storeOutcome(
  sql: Sql,
  outcome: {
    readonly attemptId: string;
    readonly carrier: string;
    readonly channel: Channel;
    readonly country: string;
    readonly network: string | null;
    readonly delivered: boolean;
    readonly secondsToReceipt: number | null;
    readonly byFeedback: boolean;
  },
): Promise<void> {
  await sql.run(
    `INSERT INTO message_outcomes (attempt_id, carrier, channel, country, network, delivered, seconds_to_receipt, by_feedback)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (attempt_id) DO UPDATE SET delivered = excluded.delivered, by_feedback = excluded.by_feedback,
       seconds_to_receipt = coalesce(message_outcomes.seconds_to_receipt, excluded.seconds_to_receipt)
     WHERE excluded.by_feedback OR NOT message_outcomes.by_feedback`,
    [
      outcome.attemptId,
      outcome.carrier,
      outcome.channel,
      outcome.country,
      outcome.network,
      outcome.delivered,
      outcome.secondsToReceipt,
      outcome.byFeedback,
    ],
  );
}
