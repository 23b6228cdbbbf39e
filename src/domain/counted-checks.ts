import type { CheckReply } from './verification-request.js';
import type { VerificationPolicy } from './verification.js';

/** What a verification's row says of the checks that were counted. */
export interface CountedChecks {
  readonly policy: Pick<VerificationPolicy, 'maxChecks'>;
  readonly checks_used: number;
  /** Names the check that was accepted; null where none was. */
  readonly accepted_check: string | null;
  /** Names of those that were counted, in their order. Those from before names were kept are missing at its beginning. */
  readonly counted_checks: readonly string[];
}

/**
 * What a check was answered when it was counted; null where it was not. Whoever lost the answer gets the same again: each check
 * takes one of the budget, so its place among them says what was left.
 */
export function replyBefore(counted: CountedChecks, checkId: string): CheckReply | null {
  const at = counted.counted_checks.indexOf(checkId);
  const after = at < 0 ? 0 : counted.counted_checks.length - 1 - at;
  const left = counted.policy.maxChecks - (counted.checks_used - after);
  if (counted.accepted_check === checkId) return { kind: 'accepted', status: 'VERIFIED', checksRemaining: left };
  if (at < 0) return null;
  return { kind: 'wrong', status: left > 0 ? 'PENDING' : 'FAILED', checksRemaining: left };
}
