import type { MarkupConfig } from '../config/config.js';
import type { Markup } from '../domain/money.js';

/** What clients pay above the provider's price for a pair: the first override that fits, else the standard. */
export function markupFor(config: MarkupConfig, service: string, country: string): Markup {
  const override = config.overrides.find(
    (one) => (one.service === null || one.service === service) && (one.country === null || one.country === country),
  );
  return override?.markup ?? config.standard;
}
