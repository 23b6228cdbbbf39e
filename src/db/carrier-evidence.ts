import type { CarrierExperience } from '../domain/carrier-experience.js';
import type { RouteEvidence } from '../domain/carrier-ranking.js';
import type { ReceiptTimes } from '../domain/delivery-wait.js';
import type { Channel } from '../domain/message.js';
import { type Claims, NOTHING_TOLD, type Reports, type Told } from '../domain/receipt-worth.js';
import type { Sql } from './database.js';

/** Where a message goes. */
export interface Route {
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly network: string | null;
}

/** What is known of a carrier's past on a route. */
export interface CarrierHistory {
  readonly evidence: RouteEvidence;
  readonly claims: Claims;
  /** Seconds to the receipt of messages delivered in this country. */
  readonly times: ReceiptTimes & { readonly medianSeconds: number | null };
}

interface ToldRow extends Told {
  readonly carrier: string;
  readonly level: 'network' | 'country' | 'carrier';
  /** Place in the parts of the exact level, the newest first. */
  readonly part: number;
}

const NEWEST = (where: string, count: string) => `
    SELECT delivered, worked, country, network, at FROM message_outcomes
    WHERE carrier = a.carrier AND channel = $2 AND ${where} AND NOT excused AND at > now() - $6 * interval '1 second'
    ORDER BY at DESC LIMIT ${count}`;

/**
 * Decayed outcomes of carriers on a route, from broad to exact, each without what the next counts. However much is stored, only
 * the newest are read of a carrier, each breadth by an index of its own.
 */
