import { addLedgerCheck, lastLedgerCheck } from '../db/ledger-checks.js';
import { mayCheckLedger } from '../domain/alert-policy.js';
import { checkLedger, type LedgerReport } from '../ledger/check.js';
import type { AlertDeps } from './deps.js';

const LONGEST_REASON = 500;

/**
 * Checks the ledger and keeps the verdict, unless the last check was so long that another one so soon would cost too much. It
 * takes no more than the policy's bound; what was not read by then is incomplete, and incomplete is not clean.
 *
 * @returns null when it was left out.
 */
export async function checkLedgerNow(
  deps: Pick<AlertDeps, 'database' | 'policy' | 'clock' | 'now' | 'log'>,
): Promise<LedgerReport['verdict'] | null> {
  const last = await lastLedgerCheck(deps.database);
  const lastTook =
    last === null ? null : { startedAt: last.startedAt.getTime(), tookMs: last.endedAt.getTime() - last.startedAt.getTime() };
  if (!mayCheckLedger(lastTook, deps.clock().getTime())) return null;
  const start = deps.now();
  const report = await checkLedger(deps.database, { withinMs: deps.policy.ledgerCheckBoundMs, now: deps.now });
  const names = [...new Set(report.problems.map(({ check }) => check))];
  const reason = report.verdict === 'incomplete' ? (report.reason ?? 'unknown') : names.join('; ');
  await addLedgerCheck(deps.database, {
    tookMs: deps.now() - start,
    verdict: report.verdict,
    problems: report.problems.length,
    reason: reason === '' ? null : reason.slice(0, LONGEST_REASON),
  });
  const fields = { verdict: report.verdict, transfers: report.transfers, entries: report.entries, problems: report.problems };
  if (report.verdict === 'clean') deps.log.info(fields, 'the ledger was checked');
  else deps.log.error({ ...fields, reason: report.reason }, 'the ledger was checked, and is not clean');
  return report.verdict;
}
