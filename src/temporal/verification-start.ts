import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { MAIN_QUEUE, MESSAGES, PRIORITY, verificationWorkflowId, WORKFLOWS } from '../domain/names.js';
import { publicText } from '../domain/public-text.js';
import type { StartVerification, VerificationAnswer, VerificationCommands } from '../domain/verification-request.js';
import type { verification } from '../workflows/verification.js';
import { isEnded, isTimeout, unavailable } from './command-failures.js';
import { searchAttributes } from './search-attributes.js';

const START_UPDATE_ID = 'start';

/** Starts a verification's workflow, or joins the one that runs, in one round trip. */
export function createVerificationStart(client: Client): VerificationCommands['start'] {
  return async (input: StartVerification, waitMs: number) => {
    const operation = new WithStartWorkflowOperation<typeof verification>(WORKFLOWS.verification, {
      workflowId: verificationWorkflowId(input.verificationId),
      taskQueue: MAIN_QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      typedSearchAttributes: searchAttributes({ account: input.accountId, country: input.country, phase: 'PENDING' }),
      // Codes of those who came before go out before a crowd at the door is let in: what is begun is finished, and few are under way at once.
      priority: { priorityKey: PRIORITY.begin },
      staticSummary: publicText(`verify a phone of ${input.country}`),
    });
    try {
      const answer = await client.withDeadline(Date.now() + waitMs, () =>
        client.workflow.executeUpdateWithStart<typeof verification, VerificationAnswer, []>(MESSAGES.start, {
          updateId: START_UPDATE_ID,
          startWorkflowOperation: operation,
        }),
      );
      return { kind: 'answered', answer } as const;
    } catch (error) {
      if (isEnded(error)) return { kind: 'ended' } as const;
      if (isTimeout(error)) return { kind: 'pending' } as const;
      throw unavailable(error, 'ask again with the same Idempotency-Key');
    }
  };
}
