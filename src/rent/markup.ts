import type { ActivationRow } from '../db/activations.js';
import type { Sql } from '../db/database.js';
import { markupsAbout } from '../db/markups.js';
import { markupAmong } from '../domain/markups.js';
import type { Markup } from '../domain/money.js';
import type { RentDeps } from './deps.js';

/** The markup of a pair now: an operator's, else the configuration's. */
export async function markupNow(
  sql: Sql,
  deps: Pick<RentDeps, 'markupOf'>,
  pair: { readonly service: string; readonly country: string },
): Promise<Markup> {
  return markupAmong(await markupsAbout(sql, pair))(pair.service, pair.country) ?? deps.markupOf(pair);
}

/** The markup that an activation was begun with: what is set later does not touch it, nor the next number that it gets. */
export function markupOfActivation(
  deps: Pick<RentDeps, 'markupOf'>,
  activation: Pick<ActivationRow, 'service' | 'country' | 'markup_basis_points' | 'markup_fixed'>,
): Markup {
  if (activation.markup_basis_points === null || activation.markup_fixed === null) return deps.markupOf(activation);
  return { basisPoints: activation.markup_basis_points, fixed: activation.markup_fixed };
}
