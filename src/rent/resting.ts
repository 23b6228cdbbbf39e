import { beginRest, endRests, type Route, strictRest } from '../db/route-rests.js';
import { ratingOf, salesOf } from '../db/sales.js';
import type { PurchaseOutcome } from '../domain/purchase.js';
import { LIMIT_REST, limitNear, restAfter, type SaleLimits } from '../domain/resting.js';
import type { RentDeps } from './deps.js';

type RestingDeps = Pick<RentDeps, 'database' | 'log'>;

const NO_SALES = { numbers: 0, withCode: 0 };

/**
 * Whether a pair has to be left alone before the provider bans it: its rest runs, or the next number could bring a ban. After
 * a rest one number is bought to see whether things are better, and the next rest, twice as long, begins with it.
 */
export async function mustRest(deps: RestingDeps, route: Route, limits: SaleLimits): Promise<boolean> {
  const { database } = deps;
  const past = await strictRest(database, route);
  if (past?.running === true) return true;
  const reason = await limitReached(deps, route, limits);
  if (reason === null) return false;
  const until = await beginRest(database, route, { ...LIMIT_REST, scope: 'pair', strict: true, reason });
  if (until !== null) {
    const { provider, service, country } = route;
    deps.log.warn({ provider, service, country, reason, until: until.toISOString() }, 'a pair rests before its provider bans it');
  }
  // Only who begins the rest after an earlier one buys the number that finds out.
  return past === null || until === null;
}

async function limitReached({ database }: RestingDeps, route: Route, limits: SaleLimits): Promise<ReturnType<typeof limitNear>> {
  if (limits.pair === null && limits.account === null && limits.rating === null) return null;
  const pairWindow = limits.pair?.windowMs ?? limits.account?.windowMs ?? RATING_WINDOW_MS;
  return limitNear(limits, {
    pair: await salesOf(database, route.provider, route, pairWindow),
    account: limits.account === null ? NO_SALES : await salesOf(database, route.provider, null, limits.account.windowMs),
    rating: limits.rating === null ? null : await ratingOf(database, route.provider, limits.rating),
  });
}

/** Over which time a pair shows what it does to a rating. */
const RATING_WINDOW_MS = 86_400_000;

/** Takes over what a purchase's outcome says of the route: a refusal puts it to rest, a number ends its rests. */
export async function noteForRest(deps: RestingDeps, route: Route, outcome: PurchaseOutcome): Promise<void> {
  if (outcome.kind === 'bought') await endRests(deps.database, route);
  if (outcome.kind !== 'refused') return;
  const plan = restAfter(outcome);
  if (plan === null) return;
  const until = await beginRest(deps.database, route, { ...plan, reason: outcome.reason });
  if (until !== null && plan.strict) {
    const { provider, service, country } = route;
    deps.log.warn(
      { provider, service, country, reason: outcome.reason, until: until.toISOString() },
      'a provider does not sell a pair until then',
    );
  }
}
