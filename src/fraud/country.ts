import type { FraudSettings } from '../config/fraud.js';
import type { Rule } from './rule.js';

/** Codes are sent to listed countries only: what costs most and converts least is far away from an app's people. */
export function countryRule({ mode, allowed }: FraudSettings['country']): Rule {
  const listed = new Set(allowed);
  return {
    name: 'country',
    mode,
    ask: ({ risk }) => (listed.has(risk.country) ? null : { verdict: 'block', reason: 'country', detail: { country: risk.country } }),
  };
}
