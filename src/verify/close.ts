import { reportCodeUsed, reportMessage } from '../db/message-feedback.js';
import { sendsOf, unbegunSendsOf, usedCodeOf } from '../db/verification-codes.js';
import { endVerification, lockVerification } from '../db/verifications.js';
import type { CodeMessage, Person } from '../domain/verification-request.js';
import type { VerificationStatus } from '../domain/verification.js';
import { places } from '../sealing/keyring.js';
import type { VerifyDeps } from './deps.js';
import { codeMessageOf } from './write-code.js';

/** How a verification that is closed ended. */
export interface ClosedVerification {
  readonly status: VerificationStatus;
  /**
   * Messages that were written and never begun, because what asked for them was lost as the engine died: begun now they send
   * nothing, and give their money back. Left out where there are none.
   */
  readonly unbegun?: readonly CodeMessage[];
}

/** Why a verification that is still open ends now. */
export type EndWhy = 'time_over' | 'cancelled_by_client';

/**
 * Ends a verification that nobody ended, and says to the scorer what became of its codes: the one that was typed back worked; where
 * none was, all that arrived did not. A phone that was proven has its limits back. Repeatable.
 */
export async function closeVerification(
  deps: VerifyDeps,
  request: { readonly verificationId: string; readonly why: EndWhy },
): Promise<ClosedVerification> {
  const { row, unbegun } = await deps.send.database.transaction(async (sql) => {
    const found = (await lockVerification(sql, request.verificationId))!;
    const to = request.why === 'time_over' ? 'EXPIRED' : 'CANCELLED';
    const status = (await endVerification(sql, found, { to, reason: request.why })) ? to : found.status;
    const closed = { row: { ...found, status }, unbegun: await unbegunSendsOf(sql, found.id) };
    if (found.test) return closed;
    const used = await usedCodeOf(sql, found.id);
    if (used !== null) await reportCodeUsed(sql, used.id);
    // One that was taken back or guessed at says nothing of its codes.
    else if (status === 'EXPIRED') for (const { id } of await sendsOf(sql, found.id)) await reportMessage(sql, id, false);
    return closed;
  });
  if (row.status === 'VERIFIED' && row.person_sealed !== null) {
    const person = JSON.parse(deps.send.keyring.open(row.person_sealed, places.verificationPerson(row.id))) as Person;
    await deps.proven({ accountId: row.account_id, numberHash: row.number_hash.toString('hex'), ...person });
  }
  if (unbegun.length === 0) return { status: row.status };
  return { status: row.status, unbegun: unbegun.map((send) => codeMessageOf(row, send)) };
}
