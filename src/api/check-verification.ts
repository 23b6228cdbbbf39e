import { createHash } from 'node:crypto';
import { replyBefore } from '../domain/counted-checks.js';
import type { CheckReply } from '../domain/verification-request.js';
import type { VerificationDeps } from './start-verification.js';
import { readTypedCode } from './typed-code.js';
import { checksLeft, isOpen, mustRead, type ReadVerification } from './verification-reader.js';

/** What {@link checkVerification} needs. */
export interface CheckDeps extends Pick<VerificationDeps, 'reader' | 'commands' | 'hashes' | 'turns'> {
  /** A new UUID. */
  readonly ids: () => string;
}

/** What was typed, and of which verification. */
export interface TypedCheck {
  readonly accountId: string;
  readonly id: string;
  readonly typed: string;
  /** Makes asking again answer the same instead of being another check; null where there is none. */
  readonly key: string | null;
}

/**
 * Compares what was typed with the codes of a verification. Only its keyed hash leaves this process. An answer that got lost on
 * its way through the engine is found in the row: what was accepted is never called wrong, and what was wrong counts once.
 *
 * @throws DomainError `not_found`, `invalid_input` for what can be no code (no check is used up by it), `unavailable`.
 */
export function checkVerification(deps: CheckDeps, { accountId, id, typed, key }: TypedCheck): Promise<CheckReply> {
  const read = () => mustRead(deps.reader, accountId, id);
  return deps.turns.take(`${accountId} ${id}`, async () => {
    const before = await read();
    const { row } = before;
    const codeHash = deps.hashes.code(row, readTypedCode(typed, row.policy.codeLength)).toString('hex');
    // Another code under the same key is another check.
    const checkId = key === null ? deps.ids() : createHash('sha256').update(`${codeHash} ${key}`).digest('hex');
    const known = answerOf(before, checkId);
    if (known !== null) return known;
    try {
      const reply = await deps.commands.check(id, { checkId, codeHash });
      if (reply.kind !== 'ended') return reply;
    } catch (error) {
      const after = answerOf(await read(), checkId);
      if (after !== null && after.kind !== 'over') return after;
      throw error;
    }
    return answerOf(await read(), checkId) ?? { kind: 'over', status: before.shown.status, checksRemaining: 0 };
  });
}

/** What the row answers by itself; null where its workflow must be asked. */
function answerOf({ row, shown }: ReadVerification, checkId: string): CheckReply | null {
  const before = replyBefore(row, checkId);
  if (before !== null) return before;
  return isOpen(row) ? null : { kind: 'over', status: shown.status, checksRemaining: checksLeft(row) };
}
