import type { FraudSettings } from '../config/fraud.js';
import type { Rule } from './rule.js';

/** Ranges that an operator has seen enough of: what a carrier's fraud notice or a bill names. */
export function deniedRangeRule({ mode, prefixes }: FraudSettings['denied_range']): Rule {
  return {
    name: 'denied_range',
    mode,
    ask({ risk }) {
      const range = prefixes.find((prefix) => risk.number.startsWith(prefix));
      return range === undefined ? null : { verdict: 'block', detail: { range } };
    },
  };
}
