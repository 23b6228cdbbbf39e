import type { Markup } from './money.js';

/** A markup that an operator set. Null is any. */
export interface SetMarkup {
  readonly service: string | null;
  readonly country: string | null;
  readonly markup: Markup;
}

/**
 * Which of the set markups counts for a pair, whole: the pair's own before the service's, the service's before the country's. Null
 * where none fits: then the configuration's does.
 */
export function markupAmong(set: readonly SetMarkup[]): (service: string, country: string) => Markup | null {
  const byPlace = new Map(set.map((one) => [`${one.service ?? ''} ${one.country ?? ''}`, one.markup]));
  return (service, country) => byPlace.get(`${service} ${country}`) ?? byPlace.get(`${service} `) ?? byPlace.get(` ${country}`) ?? null;
}
