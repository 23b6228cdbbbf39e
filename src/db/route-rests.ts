import type { Rest, RestPlan, RestScope } from '../domain/resting.js';
import type { Sql } from './database.js';

/** What may rest: an offer; less of it for a pair or an account. */
export interface Route {
  readonly provider: string;
  readonly service: string;
  readonly country: string;
  /** Null: any. */
  readonly operator: string | null;
}

/** The key of a rest's row. */
function keyOf(route: Route, scope: RestScope): readonly [string, string, string, string] {
  if (scope === 'account') return [route.provider, '', '', ''];
  return [route.provider, route.service, route.country, scope === 'pair' ? '' : (route.operator ?? '')];
}

/** A rest ended so many of its own lengths ago no longer lengthens the next. */
const FORGOTTEN_AFTER = 4;

/**
 * Puts a route to rest, or prolongs its rest if the last one is over: longer each time in a row. A rest that runs stays as it is,
 * so that many refusals at once count as one.
 *
 * @returns whether a rest began, and until when.
 */
export async function beginRest(
  sql: Sql,
  route: Route,
  rest: Pick<RestPlan, 'scope' | 'strict' | 'firstMs' | 'longestMs'> & { readonly reason: string },
): Promise<Date | null> {
  const row = await sql.row<{ until: Date }>(
    `INSERT INTO route_rests AS r (provider, service, country, operator, strict, reason, until)
     VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::float8 * interval '1 ms')
     ON CONFLICT (provider, service, country, operator, strict) DO UPDATE SET reason = excluded.reason, since = clock_timestamp(),
       times = CASE WHEN r.until + ${FORGOTTEN_AFTER} * (r.until - r.since) < clock_timestamp() THEN 1 ELSE least(r.times + 1, 20) END,
       until = clock_timestamp() + least($8::float8, $7::float8 * CASE
         WHEN r.until + ${FORGOTTEN_AFTER} * (r.until - r.since) < clock_timestamp() THEN 1 ELSE 2 ^ least(r.times, 19) END) * interval '1 ms'
     WHERE r.until <= clock_timestamp()
     RETURNING until`,
    [...keyOf(route, rest.scope), rest.strict, rest.reason, rest.firstMs, rest.longestMs],
  );
  return row?.until ?? null;
}

/** A route gave what was asked for: what was not strict about its rests is over, and the next one is short again. */
export async function endRests(sql: Sql, route: Route): Promise<void> {
  await sql.run(
    `DELETE FROM route_rests WHERE provider = $1 AND NOT strict AND ((service = $2 AND country = $3 AND operator IN ('', $4)) OR service = '')`,
    [route.provider, route.service, route.country, route.operator ?? ''],
  );
}

/** A rest of a pair, of the whole account, or of one operator. */
export interface RestRow extends Rest {
  readonly provider: string;
  /** Empty: whatever the operator. */
  readonly operator: string;
}

/** What rests now of a pair at these providers. */
export function restsOf(
  sql: Sql,
  providers: readonly string[],
  pair: { readonly service: string; readonly country: string },
): Promise<RestRow[]> {
  return sql.rows<RestRow>(
    `SELECT provider, operator, strict, reason, until FROM route_rests
     WHERE provider = ANY ($1::text[]) AND (service, country) IN (($2, $3), ('', '')) AND until > clock_timestamp()`,
    [providers, pair.service, pair.country],
  );
}

/** The strict rest of a pair, running or over; null if it never had one. */
export async function strictRest(
  sql: Sql,
  route: Route,
): Promise<{ readonly reason: string; readonly until: Date; readonly running: boolean } | null> {
  return sql.row(
    `SELECT reason, until, until > clock_timestamp() AS running FROM route_rests
     WHERE provider = $1 AND service = $2 AND country = $3 AND operator = '' AND strict`,
    [route.provider, route.service, route.country],
  );
}
