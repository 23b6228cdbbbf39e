import { createHash } from 'node:crypto';
import type { CheckReply } from '../domain/verification-request.js';
import type { VerificationDeps } from './start-verification.js';
import { readTypedCode } from './typed-code.js';
import { checksLeft, isOpen, type ReadVerification } from './verification-reader.js';

/** What {@link checkVerification} needs. */
export interface CheckDeps extends Pick<VerificationDeps, 'reader' | 'commands' | 'hashes' | 'turns'> {
  /** A new UUID. */
  readonly ids: () => string;
}

/**
 * Compares what was typed with the codes of a verification. Only its keyed hash leaves this process. An answer that got lost on
 * its way through the engine is found in the row: what was accepted is never called wrong.
 *
 * @param key makes asking again answer the same instead of being another check; null where there is none.
 * @throws DomainError `invalid_input` for what can be no code (no check is used up by it), `unavailable`.
 */
export async function checkVerification(
  deps: CheckDeps,
  accountId: string,
  verification: ReadVerification,
  typed: string,
  key: string | null,
): Promise<CheckReply> {
  const { row } = verification;
  const code = readTypedCode(typed, row.policy.codeLength);
  const codeHash = deps.hashes.code(row, code).toString('hex');
  // Another code under the same key is another check.
  const checkId = key === null ? deps.ids() : createHash('sha256').update(`${codeHash} ${key}`).digest('hex');
  const known = async () => answerOf((await deps.reader.read(accountId, row.id)) ?? verification, checkId);
  return deps.turns.take(row.id, async () => {
    const before = await known();
    if (before !== null) return before;
    try {
      const reply = await deps.commands.check(row.id, { checkId, codeHash });
      if (reply.kind !== 'ended') return reply;
    } catch (error) {
      const after = await known();
      if (after?.kind === 'accepted') return after;
      throw error;
    }
    return (await known()) ?? { kind: 'over', status: verification.shown.status, checksRemaining: 0 };
  });
}

/** What the row answers by itself; null where its workflow must be asked. */
function answerOf({ row, shown }: ReadVerification, checkId: string): CheckReply | null {
  if (row.accepted_check === checkId)
    return { kind: 'accepted', status: 'VERIFIED', checksRemaining: Math.max(0, row.policy.maxChecks - row.checks_used) };
  return isOpen(row) ? null : { kind: 'over', status: shown.status, checksRemaining: checksLeft(row) };
}
