import { isbot } from 'isbot';
import type { FraudSettings } from '../config/fraud.js';
import type { Rule } from './rule.js';

/** Programs that say they are programs, and those that say nothing: the laziest bots. */
export function userAgentRule({ mode }: FraudSettings['user_agent']): Rule {
  return {
    name: 'user_agent',
    mode,
    ask({ risk }) {
      if (risk.userAgent === null || risk.userAgent.trim() === '') return { verdict: 'block', detail: { user_agent: 'missing' } };
      return isbot(risk.userAgent) ? { verdict: 'block', detail: { user_agent: 'program' } } : null;
    },
  };
}
