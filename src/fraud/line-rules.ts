import type { FraudSettings } from '../config/fraud.js';
import type { Rule } from './rule.js';

/** Lines that share what a call or message costs with whoever holds them, or that nobody reads a code on. */
const DEAR_OR_DEAF = new Set(['premium_rate', 'shared_cost', 'uan', 'pager', 'voicemail', 'toll_free', 'personal_number']);

/** No code goes where the receiver earns from it, or cannot be one person. */
export function lineTypeRule({ mode }: FraudSettings['line_type']): Rule {
  return {
    name: 'line_type',
    mode,
    ask: ({ lineType }) => (DEAR_OR_DEAF.has(lineType) ? { verdict: 'block', detail: { line_type: lineType } } : null),
  };
}

/** Numbers of the internet, had by the hundred for nothing. Some are a person's only number. */
export function voipRule({ mode }: FraudSettings['voip']): Rule {
  return {
    name: 'voip',
    mode,
    ask: ({ lineType }) => (lineType === 'voip' ? { verdict: 'block', detail: { line_type: lineType } } : null),
  };
}

/** A text to a landline is paid and lost; a call reaches it, so the person is told. */
export function landlineRule({ mode }: FraudSettings['landline']): Rule {
  return {
    name: 'landline',
    mode,
    ask: ({ lineType, risk }) =>
      risk.channel === 'sms' && (lineType === 'fixed_line' || lineType === 'fixed_voip')
        ? { verdict: 'block', reason: 'landline', detail: { line_type: lineType } }
        : null,
  };
}
