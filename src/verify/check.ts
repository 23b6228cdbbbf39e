import { timingSafeEqual } from 'node:crypto';
import { codesOf, useCode } from '../db/verification-codes.js';
import { countCheck, lockVerification, noteProvenPhone, type VerificationRow } from '../db/verifications.js';
import { replyBefore } from '../domain/counted-checks.js';
import type { CheckReply, CodeCheck } from '../domain/verification-request.js';
import type { VerifyDeps } from './deps.js';

/**
 * Compares a code with all codes of a verification, in one transaction that holds its row: every check takes one from one
 * budget, and one code is accepted once. Repeatable: a check that was counted before is answered as it was, and counts nothing.
 */
export async function checkCode(deps: VerifyDeps, request: CodeCheck & { readonly verificationId: string }): Promise<CheckReply> {
  return deps.send.database.transaction(async (sql) => {
    const row = await lockVerification(sql, request.verificationId);
    if (row === null) return { kind: 'over', status: 'CANCELLED', checksRemaining: 0 };
    const before = replyBefore(row, request.checkId);
    if (before !== null) return before;
    const left = row.policy.maxChecks - row.checks_used;
    if (row.status !== 'PENDING' || row.overdue || left <= 0) return overOf(row);
    const given = Buffer.from(request.codeHash, 'hex');
    const codes = await codesOf(sql, row.id);
    const right = codes.find(({ code_hash: hash }) => hash.length === given.length && timingSafeEqual(hash, given));
    if (right !== undefined) {
      await useCode(sql, right.id);
      await countCheck(sql, row.id, request.checkId, {
        to: 'VERIFIED',
        reason: 'code_accepted',
        detail: { channel: right.channel, code: right.seq + 1, ...(right.carrier === null ? {} : { carrier: right.carrier }) },
      });
      await noteProvenPhone(sql, { accountId: row.account_id, numberHash: row.number_hash, verificationId: row.id });
      return { kind: 'accepted', status: 'VERIFIED', checksRemaining: left - 1 };
    }
    const to = left > 1 ? 'PENDING' : 'FAILED';
    const wrong = left > 1 ? { reason: 'wrong_code', detail: { left: left - 1 } } : { reason: 'checks_used_up' };
    await countCheck(sql, row.id, request.checkId, { to, ...wrong });
    return { kind: 'wrong', status: to, checksRemaining: left - 1 };
  });
}

/** Nothing is compared any more. */
function overOf(row: VerificationRow): CheckReply {
  return { kind: 'over', status: row.status === 'PENDING' ? 'EXPIRED' : row.status, checksRemaining: 0 };
}
