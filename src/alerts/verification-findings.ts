import type { AlertFacts } from '../db/alerts.js';
import { fraudFailuresLately } from '../db/fraud-failures.js';
import {
  answersLately,
  codeDelivery,
  type CodeDelivery,
  type Insistent,
  insistentOnes,
  verificationsBegan,
  verificationSpend,
} from '../db/verification-health.js';
import { ALERT_BOUNDS } from '../domain/alert-conditions.js';
import { ANSWERED_MINUTES, JUDGED_MINUTES, monthlySpendBound } from '../domain/alert-verification.js';
import { formatMoney } from '../domain/money.js';
import type { AlertDeps } from './deps.js';

/** Names of the conditions that are found here. */
type VerificationCondition =
  | 'VerificationSpendDay'
  | 'VerificationSpendMonth'
  | 'CodesUndelivered'
  | 'CodesSlow'
  | 'VerifyEndpointsFailing'
  | 'FraudRulesFailing'
  | 'PhoneInsists'
  | 'AddressInsists';

type Found = ReadonlyMap<string, AlertFacts>;

/** Of many countries so many are named. */
const NAMED = 3;

/**
 * Looks for what is wrong with verifications, in about eight statements, each found by an index. `attempt` reads one part, and
 * comes to null where that cannot be read.
 */
export async function readVerificationFindings(
  deps: Pick<AlertDeps, 'database' | 'verification' | 'clock'>,
  attempt: <T>(what: string, read: () => Promise<T>) => Promise<T | null>,
): Promise<Readonly<Record<VerificationCondition, Found | null>>> {
  const { database, verification: bounds } = deps;
  const spend = await attempt('spend of verifications', () => verificationSpend(database));
  const began = await attempt('the first verification', async () => ({ at: await verificationsBegan(database) }));
  const codes = await attempt('delivery of codes', () => codeDelivery(database, JUDGED_MINUTES));
  const answers = await attempt('answers of the verification endpoints', () => answersLately(database, ANSWERED_MINUTES));
  return {
    VerificationSpendDay: spend && above(spend.day, bounds.spendDay),
    VerificationSpendMonth: spend && began && above(spend.month, monthlySpendBound(bounds.spendMonths, began.at, deps.clock())),
    CodesUndelivered: codes && undelivered(codes, bounds),
    CodesSlow: codes && slow(codes, bounds),
    VerifyEndpointsFailing:
      answers &&
      whole(answers.answers >= bounds.leastSample && answers.faults * 100 > answers.answers * bounds.errorsPercent, {
        faults: `${answers.faults} of ${answers.answers}`,
        minutes: ANSWERED_MINUTES,
      }),
    FraudRulesFailing: await attempt('failures of the fraud rules', async () =>
      failing(await fraudFailuresLately(database, ALERT_BOUNDS.fraudFailuresMinutes)),
    ),
    PhoneInsists: await attempt('wishes by phone', async () => insistent(await insistentOnes(database, 'phone', bounds.phoneWishes))),
    AddressInsists: await attempt('wishes by address', async () =>
      insistent(await insistentOnes(database, 'address', bounds.addressCodes)),
    ),
  };
}

function above(spent: bigint, threshold: bigint): Found {
  return whole(spent > threshold, { spent: formatMoney(spent), threshold: formatMoney(threshold) });
}

function undelivered(codes: readonly CodeDelivery[], { leastSample, deliveryPercent }: AlertDeps['verification']): Found {
  const delivered = sum(codes, (row) => row.delivered);
  const all = delivered + sum(codes, (row) => row.undelivered);
  const worst = codes
    .filter((row) => row.undelivered > 0)
    .toSorted((a, b) => b.undelivered - a.undelivered)
    .slice(0, NAMED)
    .map((row) => `${row.country} ${row.delivered} of ${row.delivered + row.undelivered}`);
  return whole(all >= leastSample && delivered * 100 < all * deliveryPercent, { delivered: `${delivered} of ${all}`, worst });
}

function slow(codes: readonly CodeDelivery[], { leastSample, deliverySeconds }: AlertDeps['verification']): Found {
  const timed = sum(codes, (row) => row.timed);
  const average = sum(codes, (row) => row.seconds) / timed;
  return whole(timed >= leastSample && average > deliverySeconds, { average_seconds: Math.round(average), codes: timed });
}

function failing(parts: Awaited<ReturnType<typeof fraudFailuresLately>>): Found {
  return whole(sum(parts, ({ failures }) => failures) >= ALERT_BOUNDS.fraudFailures, {
    parts: parts.slice(0, NAMED).map(({ part, failures }) => `${part} ${failures}`),
    minutes: ALERT_BOUNDS.fraudFailuresMinutes,
  });
}

function insistent(rows: readonly Insistent[]): Found {
  return new Map(rows.map(({ who, ...facts }) => [who, facts]));
}

/** What is about the whole installation. */
function whole(isWrong: boolean, facts: AlertFacts): Found {
  return new Map(isWrong ? [['', facts]] : []);
}

function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
