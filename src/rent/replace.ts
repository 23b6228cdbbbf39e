import { activationById, addCandidates } from '../db/activations.js';
import { isSandbox } from '../db/buyers.js';
import { attemptsOf } from '../db/attempts.js';
import { type Candidate, rankOffers } from '../domain/candidates.js';
import { hopeOf } from '../domain/scoring.js';
import type { RentDeps } from './deps.js';
import { markupOfActivation } from './markup.js';
import { type CandidatePlan, planOf, reasonsOf } from './open.js';

/**
 * Which numbers could follow one that brings no SMS: offers that fit into what the activation holds, those that it has not
 * tried first, without those that refused it. Nothing is given up before there is one (ORDERS.md, rule 14).
 */
export async function planReplacement(deps: RentDeps, activationId: string): Promise<{ readonly candidates: readonly CandidatePlan[] }> {
  return deps.database.transaction(async (sql) => {
    const activation = await activationById(sql, activationId);
    if (activation === null || activation.status !== 'WAITING') return { candidates: [] };
    const pair = { service: activation.service, country: activation.country, operator: activation.wanted_operator };
    const markup = markupOfActivation(deps, activation);
    const offers = rankOffers(await deps.offersOf(sql, pair, { sandbox: await isSandbox(sql, activation.account_id) }), {
      markupOf: () => markup,
      ceiling: activation.ceiling,
      limit: Infinity,
      hope: hopeOf(deps.die()),
    });
    const tried = new Map((await attemptsOf(sql, activationId)).map((attempt) => [routeOf(attempt), attempt.order_id !== null]));
    const isFresh = (offer: Candidate) => !tried.has(routeOf(offer));
    const sold = (offer: Candidate) => tried.get(routeOf(offer)) === true;
    const ranked = [...offers.filter(isFresh), ...offers.filter(sold)].slice(0, deps.policy.maxCandidates);
    await addCandidates(sql, activationId, ranked.map(reasonsOf));
    return { candidates: ranked.map(planOf) };
  });
}

function routeOf({ provider, operator }: { readonly provider: string; readonly operator: string | null }): string {
  return `${provider} ${operator ?? ''}`;
}
