import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { MESSAGES, verificationWorkflowId } from '../domain/names.js';
import type { CheckReply, ResendReply, VerificationCommands } from '../domain/verification-request.js';
import { activationIdOf } from './activation-ids.js';
import { isEnded, unavailable } from './command-failures.js';
import { createVerificationStart } from './verification-start.js';

/** Route name under which idempotency keys of verifications are kept apart from those of other routes. */
const ROUTE = 'verifications';
const UPDATE_TIMEOUT_MS = 10_000;

/** The API's way to verifications' workflows. `secret` is the installation's, which keys the ids. */
export function createVerificationCommands({
  client,
  secret,
}: {
  readonly client: Client;
  readonly secret: Uint8Array;
}): VerificationCommands {
  const update = async <Reply>(
    verificationId: string,
    name: string,
    args: readonly unknown[],
    updateId?: string,
  ): Promise<Reply | { kind: 'ended' }> => {
    try {
      return await client.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () =>
        client.workflow
          .getHandle(verificationWorkflowId(verificationId))
          .executeUpdate<Reply, unknown[]>(name, { args: [...args], ...(updateId === undefined ? {} : { updateId }) }),
      );
    } catch (error) {
      if (isEnded(error)) return { kind: 'ended' };
      throw unavailable(error, 'ask again with the same Idempotency-Key');
    }
  };
  return {
    identify(accountId, idempotencyKey) {
      const verificationId = activationIdOf(secret, accountId, ROUTE, idempotencyKey);
      return { verificationId, workflowId: verificationWorkflowId(verificationId) };
    },
    start: createVerificationStart(client),
    check: (verificationId, check, checkKey) =>
      update<CheckReply>(
        verificationId,
        MESSAGES.checkCode,
        [check],
        checkKey === null ? undefined : `check-${createHash('sha256').update(checkKey).digest('hex')}`,
      ),
    resend: (verificationId, request) =>
      update<ResendReply>(
        verificationId,
        MESSAGES.resendCode,
        [request],
        `resend-${createHash('sha256').update(request.sendKey).digest('hex')}`,
      ),
    cancel: (verificationId) => update<{ kind: 'cancelled' }>(verificationId, MESSAGES.cancelVerification, []),
  };
}
