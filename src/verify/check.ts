import { timingSafeEqual } from 'node:crypto';
import { codesOf, useCode } from '../db/verification-codes.js';
import {
  countCheck,
  endVerification,
  lockVerification,
  noteProvenPhone,
  noteVerification,
  type VerificationRow,
} from '../db/verifications.js';
import type { CheckReply, CodeCheck } from '../domain/verification-request.js';
import type { VerifyDeps } from './deps.js';

/**
 * Compares a code with all codes of a verification, in one transaction that holds its row: every check takes one from one
 * budget, and one code is accepted once.
 */
export async function checkCode(deps: VerifyDeps, request: CodeCheck & { readonly verificationId: string }): Promise<CheckReply> {
  return deps.send.database.transaction(async (sql) => {
    const row = await lockVerification(sql, request.verificationId);
    if (row === null) return { kind: 'over', status: 'CANCELLED', checksRemaining: 0 };
    const left = row.policy.maxChecks - row.checks_used;
    if (row.accepted_check === request.checkId) return { kind: 'accepted', status: 'VERIFIED', checksRemaining: left };
    if (row.status !== 'PENDING' || row.overdue || left <= 0) return overOf(row);
    const given = Buffer.from(request.codeHash, 'hex');
    const codes = await codesOf(sql, row.id);
    const right = codes.find(({ code_hash: hash }) => hash.length === given.length && timingSafeEqual(hash, given));
    await countCheck(sql, row.id, right === undefined ? null : request.checkId);
    if (right !== undefined) {
      await useCode(sql, right.id);
      await endVerification(sql, row, {
        to: 'VERIFIED',
        reason: 'code_accepted',
        detail: { channel: right.channel, code: right.seq + 1, ...(right.carrier === null ? {} : { carrier: right.carrier }) },
      });
      await noteProvenPhone(sql, { accountId: row.account_id, numberHash: row.number_hash, verificationId: row.id });
      return { kind: 'accepted', status: 'VERIFIED', checksRemaining: left - 1 };
    }
    if (left > 1) await noteVerification(sql, row, { from: 'PENDING', to: 'PENDING', reason: 'wrong_code', detail: { left: left - 1 } });
    else await endVerification(sql, row, { to: 'FAILED', reason: 'checks_used_up' });
    return { kind: 'wrong', status: left > 1 ? 'PENDING' : 'FAILED', checksRemaining: left - 1 };
  });
}

/** Nothing is compared any more. */
function overOf(row: VerificationRow): CheckReply {
  return { kind: 'over', status: row.status === 'PENDING' ? 'EXPIRED' : row.status, checksRemaining: 0 };
}