export async function carrierHistories(
  sql: Sql,
  carriers: readonly string[],
  route: Route,
  experience: CarrierExperience,
): Promise<ReadonlyMap<string, CarrierHistory>> {
  const ends = experience.parts.map((_, index) => experience.parts.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
  // Said apart, so that each finds its own index.
  const exact = route.network === null ? 'country = $3' : 'country = $3 AND network = $4';
  const told = await sql.rows<ToldRow>(
    `WITH asked AS (SELECT unnest($1::text[]) AS carrier),
     seen AS (
       SELECT a.carrier, 'network' AS level, width_bucket(row_number() OVER (PARTITION BY a.carrier ORDER BY o.at DESC) - 1, $8::bigint[]) AS part, o.*
       FROM asked a CROSS JOIN LATERAL (${NEWEST(exact, '$7')}) o
       UNION ALL
       SELECT a.carrier, 'country', 0, o.*
       FROM asked a CROSS JOIN LATERAL (${NEWEST('country = $3 AND $4::text IS NOT NULL', '$9')}) o WHERE o.network IS DISTINCT FROM $4
       UNION ALL
       SELECT a.carrier, 'carrier', 0, o.* FROM asked a CROSS JOIN LATERAL (${NEWEST('true', '$9')}) o WHERE o.country <> $3),
     weighed AS (SELECT *, exp(-ln(2) * greatest(0, extract(epoch FROM now() - at)::float8) / $5) AS weight FROM seen)
     SELECT carrier, level, part,
       coalesce(sum(weight) FILTER (WHERE worked), 0) AS worked,
       coalesce(sum(weight) FILTER (WHERE delivered AND NOT worked), 0) AS denied,
       coalesce(sum(weight) FILTER (WHERE delivered AND worked IS NULL), 0) AS delivered,
       coalesce(sum(weight) FILTER (WHERE NOT delivered AND worked IS NOT TRUE), 0) AS failed
     FROM weighed GROUP BY carrier, level, part ORDER BY carrier, level, part`,
    [
      carriers,
      route.channel,
      route.country,
      route.network,
      experience.halfLifeSeconds,
      experience.windowSeconds,
      ends.at(-1)!,
      ends,
      experience.broad,
    ],
  );
  const times = await timesOf(sql, carriers, route, experience);
  const claims = await claimsOf(sql, carriers, route, experience);
  return new Map(
    carriers.map((carrier) => {
      const parts = (level: ToldRow['level']) => told.filter((row) => row.carrier === carrier && row.level === level).map(toldOf);
      return [
        carrier,
        {
          evidence: {
            carrier: parts('carrier')[0] ?? NOTHING_TOLD,
            country: parts('country')[0] ?? NOTHING_TOLD,
            network: parts('network'),
          },
          claims: claims.get(carrier) ?? { here: NO_REPORTS, elsewhere: NO_REPORTS },
          times: times.get(carrier) ?? { medianSeconds: null, p95Seconds: null, samples: 0 },
        },
      ];
    }),
  );
}

const NO_REPORTS: Reports = Object.freeze({ confirmed: 0, denied: 0 });

function toldOf({ delivered, failed, denied, worked }: ToldRow): Told {
  return { delivered, failed, denied, worked };
}

async function timesOf(
  sql: Sql,
  carriers: readonly string[],
  route: Route,
  experience: CarrierExperience,
): Promise<ReadonlyMap<string, CarrierHistory['times']>> {
  const rows = await sql.rows<{ carrier: string; median: number | null; p95: number | null; receipts: number }>(
    `SELECT a.carrier, percentile_cont(0.5) WITHIN GROUP (ORDER BY o.seconds_to_receipt::float8) AS median,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY o.seconds_to_receipt::float8) AS p95, count(*)::int AS receipts
     FROM unnest($1::text[]) AS a (carrier) CROSS JOIN LATERAL (
       SELECT seconds_to_receipt FROM message_outcomes
       WHERE carrier = a.carrier AND channel = $2 AND country = $3 AND delivered AND seconds_to_receipt IS NOT NULL AND NOT excused
         AND at > now() - $4 * interval '1 second' ORDER BY at DESC LIMIT $5) o
     GROUP BY a.carrier`,
    [carriers, route.channel, route.country, experience.windowSeconds, experience.receipts],
  );
  return new Map(
    rows.map(({ carrier, median, p95, receipts }) => [carrier, { medianSeconds: median, p95Seconds: p95, samples: receipts }]),
  );
}

/** Of receipts that said "delivered", what the senders of those messages said. */
async function claimsOf(
  sql: Sql,
  carriers: readonly string[],
  route: Route,
  { reports }: CarrierExperience,
): Promise<ReadonlyMap<string, Claims>> {
  const rows = await sql.rows<{ carrier: string; here: boolean; confirmed: number; denied: number }>(
    `SELECT a.carrier, o.country = $3 AS here,
       coalesce(sum(exp(-ln(2) * greatest(0, extract(epoch FROM now() - o.reported_at)::float8) / $4)) FILTER (WHERE o.worked), 0) AS confirmed,
       coalesce(sum(exp(-ln(2) * greatest(0, extract(epoch FROM now() - o.reported_at)::float8) / $4)) FILTER (WHERE NOT o.worked), 0) AS denied
     FROM unnest($1::text[]) AS a (carrier) CROSS JOIN LATERAL (
       SELECT country, worked, reported_at FROM message_outcomes
       WHERE carrier = a.carrier AND channel = $2 AND worked IS NOT NULL AND delivered AND reported_at > now() - $5 * interval '1 second'
       ORDER BY reported_at DESC LIMIT $6) o
     GROUP BY a.carrier, o.country = $3`,
    [carriers, route.channel, route.country, reports.halfLifeSeconds, reports.windowSeconds, reports.newest],
  );
  const of = (carrier: string, here: boolean): Reports => {
    const row = rows.find((one) => one.carrier === carrier && one.here === here);
    return row === undefined ? NO_REPORTS : { confirmed: row.confirmed, denied: row.denied };
  };
  return new Map(carriers.map((carrier) => [carrier, { here: of(carrier, true), elsewhere: of(carrier, false) }]));
}
