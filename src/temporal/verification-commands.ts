import { createHash } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { MESSAGES, verificationWorkflowId } from '../domain/names.js';
import type { CheckReply, CodeCheck, ResendReply, ResendRequest, VerificationCommands } from '../domain/verification-request.js';
import { activationIdOf } from './activation-ids.js';
import { isEnded, isMetByNews, unavailable } from './command-failures.js';
import { createVerificationStart } from './verification-start.js';

/** Route name under which idempotency keys of verifications are kept apart from those of other routes. */
const ROUTE = 'verifications';
/** A workflow whose worker died is given to another after ten seconds: whoever asks meanwhile should not have to ask twice. */
const UPDATE_TIMEOUT_MS = 20_000;
/** So often an update is asked again that met something else in its workflow. */
const MOST_AGAIN = 3;

/** The API's way to verifications' workflows. `secret` is the installation's, which keys the ids. */
export function createVerificationCommands({
  client,
  secret,
}: {
  readonly client: Client;
  readonly secret: Uint8Array;
}): VerificationCommands {
  const asked = async <Reply>(
    verificationId: string,
    ask: (handle: WorkflowHandle) => Promise<Reply>,
  ): Promise<Reply | { kind: 'ended' }> => {
    const handle = client.workflow.getHandle(verificationWorkflowId(verificationId));
    const deadline = Date.now() + UPDATE_TIMEOUT_MS;
    for (let again = 0; ; again += 1) {
      try {
        return await client.withDeadline(deadline, () => ask(handle));
      } catch (error) {
        if (isEnded(error)) return { kind: 'ended' };
        // The same update, by its id: it is not done twice.
        if (!isMetByNews(error) || again === MOST_AGAIN) throw unavailable(error, 'ask again with the same Idempotency-Key');
      }
    }
  };
  return {
    identify(accountId, idempotencyKey) {
      const verificationId = activationIdOf(secret, accountId, ROUTE, idempotencyKey);
      return { verificationId, workflowId: verificationWorkflowId(verificationId) };
    },
    start: createVerificationStart(client),
    check: (verificationId, check) =>
      asked(verificationId, (handle) =>
        handle.executeUpdate<CheckReply, [CodeCheck]>(MESSAGES.checkCode, { args: [check], updateId: `check-${check.checkId}` }),
      ),
    resend: (verificationId, request) =>
      asked(verificationId, (handle) =>
        handle.executeUpdate<ResendReply, [ResendRequest]>(MESSAGES.resendCode, {
          args: [request],
          updateId: `resend-${nameOf(request.sendKey)}`,
        }),
      ),
    cancel: (verificationId) =>
      asked(verificationId, (handle) => handle.executeUpdate<{ kind: 'cancelled' }, []>(MESSAGES.cancelVerification, { args: [] })),
  };
}

/** A client's key as part of an id: Temporal shows ids to everybody who may look. */
function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
