import type { CheckReply } from '../domain/verification-request.js';
import type { VerificationDeps } from './start-verification.js';
import { readTypedCode } from './typed-code.js';
import { checksLeft, isOpen, type ReadVerification } from './verification-reader.js';

/**
 * Compares what was typed with the codes of a verification. Only its keyed hash leaves this process.
 *
 * @param checkKey what makes asking again answer the same instead of being another check; null where there is none.
 * @throws DomainError `invalid_input` for what can be no code (no check is used up by it), `unavailable`.
 */
export async function checkVerification(
  deps: Pick<VerificationDeps, 'reader' | 'commands' | 'hashes' | 'turns'>,
  accountId: string,
  verification: ReadVerification,
  typed: string,
  checkKey: string | null,
): Promise<CheckReply> {
  const { row } = verification;
  const code = readTypedCode(typed, row.policy.codeLength);
  return deps.turns.take(row.id, async () => {
    const now = (await deps.reader.read(accountId, row.id)) ?? verification;
    // What is over is answered without its workflow, unless the same check was answered before it was over.
    if (!isOpen(now.row) && checkKey === null) return overOf(now);
    const reply = await deps.commands.check(row.id, { codeHash: deps.hashes.code(row, code).toString('hex') }, checkKey);
    if (reply.kind !== 'ended') return reply;
    return overOf((await deps.reader.read(accountId, row.id)) ?? verification);
  });
}

function overOf({ row, shown }: ReadVerification): CheckReply {
  return { kind: 'over', status: shown.status, checksRemaining: checksLeft(row) };
}
