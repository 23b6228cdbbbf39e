import type { Markup } from '../domain/money.js';
import type { MarkupConfig } from './config.js';

/** The markup of a pair: of the first override that fits it, else the standard one. */
export function markupFor(config: MarkupConfig, service: string, country: string): Markup {
  const fits = (wanted: string | null, given: string) => wanted === null || wanted === given;
  return config.overrides.find((entry) => fits(entry.service, service) && fits(entry.country, country))?.markup ?? config.standard;
}
