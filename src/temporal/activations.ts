import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { ActivationCommands, ActivationStory, AskReply, StartActivation, StartAnswer } from '../domain/activation-request.js';
import { activationWorkflowId, MAIN_QUEUE, MESSAGES, WORKFLOWS } from '../domain/names.js';
import type { Policy } from '../domain/policy.js';
import { publicText } from '../domain/public-text.js';
import type { activation } from '../workflows/activation.js';
import { activationIdOf } from './activation-ids.js';
import { isEnded, isTimeout, unavailable } from './command-failures.js';
import { searchAttributes } from './search-attributes.js';

/** What the API's commands need. */
export interface ActivationCommandsDeps {
  readonly client: Client;
  /** The installation's secret, which keys the ids. */
  readonly secret: Uint8Array;
  readonly policy: Pick<Policy, 'quietMs' | 'replaceAfterMs' | 'maxReplacements'>;
}

/** One constant id, so that asking again joins the first asking instead of starting another (rule 22). */
const START_UPDATE_ID = 'start';
const ASK_TIMEOUT_MS = 10_000;
const STORY_TIMEOUT_MS = 2_000;
/** The API's way to activations' workflows. */
export function createActivationCommands(deps: ActivationCommandsDeps): ActivationCommands {
  const { client } = deps;
  const handle = (activationId: string) => client.workflow.getHandle<typeof activation>(activationWorkflowId(activationId));

  async function start(input: StartActivation, waitMs: number) {
    const operation = new WithStartWorkflowOperation<typeof activation>(WORKFLOWS.activation, {
      workflowId: activationWorkflowId(input.activationId),
      taskQueue: MAIN_QUEUE,
      args: [
        {
          ...input,
          quietMs: deps.policy.quietMs,
          ...(input.onNoCode === 'replace'
            ? { replace: { afterMs: deps.policy.replaceAfterMs, atMost: deps.policy.maxReplacements } }
            : {}),
        },
      ],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      typedSearchAttributes: searchAttributes({
        account: input.accountId,
        service: input.service,
        country: input.country,
        phase: 'REQUESTED',
      }),
      staticSummary: publicText(`rent a number: ${input.service} in ${input.country}`),
    });
    try {
      const answer = await client.withDeadline(Date.now() + waitMs, () =>
        client.workflow.executeUpdateWithStart<typeof activation, StartAnswer, []>(MESSAGES.start, {
          updateId: START_UPDATE_ID,
          startWorkflowOperation: operation,
        }),
      );
      return { kind: 'answered', answer } as const;
    } catch (error) {
      // The workflow is over, or ends while we ask: its row tells.
      if (isEnded(error)) return { kind: 'ended' } as const;
      if (isTimeout(error)) return { kind: 'pending' } as const;
      throw unavailable(error, 'ask again with the same Idempotency-Key');
    }
  }

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
