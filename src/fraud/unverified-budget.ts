import type { FraudSettings } from '../config/fraud.js';
import { conversionOf } from '../db/code-conversion.js';
import type { Sql } from '../db/database.js';
import { type Conversion, expectationOf, readBudget } from '../domain/unverified-budget.js';
import { remembered } from './remembered.js';
import type { Rule } from './rule.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** How long a reading is good for: the past changes slowly, the window is what an attack shows in. */
const PAST_MS = 10 * MINUTE;
const WINDOW_MS = 10_000;

interface Scope {
  readonly country: string | null;
  readonly prefix: string | null;
}

/**
 * Closes a country or a prefix to an account while far fewer codes are typed back there than its own past lets expect: whoever
 * pumps traffic never types a code back. The figures: src/domain/unverified-budget.ts.
 */
export function unverifiedBudgetRule(settings: FraudSettings['unverified_budget'], sql: Sql): Rule {
  const settleMs = settings.settle_minutes * MINUTE;
  const windowMs = settings.window_minutes * MINUTE;
  const read = (accountId: string, scope: Scope, from: number, until: number) =>
    conversionOf(sql, { accountId, ...scope, from: new Date(from), until: new Date(until), settleMs });
  const past = remembered(PAST_MS, (accountId: string, scope: Scope, settled: number) =>
    read(accountId, scope, settled - settings.past_days * DAY, settled - windowMs),
  );
  const window = remembered(WINDOW_MS, (accountId: string, scope: Scope, settled: number) =>
    read(accountId, scope, settled - windowMs, settled),
  );

  return {
    name: 'unverified_budget',
    mode: settings.mode,
    async ask({ risk: { accountId, country }, prefix, now }) {
      const settled = now.getTime() - settleMs;
      const of = (reading: typeof past, scope: Scope): Promise<Conversion> =>
        reading([accountId, scope.country ?? '', scope.prefix ?? ''], now, accountId, scope, settled);
      const scopes = { account: { country: null, prefix: null }, country: { country, prefix: null }, prefix: { country, prefix } };
      let expected = expectationOf(await of(past, scopes.account), null);
      for (const name of ['country', 'prefix'] as const) {
        expected = expectationOf(await of(past, scopes[name]), expected);
        const reading = readBudget(expected, await of(window, scopes[name]), settings);
        if (reading.overrun) {
          const { unverified, budget } = reading;
          const percent = (share: number) => Math.round(share * 100);
          return {
            verdict: 'block',
            detail: {
              scope: name,
              [name]: name === 'country' ? country : prefix,
              unverified,
              budget,
              typed_back_percent: percent(reading.share),
              expected_percent: percent(reading.expectedShare),
            },
          };
        }
      }
      return null;
    },
  };
}
