import { reportCodeUsed, reportMessage } from '../db/message-feedback.js';
import { sendsOf, usedCodeOf } from '../db/verification-codes.js';
import { endVerification, lockVerification } from '../db/verifications.js';
import type { Person } from '../domain/verification-request.js';
import type { VerificationStatus } from '../domain/verification.js';
import { places } from '../sealing/keyring.js';
import type { VerifyDeps } from './deps.js';

/** Why a verification that is still open ends now. */
export type EndWhy = 'time_over' | 'cancelled_by_client';

/**
 * Ends a verification that nobody ended, and says to the scorer what became of its codes: the one that was typed back worked; where
 * none was, all that arrived did not. A phone that was proven has its limits back. Repeatable.
 */
export async function closeVerification(
  deps: VerifyDeps,
  request: { readonly verificationId: string; readonly why: EndWhy },
): Promise<{ readonly status: VerificationStatus }> {
  const row = await deps.send.database.transaction(async (sql) => {
    const found = (await lockVerification(sql, request.verificationId))!;
    const to = request.why === 'time_over' ? 'EXPIRED' : 'CANCELLED';
    const status = (await endVerification(sql, found, { to, reason: request.why })) ? to : found.status;
    if (found.test) return { ...found, status };
    const used = await usedCodeOf(sql, found.id);
    if (used !== null) await reportCodeUsed(sql, used.id);
    // One that was taken back or guessed at says nothing of its codes.
    else if (status === 'EXPIRED') for (const { id } of await sendsOf(sql, found.id)) await reportMessage(sql, id, false);
    return { ...found, status };
  });
  if (row.status === 'VERIFIED' && row.person_sealed !== null) {
    const person = JSON.parse(deps.send.keyring.open(row.person_sealed, places.verificationPerson(row.id))) as Person;
    await deps.proven({ accountId: row.account_id, numberHash: row.number_hash.toString('hex'), ...person });
  }
  return { status: row.status };
}
