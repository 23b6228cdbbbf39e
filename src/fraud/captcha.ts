import type { FraudSettings } from '../config/fraud.js';
import type { Inquiry } from './inquiry.js';
import type { Found } from './rule.js';
import type { FraudSignals } from './signals.js';
import type { Siteverify, TokenVerdict } from './siteverify.js';

/** A person has to show to be one, by a token of the app's CAPTCHA that is checked here, at its own server. */
export function captchaInquiry(
  settings: FraudSettings['captcha'],
  deps: { readonly siteverify: Siteverify; readonly signals: FraudSignals },
): Inquiry {
  const { mode } = settings;
  return {
    name: 'captcha',
    mode,
    async ask({ risk, address }) {
      // Whoever opened the verification has shown it, where that was asked for.
      if (risk.again && !settings.resends) return { found: null, learned: mode === 'enforce' ? { human: true } : {} };
      if (risk.captchaToken === null || risk.captchaToken === '') return { found: wanting({ captcha: 'missing' }), learned: {} };
      let verdict: TokenVerdict;
      try {
        verdict = await deps.siteverify(risk.captchaToken, address);
      } catch (error) {
        if (settings.when_down === 'closed') throw error;
        deps.signals.failed('captcha', error);
        return { found: null, learned: {} };
      }
      const found = judge(settings, verdict);
      return { found, learned: found === null ? { human: true } : {} };
    },
  };
}

function judge(settings: FraudSettings['captcha'], verdict: TokenVerdict): Found | null {
  if (verdict.kind === 'refused') return wanting({ captcha: 'refused', codes: verdict.codes });
  const { score, action, hostname } = verdict;
  if (score !== null && score < settings.min_score) return wanting({ captcha: 'score', score });
  // A token that was solved for something else, or on somebody else's page with our site key.
  if (settings.action !== undefined && action !== settings.action) return wanting({ captcha: 'action' });
  if (settings.hostnames.length > 0 && !settings.hostnames.includes(hostname ?? '')) return wanting({ captcha: 'hostname' });
  return null;
}

function wanting(detail: Found['detail']): Found {
  return { verdict: 'block', reason: 'captcha_required', detail };
}
