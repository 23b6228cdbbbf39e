import type { Client } from '@temporalio/client';
import type { ActivationCommands, ActivationStory, AskReply, StartAnswer } from '../domain/activation-request.js';
import { activationWorkflowId, MESSAGES, WORKFLOWS } from '../domain/names.js';
import type { Policy } from '../domain/policy.js';
import type { activation } from '../workflows/activation.js';
import { activationIdOf } from './activation-ids.js';
import { isEnded, unavailable } from './command-failures.js';
import { mustBeBegun, startOrJoin } from './start-or-join.js';

/** What the API's commands need. */
export interface ActivationCommandsDeps {
  readonly client: Client;
  /** The installation's secret, which keys the ids. */
  readonly secret: Uint8Array;
  readonly policy: Pick<Policy, 'quietMs' | 'replaceAfterMs' | 'maxReplacements'>;
}

const ASK_TIMEOUT_MS = 10_000;
const STORY_TIMEOUT_MS = 2_000;
/** The API's way to activations' workflows. */
export function createActivationCommands(deps: ActivationCommandsDeps): ActivationCommands {
  const { client } = deps;
  const handle = (activationId: string) => client.workflow.getHandle<typeof activation>(activationWorkflowId(activationId));

  const start: ActivationCommands['start'] = async (input, waitMs) => {
    const id = activationWorkflowId(input.activationId);
    const outcome = await startOrJoin<typeof activation, StartAnswer>(
      client,
      {
        type: WORKFLOWS.activation,
        id,
        args: [
          {
            ...input,
            quietMs: deps.policy.quietMs,
            ...(input.onNoCode === 'replace'
              ? { replace: { afterMs: deps.policy.replaceAfterMs, atMost: deps.policy.maxReplacements } }
              : {}),
          },
        ],
        attributes: { account: input.accountId, service: input.service, country: input.country, phase: 'REQUESTED' },
        summary: `rent a number: ${input.service} in ${input.country}`,
      },
      waitMs,
    );
    // Its client is told that it goes on, and need not ask again.
    if (outcome.kind === 'pending') await mustBeBegun(client, id);
    return outcome;
  };

  return {
    identify: (accountId, route, idempotencyKey) => {
      const activationId = activationIdOf(deps.secret, accountId, route, idempotencyKey);
      return { activationId, workflowId: activationWorkflowId(activationId) };
    },
    start,
    async ask(activationId, intention) {
      try {
        return await client.withDeadline(Date.now() + ASK_TIMEOUT_MS, () =>
          handle(activationId).executeUpdate<AskReply, [{ intention: typeof intention }]>(MESSAGES.ask, { args: [{ intention }] }),
        );
      } catch (error) {
        if (isEnded(error)) return { kind: 'ended' };
        throw unavailable(error, 'ask again, what was accepted is not done twice');
      }
    },
    async story(activationId) {
      try {
        return await client.withDeadline(Date.now() + STORY_TIMEOUT_MS, () =>
          handle(activationId).query<ActivationStory, []>(MESSAGES.story),
        );
      } catch {
        // The timeline reads the rows as well: a workflow that is over or a worker that is away takes nothing from it.
        return null;
      }
    },
  };
}
