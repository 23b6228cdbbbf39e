import type { Client } from '@temporalio/client';
import { PRIORITY, verificationWorkflowId, WORKFLOWS } from '../domain/names.js';
import type { VerificationAnswer, VerificationCommands } from '../domain/verification-request.js';
import type { verification } from '../workflows/verification.js';
import { startOrJoin } from './start-or-join.js';

/** Starts a verification's workflow, or joins the one that runs, in one round trip. */
export function createVerificationStart(client: Client): VerificationCommands['start'] {
  return (input, waitMs) =>
    startOrJoin<typeof verification, VerificationAnswer>(
      client,
      {
        type: WORKFLOWS.verification,
        id: verificationWorkflowId(input.verificationId),
        args: [input],
        attributes: { account: input.accountId, country: input.country, phase: 'PENDING' },
        summary: `verify a phone of ${input.country}`,
        // Codes of those who came before go out before a crowd at the door is let in: what is begun is finished, and few are under way at once.
        priorityKey: PRIORITY.begin,
      },
      waitMs,
    );
}
