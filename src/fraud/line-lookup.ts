import type { FraudSettings } from '../config/fraud.js';
import type { Sql } from '../db/database.js';
import { lineTypeKnown, putLineType } from '../db/line-lookups.js';
import type { Inquiry } from './inquiry.js';
import type { FraudSignals } from './signals.js';
import type { LineSource } from './twilio-lookup.js';

/** What the numbering plan leaves open. */
const UNSURE = new Set(['fixed_line_or_mobile', 'unknown']);

/** Asks a paid source what line a number is, once in so many days for each number. */
export function lineLookup(
  settings: NonNullable<FraudSettings['lookup']>,
  deps: { readonly sql: Sql; readonly source: LineSource; readonly signals: FraudSignals },
): Inquiry {
  const { sql } = deps;
  return {
    name: 'lookup',
    mode: 'enforce',
    async ask({ risk, lineType, now }) {
      if (settings.ask === 'unsure' && !UNSURE.has(lineType)) return { found: null, learned: {} };
      const known = await lineTypeKnown(sql, risk.numberHash, now);
      if (known !== null) return { found: null, learned: learnedOf(known) };
      try {
        const told = await deps.source(risk.number);
        const until = new Date(now.getTime() + settings.keep_days * 86_400_000);
        await putLineType(sql, { numberHash: risk.numberHash, lineType: told, until });
        return { found: null, learned: learnedOf(told) };
      } catch (error) {
        if (settings.when_down === 'closed') throw error;
        deps.signals.failed('lookup', error);
        return { found: null, learned: {} };
      }
    },
  };
}

/** A source that does not know takes nothing away from what the numbering plan says. */
function learnedOf(lineType: string): { readonly lineType?: string } {
  return lineType === 'unknown' ? {} : { lineType };
}
